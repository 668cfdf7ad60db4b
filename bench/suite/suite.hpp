// The suite: one family per operating regime, times notifier, times ring; Google Benchmark's flags and rows.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "bench/calibration/costs.hpp"
#include "bench/experiment/measurement.hpp"
#include "bench/host/clock.hpp"
#include "bench/host/topology.hpp"
#include "bench/output/result_json.hpp"
#include "bench/suite/cells.hpp"
#include "bench/suite/report.hpp"

namespace kickbench::bench::suite {

struct SuiteRequest {
  std::vector<Cell> cells;
  calibration::Costs costs;  ///< what the cells are derived from, and are expected to cost
  std::vector<std::pair<std::string, std::string>> skipped;  ///< what this host cannot run, and why
  host::Placement placement;
  BenchmarkFlags flags;
  std::vector<Report> reports;  ///< JSON files are replaced after each round as well
  output::Json head;            ///< of the JSON document
  bool wants_raw = false;       ///< it has every slice, too
  std::string table_end;        ///< said below a table
};

struct SuiteOutcome {
  std::size_t matched = 0;  ///< benchmarks that the filter let through
  std::size_t failed = 0;
  bool interrupted = false;
};

/// Measures the cells that the filter lets through, or lists them, as the flags say. Repetitions are interleaved: one
/// of every cell, then the next one of every cell. Never throws for a cell that fails: it is a row with its error.
/// Throws OutputError when a last write fails; the other reports are written all the same.
SuiteOutcome run_suite(const SuiteRequest& request, const host::Clock& clock);

}  // namespace kickbench::bench::suite
