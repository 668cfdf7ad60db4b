// Collects what Google Benchmark reports, row by row: a table for people and a superset of its JSON for programs.
#pragma once

#include <benchmark/benchmark.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bench/experiment/measurement.hpp"
#include "bench/output/table.hpp"
#include "bench/suite/suite.hpp"

namespace kickbench::bench::suite {

/// Every repetition that a benchmark's function ran, the trials too. Google Benchmark passes numbers only, so a run
/// names its repetition by a counter.
struct CellRuns {
  experiment::Measurement measurement;
  static constexpr const char* index_counter = "repetition_in_raw";
};

class SuiteReporter final : public ::benchmark::BenchmarkReporter {
 public:
  explicit SuiteReporter(const SuiteRequest& request);

  /// What the function of benchmark `name` has measured so far.
  CellRuns& runs_of(const std::string& name) { return runs_[name]; }
  const SuiteOutcome& outcome() const { return outcome_; }
  /// `complete`: nothing more is to come.
  output::Json document(bool complete) const;

  bool ReportContext(const Context& context) override;
  void ReportRuns(const std::vector<Run>& reported) override;
  void Finalize() override;

 private:
  output::Json row(const Run& run, const CellRuns& runs, const experiment::Measurement& reported) const;
  void add_to_table(const std::string& name, const scenario::Scenario& scenario, const experiment::Result& result);

  const SuiteRequest& request_;
  std::map<std::string, CellRuns> runs_;
  experiment::Measurement reported_;  ///< of the last iteration rows: what the aggregate rows that follow are of
  output::Json context_;
  output::Json rows_ = output::Json::array();
  output::Json raw_ = output::Json::array();
  output::Table table_;
  std::vector<std::string> notes_;
  SuiteOutcome outcome_;
};

}  // namespace kickbench::bench::suite
