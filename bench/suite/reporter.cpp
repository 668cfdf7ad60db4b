#include "bench/suite/reporter.hpp"

#include <spdlog/spdlog.h>

#include <cmath>
#include <ctime>
#include <iostream>

#include "bench/measure/interrupt.hpp"
#include "bench/output/text.hpp"

namespace kickbench::bench {
namespace {

std::string now_iso8601() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  char text[64];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S%z", &local);
  return text;
}

/// The part of `all` that Google Benchmark reported: the trials that found the number of iterations are left out.
Measurement reported_part(const Measurement& all, const std::vector<::benchmark::BenchmarkReporter::Run>& reported) {
  Measurement part = all;
  part.repetitions.clear();
  for (const auto& run : reported) {
    const auto index = run.counters.find(CellRuns::index_counter);
    if (run.run_type != ::benchmark::BenchmarkReporter::Run::RT_Iteration || index == run.counters.end()) continue;
    part.repetitions.push_back(all.repetitions.at(static_cast<std::size_t>(std::lround(index->second.value))));
  }
  return part;
}

std::string median_or_dash(const std::optional<Spread>& spread) { return spread ? ns(spread->median) : "-"; }

std::string regimes(const Result& result) {
  const auto name = [](const std::optional<model::Regime>& regime) {
    return regime ? std::string(model::name_of(*regime)) : "-";
  };
  const auto& prediction = result.predicted.prediction;
  const std::string observed = name(result.observed.regime);
  if (!prediction || prediction->regime == result.observed.regime) return observed;
  return observed + " not " + name(prediction->regime);
}

std::string model_cell(const Result& result) {
  const auto& prediction = result.predicted.prediction;
  if (!prediction) return "-";
  if (prediction->per_item) return ns(*prediction->per_item);
  if (!prediction->per_item_bounds) return "-";
  const model::Bounds& bounds = *prediction->per_item_bounds;
  return ns(bounds.lower) + ".." + (bounds.upper ? ns(*bounds.upper) : "?");
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
              {"library_build_type_reason",
               "Debian's Google Benchmark claims DEBUG however it was built; kickbench times its own threads itself, "
               "with its own optimised code"}};
  return true;
}

