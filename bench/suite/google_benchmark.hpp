// Google Benchmark as the interface of the suite: it filters names, and reports rows and aggregates. It does not
// measure: it would run the repetitions of one benchmark after the other. Nor does it read flags or environment, for it
// would end the process over a wrong value: benchmark_flags.hpp does.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/experiment/campaign.hpp"
#include "bench/suite/cell_list.hpp"
#include "bench/suite/reporter.hpp"

namespace kickbench::bench::suite {

/// False where Google Benchmark cannot read it as a regular expression.
bool is_filter(const std::string& filter);

/// Those that --benchmark_filter lets through. An empty filter is none.
std::vector<Cell> select_cells(const std::vector<Cell>& cells, const std::string& filter);

/// Hands what was measured to Google Benchmark, and lets it report as many repetitions of each cell. `measured`: a cell
/// of the campaign for each of `cells`.
void replay(const std::vector<Cell>& cells, const std::vector<experiment::CampaignCell>& measured,
            std::uint32_t repetitions, SuiteReporter& reporter);

}  // namespace kickbench::bench::suite
