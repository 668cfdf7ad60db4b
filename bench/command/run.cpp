// kickbench run: one scenario, measured beside predicted.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <iostream>

#include "bench/command/calibration_option.hpp"
#include "bench/command/commands.hpp"
#include "bench/command/measuring_host.hpp"
#include "bench/experiment/comparison.hpp"
#include "bench/experiment/slice_plan.hpp"
#include "bench/measure/cancel.hpp"
#include "bench/output/comparison_output.hpp"
#include "bench/output/distributions_json.hpp"
#include "bench/output/forecast_output.hpp"
#include "bench/output/noise_output.hpp"
#include "bench/output/result_json.hpp"
#include "bench/output/result_text.hpp"
#include "bench/text/page.hpp"
#include "bench/text/progress.hpp"

namespace kickbench::bench::command {
namespace {

struct RunOptions {
  ScenarioOptions scenario;
  CalibrationOption calibration;
  OutputOptions output;
  std::string duration = "500ms";
  std::string items;
  std::string repetitions = "5";

  scenario::Effort effort() const;
};

scenario::Effort RunOptions::effort() const {
  scenario::Effort effort{.duration = parse_model_time("--duration", duration),
                          .repetitions = parse_whole("--repetitions", repetitions)};
  if (effort.duration <= Nanoseconds(0)) throw scenario::UsageError("--duration " + duration + " must be above 0");
  if (!items.empty()) effort.items = parse_items("--items", items);
  return effort;
}

/// None without --calibration. Throws UsageError where a notifier that is needed is not in it.
std::optional<output::Calibration> read_calibration(const CalibrationOption& option,
                                                    const std::vector<scenario::Scenario>& scenarios) {
  if (option.path.empty()) return std::nullopt;
  output::Calibration calibration = option.read();
  for (const scenario::Scenario& scenario : scenarios) {
    if (!calibration::needs_wakes(scenario)) continue;
    option.require_notifier(calibration, "notifier", scenario::notifier_to_consumer(scenario),
                            calibration::Notification::to_consumer);
    option.require_notifier(calibration, "notifier", scenario::notifier_to_producer(scenario),
                            calibration::Notification::to_producer);
  }
  return calibration;
}

/// What the calibration, if any, lets one expect of what was measured, where it ran.
output::Forecasts forecasts_of(const std::optional<output::Calibration>& calibration,
                               const std::vector<experiment::Measurement>& measurements) {
  output::Forecasts forecasts(measurements.size());
  if (!calibration) return forecasts;
  std::ranges::transform(measurements, forecasts.begin(), [&](const experiment::Measurement& measurement) {
    return calibration::forecast(calibration->costs, measurement.scenario,
                                 experiment::conclude(measurement).line_class);
  });
  return forecasts;
}

/// How far a run came. A run that broke is void from there on; the slices that were complete before are kept, and say
/// so.
struct Progress {
  experiment::Measurement measurement;
  std::string calibration_path;  ///< empty: none is given
  std::optional<output::Calibration> calibration;
  bool wants_raw = false;
  bool complete = false;
  std::string error;
};

output::Json document_of(const MeasuringHost& measuring, const Progress& progress) {
  const experiment::Measurement& measurement = progress.measurement;
  const experiment::Result result = experiment::conclude(measurement);
  output::Json document = document_head("run", measuring);
  if (progress.calibration) document["calibration"] = progress.calibration_path;
  document["complete"] = progress.complete;
  document["interrupted"] = measure::cancel_requested();
  if (!progress.error.empty()) document["error"] = progress.error;
  document["scenario"] = output::to_json(measurement.scenario);
  document["placement"] = output::to_json(measurement.placement);
  const bool empty = result.slices_total == 0;
  document["distributions"] = output::Json::object();
  if (empty) {
    for (const char* key : {"queue_addresses", "result"}) {
      output::put_absent(document, key, "it ended before a slice was complete");
    }
  } else {
    document["queue_addresses"] = output::to_json(measurement.queue_addresses);
    document["result"] = output::row_of(measurement, result);
    output::put_forecast(document["result"], forecasts_of(progress.calibration, {measurement}).front(),
                         result.figures.ns_per_item);
    output::put_distributions(document["distributions"], "", measurement.scenario, result.figures);
  }
  if (progress.wants_raw) document["raw"] = output::raw_of(measurement);
  return document;
}

/// How much there is of a run that ended early: "2 of 5 repetitions and 3 slices of the next".
std::string kept_of(const experiment::Measurement& measurement, std::uint32_t asked_for) {
  const auto& repetitions = measurement.repetitions;
  const auto complete = std::ranges::count(repetitions, true, &experiment::Repetition::complete);
  std::string text = std::to_string(complete) + " of " + std::to_string(asked_for) + " repetitions";
  if (!repetitions.empty() && !repetitions.back().complete) {
    text += " and " + std::to_string(repetitions.back().slices.size()) + " slices of the next";
  }
  return text;
}

/// Several rings: a slice of each in turn.
ExitCode run_side_by_side(std::vector<scenario::Scenario> scenarios, const RunOptions& options) {
  const scenario::Effort effort = options.effort();
  const auto json = options.output.json();
  const auto calibration = read_calibration(options.calibration, scenarios);
  require_notifiers(scenarios.front());
  measure::catch_cancel_signals();
  const MeasuringHost measuring(scenarios.front().place, scenarios.front().idle);
  if (calibration) options.calibration.warn_of_differences(*calibration, measuring.placement, scenarios.front().idle);
  for (scenario::Scenario& scenario : scenarios) scenario.place = measuring.placement.name;
  const auto rounds =
      static_cast<std::uint32_t>(std::ceil(effort.repetitions * (effort.duration / experiment::slice_measured)));

  std::vector<experiment::Measurement> measurements;
  std::string error;
  ExitCode exit_code = ExitCode::ok;
  std::uint32_t round = 0;
  const auto document = [&] {
    output::Json head = document_head("run", measuring);
    if (calibration) head["calibration"] = options.calibration.path;
    head["complete"] = round == rounds;
    head["interrupted"] = measure::cancel_requested();
    if (!error.empty()) head["error"] = error;
    head["placement"] = output::to_json(measuring.placement);
    output::put_comparison(head, measurements, forecasts_of(calibration, measurements));
    for (std::size_t i = 0; options.output.raw && i < measurements.size(); ++i) {
      head["rings"][i]["raw"] = output::raw_of(measurements[i]);
    }
    return head;
  };
  try {
    experiment::Comparison comparison(scenarios, measuring.placement, measuring.clock);
    text::Progress steps(rounds);
    while (round < rounds) {
      comparison.run_round();
      const std::string so_far = steps.step();
      measurements = comparison.measurements();
      if (++round % 10 != 0) continue;
      spdlog::info("round {}", so_far);
      if (json) output::keep_so_far(*json, document());
    }
  } catch (const measure::Cancelled&) {
    spdlog::warn("interrupted: {} of {} rounds are complete and kept", round, rounds);
    exit_code = ExitCode::cancelled;
  } catch (const measure::BrokenRun& broken) {
    error = broken.what();
    spdlog::error("{}; {} of {} rounds were complete before and are kept", error, round, rounds);
    exit_code = ExitCode::cells_failed;
  }
  if (options.output.wants_table() && !measurements.empty()) {
    text::Page page(std::cout);
    output::print_comparison(page, measurements, forecasts_of(calibration, measurements));
    output::print_floor(page, measuring.floor);
  }
  if (json) json->write(output::dump(document()));
  return exit_code;
}

ExitCode run(const RunOptions& options) {
  const std::vector<scenario::Scenario> scenarios = options.scenario.resolve();
  if (scenarios.size() > 1) return run_side_by_side(scenarios, options);
  scenario::Scenario scenario = scenarios.front();
  const scenario::Effort effort = options.effort();
  const auto json = options.output.json();
  const auto calibration = read_calibration(options.calibration, scenarios);
  require_notifiers(scenario);
  measure::catch_cancel_signals();
  const MeasuringHost measuring(scenario.place, scenario.idle);
  if (calibration) options.calibration.warn_of_differences(*calibration, measuring.placement, scenario.idle);
  scenario.place = measuring.placement.name;  // what "auto" came to: results are named by it

  Progress progress;
  experiment::Measurement& measurement = progress.measurement;
  measurement.scenario = scenario;
  measurement.placement = measuring.placement;
  progress.calibration_path = options.calibration.path;
  progress.calibration = calibration;
  progress.wants_raw = options.output.raw;
  ExitCode exit_code = ExitCode::ok;
  std::optional<experiment::Experiment> experiment;
  const auto keep = [&] {
    if (experiment) measurement = experiment->measurement();
  };
  try {
    experiment.emplace(scenario, measuring.placement, measuring.clock);
    text::Progress steps(effort.repetitions);
    for (std::uint32_t i = 0; i < effort.repetitions; ++i) {
      const experiment::Repetition& repetition = experiment->repeat(effort);
      spdlog::info("repetition {}: {} slices", steps.step(), repetition.slices.size());
      keep();
      if (json) output::keep_so_far(*json, document_of(measuring, progress));
    }
    progress.complete = true;
  } catch (const measure::Cancelled&) {
    keep();
    spdlog::warn("interrupted: {} are complete and kept", kept_of(measurement, effort.repetitions));
    exit_code = ExitCode::cancelled;
  } catch (const measure::BrokenRun& broken) {
    keep();
    progress.error = broken.what();
    spdlog::error("{}; {} were complete before and are kept", broken.what(), kept_of(measurement, effort.repetitions));
    exit_code = ExitCode::cells_failed;
  }
  if (options.output.wants_table() && !measurement.repetitions.empty()) {
    const experiment::Result result = experiment::conclude(measurement);
    text::Page page(std::cout);
    output::print_result(page, measurement, result);
    output::print_floor(page, measuring.floor);
    const auto forecast = forecasts_of(calibration, {measurement}).front();
    if (forecast) output::print_forecast(page, *forecast, result.figures.ns_per_item);
  }
  if (json) json->write(output::dump(document_of(measuring, progress)));
  return exit_code;
}

}  // namespace

CommandBody add_run(CLI::App& app) {
  auto options = std::make_shared<RunOptions>();
  options->scenario.add_to(app);
  app.add_option("--duration", options->duration, "measured time of a repetition")
      ->type_name("TIME")
      ->default_str(options->duration);
  app.add_option("--items", options->items, "instead: measure at least this many items in each repetition")
      ->type_name("COUNT");
  app.add_option("--repetitions", options->repetitions, "how often to repeat it")
      ->type_name("COUNT")
      ->default_str(options->repetitions);
  options->calibration.add_to(app, "set beside it what the costs that 'calibrate --out' wrote let one expect");
  options->output.add_to(app);
  options->output.add_raw_to(app);
  return [options] { return run(*options); };
}

}  // namespace kickbench::bench::command