Json SuiteReporter::row(const Run& run, const CellRuns& runs, const Measurement& reported) const {
  Json row;
  // Without the suffixes that Google Benchmark adds for how it times ("/manual_time"): they say nothing of the cell.
  const std::string& name = run.run_name.function_name;
  row["name"] = run.run_type == Run::RT_Aggregate ? name + "_" + run.aggregate_name : name;
  row["family_index"] = run.family_index;
  row["per_family_instance_index"] = run.per_family_instance_index;
  row["run_name"] = name;
  const bool aggregate = run.run_type == Run::RT_Aggregate;
  row["run_type"] = aggregate ? "aggregate" : "iteration";
  row["repetitions"] = run.repetitions;
  if (aggregate) {
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
  put(row, "real_time", std::optional(run.GetAdjustedRealTime()), "");
  put(row, "cpu_time", std::optional(run.GetAdjustedCPUTime()), "");
  row["time_unit"] = ::benchmark::GetTimeUnitString(run.time_unit);
  if (!run.report_label.empty()) row["label"] = run.report_label;
  if (run.error_occurred) return row;

  // An iteration row has the figures of its repetition; the median row those of all repetitions. The other aggregates
  // are of the time alone, so they carry only what qualifies it.
  const Measurement* subject = &reported;
  Measurement single = reported;
  const auto index = run.counters.find(CellRuns::index_counter);
  if (!aggregate && index != run.counters.end()) {
    const auto raw_index = static_cast<std::size_t>(std::lround(index->second.value));
    single.repetitions = {runs.measurement.repetitions.at(raw_index)};
    subject = &single;
  }
  const Json figures = row_of(*subject, conclude(*subject));
  const bool whole = !aggregate || run.aggregate_name == "median";
  for (const auto& [key, value] : figures.items()) {
    const bool qualifies = key.starts_with("regime_") || key.starts_with("noisy") || key.starts_with("line_");
    if (whole || qualifies) row[key] = value;
  }
  return row;
}

void SuiteReporter::add_to_table(const std::string& name, const Measurement& measurement, const Result& result) {
  const Figures& f = result.figures;
  const auto error = result.predicted.error_pct;
  std::string mark = result.noisy_reasons.empty() ? "" : "noisy";
  if (result.line_class) mark += (mark.empty() ? "" : ", ") + std::string(name_of(*result.line_class));
  table_.add({name, ns(result.ns_per_item), model_cell(result), error ? fixed(*error, 1) + " %" : "-", regimes(result),
              per_item(f.producer.signals), per_item(f.consumer.signals),
              per_item(f.producer.sleeps + f.consumer.sleeps), median_or_dash(f.producer.notify),
              median_or_dash(f.consumer.startup), median_or_dash(f.consumer.notify), median_or_dash(f.producer.startup),
              ns_or_dash(f.latency_p50), ns_or_dash(f.latency_p99), ns(f.producer.cpu), ns(f.consumer.cpu), mark});
  for (const std::string& reason : result.noisy_reasons) notes_.push_back("noisy: " + name + ": " + reason);
  if (measurement.scenario.ring == RingKind::null && measurement.scenario.producer.work == Nanoseconds(0)) {
    notes_.push_back("harness overhead (no ring, no work): " + ns(f.producer.ns_per_item) +
                     " ns per item on the producer's side, " + ns(f.consumer.ns_per_item) + " ns on the consumer's");
  } else if (measurement.scenario.ring == RingKind::null && f.producer.work && f.consumer.work) {
    notes_.push_back("W asked for " + ns(measurement.scenario.producer.work) + " ns, spent " + ns(*f.producer.work) +
                     " by the producer and " + ns(*f.consumer.work) + " by the consumer");
  }
}

void SuiteReporter::add_failure_to_table(const std::string& name) {
  std::vector<std::string> cells(17, "-");
  cells.front() = name;
  cells.back() = "FAILED";
  table_.add(std::move(cells));
}

void SuiteReporter::ReportRuns(const std::vector<Run>& reported) {
  if (reported.empty()) return;
  const std::string& name = reported.front().run_name.function_name;
  const CellRuns& runs = runs_[name];
  const Measurement measurement = reported_part(runs.measurement, reported);
  bool failed = false;
  for (const Run& run : reported) {
    if (run.error_occurred && interrupt_requested()) continue;  // it did not fail: it was not run
    rows_.push_back(row(run, runs, measurement));
    failed = failed || run.error_occurred;
    if (run.error_occurred) spdlog::error("{}: {}", name, run.error_message);
  }
  if (failed) {
    ++outcome_.failed;
    add_failure_to_table(name);
  } else if (!measurement.repetitions.empty()) {
    const Result result = conclude(measurement);
    add_to_table(name, measurement, result);
    Json raw = raw_of(measurement);
    raw["benchmark"] = name;
    raw_.push_back(std::move(raw));
    spdlog::info("{}: {} ns per item, regime {}", name, ns(result.ns_per_item), regimes(result));
  }
  outcome_.interrupted = interrupt_requested();
  if (request_.json != nullptr && !request_.json->is_stdout()) request_.json->write(dump(document()));
}

Json SuiteReporter::document() const {
  Json document = request_.head;
  document["interrupted"] = interrupt_requested();
  document["context"] = context_;
  document["placement"] = to_json(request_.placement);
  document["skipped"] = Json::array();
  for (const SkippedPart& part : request_.skipped) {
    document["skipped"].push_back({{"name", part.what}, {"reason", part.reason}});
  }
  document["benchmarks"] = rows_;
  document["raw"] = raw_;
  return document;
}

void SuiteReporter::Finalize() {
  if (!request_.print_table || table_.empty()) return;
  table_.print(std::cout);
  std::cout
      << "\nns/item: median of the repetitions. model: closed form with the medians of N and S measured in the "
         "same run. regime: observed (and what was\npredicted, where it differs). kicks, intr., sleeps: per item. "
         "N, S, p50, p99: ns. cpu: ns of CPU time per item.\nThe last column is the class of the line transfer "
         "time; figures of different classes do not compare.\n";
  for (const std::string& note : notes_) std::cout << note << "\n";
  for (const SkippedPart& part : request_.skipped) std::cout << "skipped: " << part.what << ": " << part.reason << "\n";
  std::cout.flush();
}

}  // namespace kickbench::bench
