#include "bench/suite/reporter.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <functional>
#include <set>
#include <sstream>

#include "bench/measure/cancel.hpp"
#include "bench/output/forecast_output.hpp"
#include "bench/suite/benchmark_csv.hpp"
#include "bench/suite/brief.hpp"
#include "bench/text/page.hpp"

namespace kickbench::bench::suite {
namespace {

using Run = ::benchmark::BenchmarkReporter::Run;

std::string now_iso8601() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  char text[64];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S%z", &local);
  return text;
}

bool is_aggregate(const Run& run) { return run.run_type == Run::RT_Aggregate; }

std::string label_of(const experiment::Result& result) {
  const auto name = [](const std::optional<model::Regime>& regime) {
    return regime ? std::string(model::name_of(*regime)) : "none";
  };
  const auto& prediction = result.predicted.prediction;
  return "predicted=" + name(prediction ? std::optional(prediction->regime) : std::nullopt) +
         " observed=" + name(result.observed.regime) + " " + std::string(name_of(result.line_class)) + " " +
         std::string(name_of(result.noise.graded.grade));
}

/// The keys that Google Benchmark's own JSON has, but for times, their unit and label.
output::Json head_of(const Run& run) {
  output::Json row;
  // Without what Google Benchmark adds to it ("/repeats:5"): this is what the filter and the list know.
  const std::string& name = run.run_name.function_name;
  row["name"] = is_aggregate(run) ? name + "_" + run.aggregate_name : name;
  row["family_index"] = run.family_index;
  row["per_family_instance_index"] = run.per_family_instance_index;
  row["run_name"] = name;
  row["run_type"] = is_aggregate(run) ? "aggregate" : "iteration";
  row["repetitions"] = run.repetitions;
  if (is_aggregate(run)) {
    row["aggregate_name"] = run.aggregate_name;
    row["aggregate_unit"] = run.aggregate_unit == ::benchmark::kTime ? "time" : "percentage";
  } else {
    row["repetition_index"] = run.repetition_index;
  }
  row["threads"] = run.threads;
  if (run.error_occurred) {
    row["error_occurred"] = true;
    row["error_message"] = run.error_message;
  }
  row["iterations"] = run.iterations;
  return row;
}

/// As Google Benchmark has them. `results`: two at the least, or it asks for none.
double statistic(const std::string& name, const std::vector<experiment::Result>& results,
                 const std::function<double(const experiment::Result&)>& time_of) {
  const auto count = static_cast<double>(results.size());
  double mean = 0;
  for (const experiment::Result& result : results) mean += time_of(result) / count;
  if (name == "mean") return mean;
  double squares = 0;
  for (const experiment::Result& result : results) squares += std::pow(time_of(result) - mean, 2);
  const double stddev = std::sqrt(squares / (count - 1));
  return name == "stddev" ? stddev : stddev / mean;
}

bool of_one_class(const std::vector<experiment::Result>& results) {
  return std::ranges::all_of(results, [&](const auto& r) { return r.line_class == results.front().line_class; });
}

/// What qualifies a time without being one.
bool qualifies(const std::string& key) {
  return key.starts_with("regime_") || key.starts_with("grade") || key.starts_with("line_");
}

}  // namespace

bool SuiteReporter::ReportContext(const Context& context) {
  context_ = {{"date", now_iso8601()},
              {"host_name", context.sys_info.name},
              {"executable", Context::executable_name == nullptr ? "kickbench" : Context::executable_name},
              {"num_cpus", context.cpu_info.num_cpus},
              {"mhz_per_cpu", std::lround(context.cpu_info.cycles_per_second / 1e6)},
              {"load_avg", context.cpu_info.load_avg},
              {"library_build_type", "unknown"},
              {"absent",
               {{"library_build_type",
                 "Debian's Google Benchmark claims DEBUG however it was built; kickbench times its own threads itself, "
                 "with its own optimised code"}}}};
  for (const auto& [key, value] : request_.flags.context) context_[key] = value;
  return true;
}

void SuiteReporter::conclude(std::size_t cell) {
  const experiment::Measurement& measurement = measured_[cell].measurement;
  concluded_ = Concluded{.cell = cell, .all = experiment::conclude(measurement), .each = {}};
  experiment::Measurement single = measurement;
  for (const experiment::Repetition& repetition : measurement.repetitions) {
    if (!repetition.complete) continue;
    single.repetitions = {repetition};
    concluded_->each.push_back(experiment::conclude(single));
  }
}

