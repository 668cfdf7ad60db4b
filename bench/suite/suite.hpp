// The Google Benchmark suite: one family per operating regime, times notifier, times ring.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "bench/experiment/measurement.hpp"
#include "bench/host/clock.hpp"
#include "bench/host/topology.hpp"
#include "bench/output/output_file.hpp"
#include "bench/output/result_json.hpp"
#include "bench/suite/cells.hpp"

namespace kickbench::bench::suite {

struct SuiteRequest {
  std::vector<Cell> cells;
  calibration::WakeCosts costs;  ///< what the cells are derived from, and are expected to cost
  std::vector<std::pair<std::string, std::string>> skipped;  ///< what this host cannot run, and why
  host::Placement placement;
  const output::OutputFile* json = nullptr;  ///< replaced after each benchmark; null: none
  output::Json head;                         ///< of the JSON document
  bool print_table = true;                   ///< on standard output
};

struct SuiteOutcome {
  std::size_t matched = 0;  ///< benchmarks that the filter let through
  std::size_t failed = 0;
  bool interrupted = false;
};

/// To be called before run_suite(): --benchmark_* flags, of which the last one given counts. Throws UsageError for one
/// that Google Benchmark does not know.
void give_flags_to_benchmark(const std::vector<std::string>& flags);

/// Runs the cells that the filter lets through, or lists them, as the flags say. Never throws for a cell that fails: it
/// is a row with its error. Throws OutputError when the last write of the JSON fails; the table is printed before.
SuiteOutcome run_suite(const SuiteRequest& request, const host::Clock& clock);

}  // namespace kickbench::bench::suite
