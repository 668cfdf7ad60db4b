#include "bench/suite/reporter.hpp"

#include <spdlog/spdlog.h>

#include <cmath>
#include <ctime>
#include <iostream>

#include "bench/measure/cancel.hpp"
#include "bench/output/calibrated_output.hpp"
#include "bench/stats/by_half.hpp"
#include "bench/text/format.hpp"

namespace kickbench::bench::suite {
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
experiment::Measurement reported_part(const experiment::Measurement& all,
                                      const std::vector<::benchmark::BenchmarkReporter::Run>& reported) {
  experiment::Measurement part = all;
  part.repetitions.clear();
  for (const auto& run : reported) {
    const auto index = run.counters.find(CellRuns::index_counter);
    if (run.run_type != ::benchmark::BenchmarkReporter::Run::RT_Iteration || index == run.counters.end()) continue;
    part.repetitions.push_back(all.repetitions.at(static_cast<std::size_t>(std::lround(index->second.value))));
  }
  return part;
}

/// What of a benchmark's name tells it from the others: place, idle state and thresholds of 1 are the same for all.
std::string short_name(std::string name) {
  name.erase(name.find("/place:"));
  const std::string usual_thresholds = "/kp:1/kc:1";
  if (const auto at = name.find(usual_thresholds); at != std::string::npos) name.erase(at, usual_thresholds.size());
  return name;
}

/// N of the sender and S of the side that it woke.
std::string cost_pair(const std::optional<stats::Spread>& notify, const std::optional<stats::Spread>& startup) {
  if (!notify) return "-";
  return text::ns(notify->median) + (startup ? " + " + text::ns(startup->median) : " + -");
}

std::string rate_or_dash(double rate) { return rate == 0 ? "-" : text::per_item(rate); }

std::string us(Nanoseconds time) { return text::fixed(time.count() / 1e3, 1); }

std::string regimes(const experiment::Result& result) {
  const auto name = [](const std::optional<model::Regime>& regime) {
    return regime ? std::string(model::name_of(*regime)) : "-";
  };
  const auto& prediction = result.predicted.prediction;
  const std::string observed = name(result.observed.regime);
  if (!prediction || prediction->regime == result.observed.regime) return observed;
  return observed + " not " + name(prediction->regime);
}

std::string model_cell(const experiment::Result& result) {
  const auto& prediction = result.predicted.prediction;
  if (!prediction) return "-";
  if (prediction->per_item) return text::ns(*prediction->per_item);
  if (!prediction->per_item_bounds) return "-";
  const model::Bounds& bounds = *prediction->per_item_bounds;
  return text::ns(bounds.lower) + ".." + (bounds.upper ? text::ns(*bounds.upper) : "?");
}

}  // namespace

SuiteReporter::SuiteReporter(const SuiteRequest& request)
    : request_(request),
      table_({{"benchmark", output::Table::Align::left},
              {"ns/item"},
              {"model"},
              {"error"},
              {"regime"},
              {"kicks"},
              {"intr."},
              {"sleeps"},
              {"N_P + S_C"},
              {"N_C + S_P"},
              {"p50 us"},
              {"p99 us"},
              {"CPU P + C"},
              {"line", output::Table::Align::left}}) {}

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

output::Json SuiteReporter::row(const Run& run, const CellRuns& runs, const experiment::Measurement& reported) const {
  output::Json row;
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
  row["time_unit"] = ::benchmark::GetTimeUnitString(run.time_unit);
  if (!run.report_label.empty()) row["label"] = run.report_label;
  if (run.error_occurred) return row;

  // An iteration row has the figures of its repetition; the median row those of all repetitions. The other aggregates
  // are of the time alone, so they carry only what qualifies it.
  const experiment::Measurement* subject = &reported;
  experiment::Measurement single = reported;
  const auto index = run.counters.find(CellRuns::index_counter);
  if (!aggregate && index != run.counters.end()) {
    const auto raw_index = static_cast<std::size_t>(std::lround(index->second.value));
    single.repetitions = {runs.measurement.repetitions.at(raw_index)};
    subject = &single;
  }
  const experiment::Result result = experiment::conclude(*subject);
  const output::Json figures = output::row_of(*subject, result);
  const bool whole = !aggregate || run.aggregate_name == "median";
  // Google Benchmark would mix the line classes of the repetitions, and time the thread that only waits for the two.
  const char* const mixed = "an aggregate over repetitions would mix line transfer classes; the median row does not";
  output::put(row, "real_time", whole ? std::optional(result.ns_per_item) : std::nullopt, mixed);
  output::put(row, "cpu_time",
              whole ? std::optional(result.figures.producer.cpu + result.figures.consumer.cpu) : std::nullopt, mixed);
  if (whole) row["scenario"] = output::to_json(subject->scenario);
  for (const auto& [key, value] : figures.items()) {
    const bool qualifies = key.starts_with("regime_") || key.starts_with("noisy") || key.starts_with("line_");
    if (whole || qualifies) row[key] = value;
  }
  if (whole)
    output::put_calibrated(row, calibration::predict_from(request_.costs, subject->scenario), result.ns_per_item);
  return row;
}

