// kickbench calibrate: what notifying, waking and sleeping cost on this CPU.
#include <spdlog/spdlog.h>

#include <iostream>

#include "bench/calibration/rounds.hpp"
#include "bench/command/commands.hpp"
#include "bench/command/measuring_host.hpp"
#include "bench/measure/cancel.hpp"
#include "bench/output/calibration_file.hpp"
#include "bench/output/calibration_output.hpp"
#include "bench/text/page.hpp"
#include "bench/text/progress.hpp"
#include "notify/notifier.hpp"

namespace kickbench::bench::command {
namespace {

struct CalibrateOptions {
  std::string place = "auto";
  std::string idle = "as-is";
  std::string notify;
  std::string rounds = "16";
  std::string out;
  OutputOptions output;
};

std::optional<output::OutputFile> calibration_file(const std::string& path) {
  if (output::is_standard_output(path))
    throw scenario::UsageError("--out " + path + ": name a file, for other commands to read");
  return path.empty() ? std::nullopt : std::optional<output::OutputFile>(std::in_place, "--out", path);
}

std::vector<std::string> chosen_notifiers(const std::string& only, calibration::CalibrationResult& result) {
  std::vector<std::string> names;
  if (!only.empty()) {
    scenario::check_notifier("--notify", only);
    if (only == "none") {
      throw scenario::UsageError("--notify none: nobody notifies, so there is nothing to measure; name a notifier");
    }
    scenario::Scenario scenario;
    scenario.kick = scenario.interrupt = only;
    require_notifiers(scenario);
    return {only};
  }
  for (const NotifierKind& kind : notifier_kinds()) {
    if (kind.name == "none") continue;
    const std::string reason = kind.unavailable_reason();
    if (reason.empty()) {
      names.emplace_back(kind.name);
    } else {
      result.skipped.push_back({std::string(kind.name), reason});
    }
  }
  return names;
}

ExitCode calibrate(const CalibrateOptions& options) {
  const host::IdleMode idle = parse_idle(options.idle);
  const std::uint32_t rounds = parse_whole("--rounds", options.rounds);
  const auto json = options.output.json();
  const auto out = calibration_file(options.out);
  calibration::CalibrationResult result;
  const std::vector<std::string> notifiers = chosen_notifiers(options.notify, result);
  measure::catch_cancel_signals();
  const MeasuringHost measuring(options.place, idle);

  const host::ClockInstant calibrated = host::read_both_clocks();
  const auto clock_check = [&] { return measuring.clock.check_since(calibrated); };
  result.placement = measuring.placement;
  result.idle = options.idle;
  result.counter_offset = calibration::compare_counters(measuring.placement, measuring.clock);
  const auto document = [&](bool complete) {
    output::Json head = document_head("calibrate", measuring);
    head["complete"] = complete;
    head["interrupted"] = measure::cancel_requested();
    head["clock_check"] = output::to_json(clock_check());
    output::put_calibration(head, result);
    return head;
  };
  ExitCode exit_code = ExitCode::ok;
  try {
    spdlog::info("least work");
    result.least_work = calibration::measure_least_work(measuring.placement, measuring.clock);
    calibration::Calibrator calibrator(notifiers, measuring.placement, measuring.clock);
    spdlog::info("notifications and sleeps, in {} rounds", rounds);
    text::Progress steps(rounds);
    for (std::uint32_t round = 0; round < rounds; ++round) {
      calibrator.run_round();
      spdlog::info("round {}", steps.step());
      result.facts = calibrator.facts();
      if (json) output::keep_so_far(*json, document(false));
    }
  } catch (const measure::Cancelled&) {
    spdlog::warn("interrupted: what was measured is kept");
    exit_code = ExitCode::cancelled;
  } catch (const measure::BrokenRun& broken) {
    spdlog::error("{}; what was measured before is kept", broken.what());
    exit_code = ExitCode::cells_failed;
  }
  if (options.output.wants_table()) {
    text::Page page(std::cout);
    output::print_calibration(page, measuring.clock, clock_check(), result);
  }
  const bool complete = exit_code == ExitCode::ok;
  const std::string text = json || out ? output::dump(document(complete)) : "";
  if (json) json->write(text);
  if (out && complete) out->write(text);
  return exit_code;
}

}  // namespace

CommandBody add_calibrate(CLI::App& app) {
  auto options = std::make_shared<CalibrateOptions>();
  app.add_option("--notify", options->notify, "only this notifier; see 'kickbench list' (default: all that work here)")
      ->type_name("NAME");
  app.add_option("--place", options->place, "auto, smt, l2, l3, numa, socket, or two CPU numbers P,C")
      ->type_name("NAME")
      ->default_str(options->place);
  app.add_option("--idle", options->idle, "what idle CPUs do: as-is, or poll (needs /dev/cpu_dma_latency)")
      ->type_name("NAME")
      ->default_str(options->idle);
  app.add_option("--rounds", options->rounds, "each measures every notifier both ways; intervals are over the rounds")
      ->type_name("COUNT")
      ->default_str(options->rounds);
  app.add_option("--out", options->out,
                 "write what --json writes to this file, once all is measured: an earlier one stays until then")
      ->type_name("FILE");
  options->output.add_to(app);
  return [options] { return calibrate(*options); };
}

}  // namespace kickbench::bench::command
