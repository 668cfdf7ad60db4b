#include "bench/suite/suite.hpp"

#include <benchmark/benchmark.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>
#include <sstream>

#include "bench/experiment/experiment.hpp"
#include "bench/experiment/slice_plan.hpp"
#include "bench/measure/cancel.hpp"
#include "bench/stats/by_half.hpp"
#include "bench/suite/reporter.hpp"

namespace kickbench::bench::suite {
namespace {

/// The experiment of the benchmark that runs now: Google Benchmark calls its function once per trial and repetition,
/// and the threads outlive the call.
class CurrentExperiment {
 public:
  CurrentExperiment(const host::Placement& placement, const host::Clock& clock)
      : placement_(placement), clock_(clock) {}

  experiment::Experiment& of(const Cell& cell) {
    if (cell_ != &cell) {
      end();
      experiment_ = std::make_unique<experiment::Experiment>(cell.scenario, placement_, clock_);
      cell_ = &cell;
    }
    return *experiment_;
  }

  /// Stops its threads. A session that broke is over; the next call makes a new one.
  void end() {
    experiment_.reset();
    cell_ = nullptr;
  }

 private:
  const host::Placement& placement_;
  const host::Clock& clock_;
  const Cell* cell_ = nullptr;
  std::unique_ptr<experiment::Experiment> experiment_;
};

void set_counters(::benchmark::State& state, const scenario::Scenario& scenario, const experiment::Result& result) {
  const stats::Figures& f = result.figures;
  const auto set = [&](const char* name, double value) { state.counters[name] = value; };
  const auto set_ns = [&](const char* name, const std::optional<Nanoseconds>& value) {
    if (value) set(name, value->count());
  };
  const auto median_of = [](const std::optional<stats::Spread>& spread) {
    return spread ? std::optional(spread->median) : std::nullopt;
  };
  set("items_per_second", 1e9 / result.ns_per_item.count());
  set("ns_per_item", result.ns_per_item.count());
  const auto& prediction = result.predicted.prediction;
  if (prediction) set_ns("predicted_ns_per_item", prediction->per_item);
  set_ns("simulated_ns_per_item", result.simulated.per_item);
  if (result.simulated.error_pct) set("simulator_error_pct", *result.simulated.error_pct);
  if (result.predicted.error_pct) set("model_error_pct", *result.predicted.error_pct);
  set("kicks_per_item", stats::kicks_per_item(scenario, f));
  set("interrupts_per_item", stats::interrupts_per_item(scenario, f));
  set("sleeps_per_item", f.producer.sleeps + f.consumer.sleeps);
  set("spurious_wakeups_per_item", f.producer.spurious_wakeups + f.consumer.spurious_wakeups);
  set_ns("producer_notify_ns", median_of(f.producer.notify));
  set_ns("consumer_startup_ns", median_of(f.consumer.startup));
  set_ns("consumer_notify_ns", median_of(f.consumer.notify));
  set_ns("producer_startup_ns", median_of(f.producer.startup));
  if (const auto& own = f.latency_own.summary) {
    set("latency_own_p50_ns", own->p50.count());
    set_ns("latency_own_p99_ns", own->p99);
  }
  if (const auto& service = f.latency_service.summary) set_ns("latency_service_p99_ns", service->p99);
  set_ns("producer_cpu_ns_per_item", f.producer.cpu);
  set_ns("consumer_cpu_ns_per_item", f.consumer.cpu);
  set_ns("busy_ns_per_item", f.busy);
  const auto label = [](const std::optional<model::Regime>& regime) {
    return regime ? std::string(model::name_of(*regime)) : "none";
  };
  state.SetLabel("predicted=" + label(prediction ? std::optional(prediction->regime) : std::nullopt) +
                 " observed=" + label(result.observed.regime) + (result.noisy_reasons.empty() ? "" : " noisy") + " " +
                 std::string(name_of(result.line_class)));
}

/// One call of a benchmark's function. An iteration is an item; they come in batches of one slice each. The time
/// reported is of the slices of the main line class, so that places are not mixed.
void run_cell(::benchmark::State& state, const Cell& cell, CurrentExperiment& current, CellRuns& runs) {
  try {
    if (measure::cancel_requested()) throw measure::Cancelled();
    experiment::Experiment& experiment = current.of(cell);
    const auto batch = static_cast<::benchmark::IterationCount>(
        std::max(1.0, std::round(experiment::slice_measured / experiment.settled_ns_per_item())));
    experiment::Repetition repetition;
    while (state.KeepRunningBatch(batch)) experiment.add_slice(repetition);
    experiment::Measurement single = experiment.measurement();
    single.repetitions = {repetition};
    const experiment::Result result = experiment::conclude(single);
    state.SetIterationTime(static_cast<double>(state.iterations()) * result.ns_per_item.count() * 1e-9);
    if (runs.measurement.repetitions.empty()) runs.measurement = experiment.measurement();
    runs.measurement.repetitions.push_back(std::move(repetition));
    set_counters(state, cell.scenario, result);
    state.counters[CellRuns::index_counter] = static_cast<double>(runs.measurement.repetitions.size() - 1);
  } catch (const std::exception& error) {
    current.end();
    state.SkipWithError(error.what());
  }
}

/// What --benchmark_list_tests lists, as a document: names and scenarios, nothing measured. `names`: as Google
/// Benchmark writes them.
output::Json listing_of(const SuiteRequest& request, const std::string& names) {
  output::Json document = request.head;
  document["placement"] = output::to_json(request.placement);
  document["benchmarks"] = output::Json::array();
  for (const Cell& cell : request.cells) {
    if (("\n" + names).find("\n" + cell.name + "/manual_time\n") == std::string::npos) continue;
    document["benchmarks"].push_back({{"name", cell.name}, {"scenario", output::to_json(cell.scenario)}});
  }
  return document;
}

}  // namespace

// Google Benchmark wants a modifiable argument vector, and takes the flags that it knows out of it.
void give_flags_to_benchmark(const std::vector<std::string>& flags) {
  static char program[] = "kickbench";  // whose address it keeps: Context::executable_name
  std::vector<std::string> texts = flags;
  std::vector<char*> arguments{program};
  for (std::string& text : texts) arguments.push_back(text.data());
  int count = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  ::benchmark::Initialize(&count, arguments.data());
  if (count > 1) {
    throw scenario::UsageError(
        std::string(arguments[1]) +
        " is not a flag that Google Benchmark understands, or its value is wrong; its user guide lists them");
  }
}

SuiteOutcome run_suite(const SuiteRequest& request, const host::Clock& clock) {
  SuiteReporter reporter(request);
  CurrentExperiment current(request.placement, clock);
  for (const Cell& cell : request.cells) {
    CellRuns& runs = reporter.runs_of(cell.name);
    ::benchmark::RegisterBenchmark(cell.name.c_str(), [&cell, &current, &runs](::benchmark::State& state) {
      run_cell(state, cell, current, runs);
    })->UseManualTime();
  }
  SuiteOutcome outcome;
  std::ostringstream listed;  // names, if they are all that is asked for: the reporter writes elsewhere
  reporter.SetOutputStream(&listed);
  const std::size_t matched = ::benchmark::RunSpecifiedBenchmarks(&reporter);
  current.end();
  if (request.print_table) std::cout << listed.str();
  outcome = reporter.outcome();
  outcome.matched = matched;
  outcome.interrupted = measure::cancel_requested();
  if (request.json != nullptr && matched > 0) {
    const bool only_listed = !listed.str().empty();
    request.json->write(
        output::dump(only_listed ? listing_of(request, listed.str()) : reporter.document(!outcome.interrupted)));
  }
  ::benchmark::ClearRegisteredBenchmarks();
  ::benchmark::Shutdown();
  return outcome;
}

}  // namespace kickbench::bench::suite