void SuiteReporter::add_to_table(const std::string& name, const scenario::Scenario& scenario,
                                 const experiment::Result& result) {
  const stats::Figures& f = result.figures;
  const auto error = result.predicted.error_pct;
  const auto& own = f.latency_own.summary;
  std::string line(name_of(result.line_class));
  if (!result.noisy_reasons.empty()) line += ", noisy";
  table_.add({short_name(name), text::ns(result.ns_per_item), model_cell(result),
              error ? text::fixed(*error, 1) + " %" : "-", regimes(result),
              rate_or_dash(stats::kicks_per_item(scenario, f)), rate_or_dash(stats::interrupts_per_item(scenario, f)),
              rate_or_dash(f.producer.sleeps + f.consumer.sleeps), cost_pair(f.producer.notify, f.consumer.startup),
              cost_pair(f.consumer.notify, f.producer.startup), own ? us(own->p50) : "-",
              own && own->p99 ? us(*own->p99) : "-", text::ns(f.producer.cpu) + " + " + text::ns(f.consumer.cpu),
              line});
  std::string reasons;
  for (const std::string& reason : result.noisy_reasons) reasons += (reasons.empty() ? "" : "; ") + reason;
  if (!reasons.empty()) notes_.push_back("noisy: " + short_name(name) + ": " + reasons);
  if (scenario.ring != scenario::RingKind::null) return;
  if (scenario.producer.work == Nanoseconds(0)) {
    notes_.push_back("harness overhead (no ring, no work): " + text::ns(f.producer.ns_per_item) +
                     " ns per item on the producer's side, " + text::ns(f.consumer.ns_per_item) +
                     " ns on the consumer's");
  } else if (f.producer.work && f.consumer.work) {
    notes_.push_back("W asked for: " + text::ns(scenario.producer.work) + " ns, spent: " + text::ns(*f.producer.work) +
                     " by the producer, " + text::ns(*f.consumer.work) + " by the consumer");
  }
}

void SuiteReporter::ReportRuns(const std::vector<Run>& reported) {
  if (reported.empty()) return;
  const std::string& name = reported.front().run_name.function_name;
  CellRuns& runs = runs_[name];
  // Google Benchmark reports the iterations of a benchmark first, and its aggregates in a call of their own.
  const bool aggregates = reported.front().run_type == Run::RT_Aggregate;
  if (!aggregates) reported_ = reported_part(runs.measurement, reported);
  const experiment::Measurement& measurement = reported_;
  bool failed = false;
  for (const Run& run : reported) {
    if (run.error_occurred && measure::cancel_requested()) continue;  // it did not fail: it was not run
    rows_.push_back(row(run, runs, measurement));
    failed = failed || run.error_occurred;
    if (run.error_occurred) spdlog::error("{}: {}", name, run.error_message);
  }
  if (failed) {
    ++outcome_.failed;
    notes_.push_back("FAILED: " + name);
  } else if (!aggregates && !measurement.repetitions.empty()) {
    const experiment::Result result = experiment::conclude(measurement);
    add_to_table(name, measurement.scenario, result);
    output::Json raw = output::raw_of(measurement);
    raw["benchmark"] = name;
    raw_.push_back(std::move(raw));
    spdlog::info("{}: {} ns per item, regime {}", name, text::ns(result.ns_per_item), regimes(result));
  }
  runs.measurement.repetitions.clear();  // reported: only its rows are kept
  if (request_.json != nullptr) output::keep_so_far(*request_.json, document(false));
}

output::Json SuiteReporter::document(bool complete) const {
  output::Json document = request_.head;
  document["complete"] = complete;
  document["interrupted"] = measure::cancel_requested();
  document["context"] = context_;
  document["placement"] = output::to_json(request_.placement);
  document["skipped"] = output::Json::array();
  for (const auto& [what, reason] : request_.skipped) {
    document["skipped"].push_back({{"name", what}, {"reason", reason}});
  }
  document["benchmarks"] = rows_;
  document["raw"] = raw_;
  return document;
}

void SuiteReporter::Finalize() {
  if (!request_.print_table || (table_.empty() && notes_.empty())) return;
  table_.print(std::cout);
  std::cout << "\n"
               "ns/item    median of the repetitions; model: closed form with N and S of the same run\n"
               "regime     as observed, from who stopped and who notified; 'A not B' where the model says B\n"
               "kicks, intr., sleeps   per item\n"
               "N_P + S_C  ns that a kick costs the producer, and from its end to the consumer's first look; mirrored\n"
               "p50, p99   latency of an item, from the start of its production to the end of its consumption\n"
               "CPU P + C  ns of CPU time per item of producer and consumer\n"
               "line       class of the measured line transfer time: figures of different classes do not compare\n\n";
  for (const std::string& note : notes_) std::cout << note << "\n";
  for (const auto& [what, reason] : request_.skipped) std::cout << "skipped: " << what << ": " << reason << "\n";
  std::cout.flush();
}

}  // namespace kickbench::bench::suite
