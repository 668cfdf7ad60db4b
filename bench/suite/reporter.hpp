// What Google Benchmark reports, row by row, filled with what was measured: a superset of its JSON, its CSV, and a
// table for people.
#pragma once

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "bench/experiment/campaign.hpp"
#include "bench/suite/suite.hpp"
#include "bench/suite/suite_table.hpp"

namespace kickbench::bench::suite {

class SuiteReporter final : public ::benchmark::BenchmarkReporter {
 public:
  /// `measured`: one for each of `cells`. All three are looked at again whenever something is reported.
  SuiteReporter(const SuiteRequest& request, const std::vector<Cell>& cells,
                const std::vector<experiment::CampaignCell>& measured)
      : request_(request), cells_(cells), measured_(measured) {}

  /// Of a JSON document.
  struct Extent {
    bool complete = true;  ///< nothing more is to come
    bool aggregates_only = false;
  };
  output::Json document(const Extent& extent) const;
  /// What the report shows.
  std::string text(const Report& report, bool complete) const;

  bool ReportContext(const Context& context) override;
  void ReportRuns(const std::vector<Run>& reported) override;

 private:
  /// What is said of the cell whose runs are reported: Google Benchmark reports its iterations and its aggregates one
  /// after the other.
  struct Concluded {
    std::size_t cell;
    experiment::Result all;
    std::vector<experiment::Result> each;  ///< of each repetition that is complete
  };

  void conclude(std::size_t cell);
  output::Json row(const Run& run) const;
  output::Json rows(bool aggregates_only) const;
  void make_brief(output::Json& row) const;
  std::string table() const;

  const SuiteRequest& request_;
  const std::vector<Cell>& cells_;
  const std::vector<experiment::CampaignCell>& measured_;
  std::optional<Concluded> concluded_;
  output::Json context_;
  output::Json rows_ = output::Json::array();
  SuiteTable table_;
};

}  // namespace kickbench::bench::suite
