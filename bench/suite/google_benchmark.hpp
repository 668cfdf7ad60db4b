// Google Benchmark as the interface of the suite: it understands the flags, lists and filters names, and reports rows
// and aggregates. It does not measure: it would run the repetitions of one benchmark after the other.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/experiment/campaign.hpp"
#include "bench/suite/cell_list.hpp"
#include "bench/suite/reporter.hpp"

namespace kickbench::bench::suite {

/// What the flags let through.
struct Selection {
  std::vector<Cell> cells;
  std::uint32_t repetitions = 0;
  std::string listing;  ///< the names, a line for each, where they are all that is asked for; else empty
};

/// Asks Google Benchmark, which calls every benchmark that it would run.
Selection select_cells(const std::vector<Cell>& cells);

/// Hands what was measured to Google Benchmark, and lets it report. `measured`: a cell of the campaign for each of
/// `cells`.
void replay(const std::vector<Cell>& cells, const std::vector<experiment::CampaignCell>& measured,
            SuiteReporter& reporter);

}  // namespace kickbench::bench::suite