// An iteration row has the figures of its repetition; the median row those of all repetitions. The other aggregates are
// of the times of the iteration rows alone, so they carry only what qualifies it.
output::Json SuiteReporter::row(const Run& run) const {
  output::Json row = head_of(run);
  row["time_unit"] = request_.flags.time_unit.name;
  if (run.error_occurred) return row;
  const bool whole = !is_aggregate(run) || run.aggregate_name == "median";
  const experiment::Measurement& measurement = measured_[concluded_->cell].measurement;
  const experiment::Result& result =
      is_aggregate(run) ? concluded_->all : concluded_->each.at(static_cast<std::size_t>(run.repetition_index));
  row["label"] = label_of(result);
  const auto time = [&](const auto& time_of) {
    if (run.aggregate_name == "cv") return statistic("cv", concluded_->each, time_of);
    const double ns = whole ? time_of(result) : statistic(run.aggregate_name, concluded_->each, time_of);
    return ns * request_.flags.time_unit.per_ns;
  };
  row["real_time"] = time([](const experiment::Result& r) { return r.ns_per_item.count(); });
  row["cpu_time"] = time([](const experiment::Result& r) { return r.figures.busy.count(); });
  if (whole) row["scenario"] = output::to_json(measurement.scenario);
  const output::Json figures = output::row_of(measurement, result);
  for (const auto& [key, value] : figures.items()) {
    if (whole || qualifies(key)) row[key] = value;
    if (!whole && qualifies(key) && value.is_null()) output::put_absent(row, key, figures["absent"][key]);
  }
  if (whole) {
    output::put_forecast(row, calibration::forecast(request_.costs, measurement.scenario, result.line_class),
                         result.figures.ns_per_item);
  }
  return row;
}

void SuiteReporter::ReportRuns(const std::vector<Run>& reported) {
  if (reported.empty()) return;
  const std::string& name = reported.front().run_name.function_name;
  const auto cell = static_cast<std::size_t>(std::ranges::find(cells_, name, &Cell::name) - cells_.begin());
  const experiment::CampaignCell& measured = measured_.at(cell);
  if (!concluded_ || concluded_->cell != cell) {
    conclude(cell);
    if (measured.failed()) table_.add_failure(name, measured.error);
    if (!concluded_->each.empty()) table_.add(name, measured.measurement.scenario, concluded_->all);
  }
  for (const Run& run : reported) {
    if (run.error_occurred && !measured.failed()) continue;  // it did not fail: the user wanted out before it
    // Figures of different classes are never mixed in one number. The median row is of one class.
    if (is_aggregate(run) && run.aggregate_name != "median" && !of_one_class(concluded_->each)) continue;
    rows_.push_back(row(run));
  }
}

output::Json SuiteReporter::rows(bool aggregates_only) const {
  if (!aggregates_only) return rows_;
  std::set<std::string> aggregated;
  for (const output::Json& row : rows_) {
    if (row["run_type"] == "aggregate") aggregated.insert(row["run_name"]);
  }
  output::Json rows = output::Json::array();
  for (const output::Json& row : rows_) {
    const bool has_aggregates = row["run_type"] == "iteration" && aggregated.contains(row["run_name"]);
    if (!has_aggregates || row.contains("error_occurred")) rows.push_back(row);
  }
  return rows;
}

void SuiteReporter::make_brief(output::Json& row) const {
  const bool has_median = std::ranges::any_of(rows_, [&](const output::Json& other) {
    return other["run_name"] == row["run_name"] && other.value("aggregate_name", "") == "median";
  });
  has_median&& row.value("aggregate_name", "") != "median" ? leave_headline(row) : leave_out_details(row);
  round_figures(row);
}

// What reads Google Benchmark's JSON takes a time from each row: a row that has none would be taken for a time of 0, or
// be the end of the reader.
output::Json SuiteReporter::document(const Extent& extent) const {
  output::Json document = request_.head;
  document["complete"] = extent.complete;
  document["interrupted"] = measure::cancel_requested();
  document["context"] = context_;
  document["placement"] = output::to_json(request_.placement);
  document["skipped"] = output::Json::array();
  for (const auto& [what, reason] : request_.skipped) {
    document["skipped"].push_back({{"name", what}, {"reason", reason}});
  }
  document["failed"] = document["benchmarks"] = output::Json::array();
  output::Json all = rows(extent.aggregates_only);
  for (output::Json& row : all) {
    if (!request_.wants_raw) make_brief(row);
    document[row.contains("error_occurred") ? "failed" : "benchmarks"].push_back(std::move(row));
  }
  if (!request_.wants_raw) return document;
  output::Json& raw = document["raw"] = output::Json::array();
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (measured_[i].measurement.repetitions.empty()) continue;
    raw.push_back(output::raw_of(measured_[i].measurement));
    raw.back()["benchmark"] = cells_[i].name;
  }
  return document;
}

std::string SuiteReporter::table() const {
  std::ostringstream text;
  text::Page out(text);
  table_.print(out);
  for (const auto& [what, reason] : request_.skipped) out << "skipped: " << what << ": " << reason << "\n";
  for (const auto& [key, value] : request_.flags.context) out << "context: " << key << ": " << value << "\n";
  out << request_.table_end;
  return text.str();
}

std::string SuiteReporter::text(const Report& report, bool complete) const {
  switch (report.format) {
    case Format::console:
      return table();
    case Format::json:
      return output::dump(document({.complete = complete, .aggregates_only = report.aggregates_only}));
    case Format::csv:
      return benchmark_csv(rows(report.aggregates_only), request_.flags.context);
  }
  return {};
}

}  // namespace kickbench::bench::suite
