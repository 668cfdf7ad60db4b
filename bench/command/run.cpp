// kickbench run: one scenario, measured beside predicted.
#include <spdlog/spdlog.h>

#include <iostream>

#include "bench/command/commands.hpp"
#include "bench/command/measuring_host.hpp"
#include "bench/experiment/measurement.hpp"
#include "bench/measure/interrupt.hpp"
#include "bench/output/result_json.hpp"
#include "bench/output/result_text.hpp"

namespace kickbench::bench {
namespace {

struct RunOptions {
  ScenarioOptions scenario;
  OutputOptions output;
  std::string duration = "500ms";
  std::string items;
  std::string repetitions = "5";

  Effort effort() const;
};

Effort RunOptions::effort() const {
  Effort effort{.duration = parse_model_time("--duration", duration),
                .repetitions = parse_whole("--repetitions", repetitions)};
  if (effort.duration <= Nanoseconds(0)) throw UsageError("--duration " + duration + " must be above 0");
  if (!items.empty()) effort.items = parse_items("--items", items);
  return effort;
}

/// How far a run came. A run that broke is void from there on; what was complete before is kept, and says so.
struct Progress {
  Measurement measurement;
  bool complete = false;
  std::string error;
};

Json document_of(const host::Clock& clock, const Progress& progress) {
  const Measurement& measurement = progress.measurement;
  const Result result = conclude(measurement);
  Json document = document_head("run", clock);
  document["complete"] = progress.complete;
  document["interrupted"] = interrupt_requested();
  if (!progress.error.empty()) document["error"] = progress.error;
  document["scenario"] = to_json(measurement.scenario);
  document["placement"] = to_json(measurement.placement);
  document["result"] = result.slices_total == 0 ? Json(nullptr) : row_of(measurement, result);
  if (result.slices_total == 0) document["result_reason"] = "it ended before a repetition was complete";
  document["raw"] = raw_of(measurement);
  return document;
}

ExitCode run(const RunOptions& options) {
  Scenario scenario = options.scenario.resolve();
  const Effort effort = options.effort();
  const auto json = options.output.json();
  require_notifiers(scenario);
  catch_interrupts();
  const MeasuringHost measuring(scenario.place, scenario.idle);
  scenario.place = measuring.placement.name;  // what "auto" came to: results are named by it

  Progress progress;
  Measurement& measurement = progress.measurement;
  measurement.scenario = scenario;
  measurement.placement = measuring.placement;
  ExitCode exit_code = ExitCode::ok;
  try {
    Experiment experiment(scenario, measuring.placement, measuring.clock);
    for (std::uint32_t i = 0; i < effort.repetitions; ++i) {
      const Repetition& repetition = experiment.repeat(effort);
      spdlog::info("repetition {} of {}: {} slices", i + 1, effort.repetitions, repetition.slices.size());
      measurement = experiment.measurement();
      if (json) keep_so_far(*json, document_of(measuring.clock, progress));
    }
    progress.complete = true;
  } catch (const Interrupted&) {
    spdlog::warn("interrupted: {} of {} repetitions are complete and kept", measurement.repetitions.size(),
                 effort.repetitions);
    exit_code = ExitCode::interrupted;
  } catch (const BrokenRun& broken) {
    progress.error = broken.what();
    spdlog::error("{}; {} of {} repetitions were complete before", broken.what(), measurement.repetitions.size(),
                  effort.repetitions);
    exit_code = ExitCode::cells_failed;
  }
  if (options.output.wants_table() && !measurement.repetitions.empty()) {
    print_result(std::cout, measurement, conclude(measurement));
  }
  if (json) json->write(dump(document_of(measuring.clock, progress)));
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
  options->output.add_to(app);
  return [options] { return run(*options); };
}

}  // namespace kickbench::bench
