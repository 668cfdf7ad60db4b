// kickbench bench: the Google Benchmark suite, one family per operating regime.
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <sstream>

#include "bench/command/calibration_option.hpp"
#include "bench/command/commands.hpp"
#include "bench/command/measuring_host.hpp"
#include "bench/command/notifier_costs.hpp"
#include "bench/measure/cancel.hpp"
#include "bench/output/noise_output.hpp"
#include "bench/scenario/nearest_name.hpp"
#include "bench/suite/suite.hpp"

namespace kickbench::bench::command {
namespace {

/// About three seconds with three notifiers.
constexpr std::uint32_t calibration_rounds = 4;

struct BenchOptions {
  std::string preset = "quick";
  std::string place = "auto";
  std::string idle = "as-is";
  CalibrationOption calibration;
  OutputOptions output;
};

suite::Preset parse_preset(const std::string& name) {
  for (const suite::PresetRow& row : suite::presets()) {
    if (row.name == name) return row.preset;
  }
  throw scenario::UsageError(
      scenario::unknown_name("--preset", name, suite::presets(), [](const suite::PresetRow& row) { return row.name; }));
}

/// --benchmark_color, of the log; the table has no colours.
void color_log(bool always) {
  for (const auto& sink : spdlog::default_logger()->sinks()) {
    auto* const colored = dynamic_cast<spdlog::sinks::stderr_color_sink_mt*>(sink.get());
    if (colored != nullptr) colored->set_color_mode(always ? spdlog::color_mode::always : spdlog::color_mode::never);
  }
}

suite::BenchmarkFlags parse_flags(const std::vector<std::string>& arguments, const OutputOptions& output) {
  const suite::BenchmarkFlags flags =
      suite::parse_benchmark_flags(arguments, [](const char* name) { return std::getenv(name); });
  if (output.no_color && flags.color == true) {
    throw scenario::UsageError("--no-color and --benchmark_color=true contradict each other: give one of them");
  }
  if (flags.color) color_log(*flags.color);
  return flags;
}

ExitCode run(const BenchOptions& options, const std::vector<std::string>& arguments) {
  const suite::Preset preset = parse_preset(options.preset);
  const host::IdleMode idle = parse_idle(options.idle);
  const suite::BenchmarkFlags flags = parse_flags(arguments, options.output);
  std::vector<suite::Report> reports = open_reports(flags, options.output.json_path);
  if (options.output.raw && std::ranges::count(reports, suite::Format::json, &suite::Report::format) == 0) {
    throw scenario::UsageError(
        "--raw has no effect: it matters only with --json, or another report as JSON; leave it out");
  }
  const auto known = options.calibration.path.empty() ? std::nullopt : std::optional(options.calibration.read());
  measure::catch_cancel_signals();
  const MeasuringHost measuring(options.place, idle);

  if (known) {
    spdlog::info("the regimes' parameters are derived from the costs in {}", options.calibration.path);
    options.calibration.warn_of_differences(*known, measuring.placement, idle);
  } else {
    spdlog::info("calibrating the notifiers: the regimes' parameters are derived from their costs");
  }
  const NotifierCostsHere here = notifier_costs(measuring, known, calibration_rounds);
  output::Json head = document_head("bench", measuring);
  if (known) head["calibration"] = options.calibration.path;
  std::ostringstream floor;
  output::print_floor(floor, measuring.floor);
  const suite::SuiteRequest request{
      .cells = make_cells(preset, here.notifiers, here.costs.wakes, measuring.placement.name, idle),
      .costs = here.costs,
      .skipped = here.skipped,
      .placement = measuring.placement,
      .flags = flags,
      .reports = std::move(reports),
      .head = std::move(head),
      .wants_raw = options.output.raw,
      .table_end = floor.str()};
  const suite::SuiteOutcome outcome = suite::run_suite(request, measuring.clock);
  if (outcome.matched == 0)
    throw scenario::UsageError("no benchmark matches the filter; --benchmark_list_tests lists the names");
  if (outcome.interrupted) {
    spdlog::warn("interrupted: the repetitions that were complete are kept");
    return ExitCode::cancelled;
  }
  if (outcome.failed > 0) {
    spdlog::error("{} of {} benchmarks failed", outcome.failed, outcome.matched);
    return ExitCode::cells_failed;
  }
  return ExitCode::ok;
}

}  // namespace

CommandBody add_bench(CLI::App& app) {
  auto options = std::make_shared<BenchOptions>();
  std::string preset_help = "which benchmarks:";
  for (const suite::PresetRow& row : suite::presets()) {
    preset_help += " " + std::string(row.name) + " (" + std::string(row.description) + ")";
  }
  app.add_option("--preset", options->preset, preset_help)->type_name("NAME")->default_str(options->preset);
  app.add_option("--place", options->place, "auto, same-core, smt, l2, l3, numa, socket, or two CPU numbers P,C")
      ->type_name("NAME")
      ->default_str(options->place);
  app.add_option("--idle", options->idle, "what idle CPUs do: as-is, or poll (needs /dev/cpu_dma_latency)")
      ->type_name("NAME")
      ->default_str(options->idle);
  options->calibration.add_to(app, "wake costs that 'calibrate --out' wrote, instead of measuring them again");
  options->output.add_to(app);
  options->output.add_raw_to(app);
  app.allow_extras();
  app.footer(
      "Google Benchmark's flags (--benchmark_filter=FC) and environment variables\n"
      "(BENCHMARK_FILTER=FC) are taken, too: docs/measuring.md has a table of them.");
  return [options, &app] { return run(*options, app.remaining()); };
}

}  // namespace kickbench::bench::command
