// The suite: one family per operating regime, times notifier, times ring; Google Benchmark's flags and rows.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "bench/calibration/costs.hpp"
#include "bench/experiment/measurement.hpp"
#include "bench/host/clock.hpp"
#include "bench/host/topology.hpp"
#include "bench/output/output_file.hpp"
#include "bench/output/result_json.hpp"
#include "bench/suite/cells.hpp"

namespace kickbench::bench::suite {

struct SuiteRequest {
  std::vector<Cell> cells;
  calibration::Costs costs;  ///< what the cells are derived from, and are expected to cost
  std::vector<std::pair<std::string, std::string>> skipped;  ///< what this host cannot run, and why
  host::Placement placement;
  Nanoseconds repetition{};                  ///< measured time of one
  Nanoseconds least_settling{};              ///< how long each session runs before, at the least
  const output::OutputFile* json = nullptr;  ///< replaced after each round; null: none
  const output::OutputFile* csv = nullptr;   ///< written at the end; null: none
  const output::OutputFile* table = nullptr;
  output::Json head;        ///< of the JSON document
  bool print_table = true;  ///< on standard output
};

struct SuiteOutcome {
  std::size_t matched = 0;  ///< benchmarks that the filter let through
  std::size_t failed = 0;
  bool only_listed = false;
  bool interrupted = false;
};

/// To be called before run_suite(): --benchmark_* flags, of which the last one given counts. Throws UsageError for one
/// that Google Benchmark does not know.
void give_flags_to_benchmark(const std::vector<std::string>& flags);

/// Measures the cells that the filter lets through, or lists them, as the flags say. Repetitions are interleaved: one
/// of every cell, then the next one of every cell. Never throws for a cell that fails: it is a row with its error.
/// Throws OutputError when a last write fails; the table is printed before.
SuiteOutcome run_suite(const SuiteRequest& request, const host::Clock& clock);

}  // namespace kickbench::bench::suite
