// kickbench bench: the Google Benchmark suite, one family per operating regime.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>
#include <iostream>
#include <memory>

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

/// Takes a flag "--name=value" out of the list; empty if it is not there.
std::string take_flag(std::vector<std::string>& flags, const std::string& name) {
  const std::string prefix = name + "=";
  std::string value;
  std::erase_if(flags, [&](const std::string& flag) {
    if (!flag.starts_with(prefix)) return false;
    value = flag.substr(prefix.size());
    return true;
  });
  return value;
}

void check_flags(const std::vector<std::string>& flags) {
  for (const std::string& flag : flags) {
    if (!flag.starts_with("--benchmark_")) {
      throw scenario::UsageError("bench does not know '" + flag +
                                 "'; see 'kickbench bench --help', or give a --benchmark_* flag");
    }
  }
}

/// What --benchmark_* flags ask of us and not of Google Benchmark, which neither measures nor writes.
struct TakenFlags {
  Nanoseconds repetition{0.18e9};  ///< four slices
  Nanoseconds least_settling{};
  std::unique_ptr<output::OutputFile> csv;
  std::unique_ptr<output::OutputFile> table;
};

/// A flag of a time in seconds, without a unit. Throws UsageError.
Nanoseconds take_seconds(std::vector<std::string>& flags, const std::string& name, Nanoseconds usual) {
  const std::string text = take_flag(flags, name);
  if (text.empty()) return usual;
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || !(seconds >= 0 && seconds <= 1e6)) {
    throw scenario::UsageError(name + "=" + text + ": must be a number of seconds, without a unit");
  }
  return Nanoseconds(seconds * 1e9);
}

/// --benchmark_out is --json by another name, unless another format is asked for; so is --benchmark_format=json.
TakenFlags take_flags(std::vector<std::string>& flags, OutputOptions& output) {
  TakenFlags taken;
  taken.repetition = take_seconds(flags, "--benchmark_min_time", taken.repetition);
  taken.least_settling = take_seconds(flags, "--benchmark_min_warmup_time", taken.least_settling);
  const std::string format = take_flag(flags, "--benchmark_out_format");
  const std::string path = take_flag(flags, "--benchmark_out");
  if (!format.empty() && format != "json" && format != "csv" && format != "console") {
    throw scenario::UsageError("--benchmark_out_format=" + format + ": must be json, csv or console");
  }
  if (!path.empty() && format == "csv") {
    taken.csv = std::make_unique<output::OutputFile>("--benchmark_out", path);
  } else if (!path.empty() && format == "console") {
    taken.table = std::make_unique<output::OutputFile>("--benchmark_out", path);
  } else if (!path.empty()) {
    if (!output.json_path.empty() && path != output.json_path) {
      throw scenario::UsageError("--benchmark_out " + path + " and --json " + output.json_path +
                                 " name two files: give one");
    }
    output.json_path = path;
  }
  const std::string display = take_flag(flags, "--benchmark_format");
  if (display == "json") output.json_path = "-";
  if (!display.empty() && display != "json" && display != "console") {
    throw scenario::UsageError("--benchmark_format=" + display +
                               ": standard output is console or json; for CSV give "
                               "--benchmark_out=FILE --benchmark_out_format=csv");
  }
  return taken;
}

ExitCode run(BenchOptions options, std::vector<std::string> flags) {
  const suite::Preset preset = parse_preset(options.preset);
  const host::IdleMode idle = parse_idle(options.idle);
  check_flags(flags);
  const TakenFlags taken = take_flags(flags, options.output);
  // Repeated, so that there is a spread. Flags that the user gives come later and count.
  flags.insert(flags.begin(), "--benchmark_repetitions=5");
  suite::give_flags_to_benchmark(flags);
  const auto json = options.output.json();
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
  const suite::SuiteRequest request{
      .cells = make_cells(preset, here.notifiers, here.costs.wakes, measuring.placement.name, idle),
      .costs = here.costs,
      .skipped = here.skipped,
      .placement = measuring.placement,
      .repetition = taken.repetition,
      .least_settling = taken.least_settling,
      .json = json ? &*json : nullptr,
      .csv = taken.csv.get(),
      .table = taken.table.get(),
      .head = std::move(head),
      .print_table = options.output.wants_table()};
  const suite::SuiteOutcome outcome = suite::run_suite(request, measuring.clock);
  if (outcome.matched == 0)
    throw scenario::UsageError("no benchmark matches the filter; --benchmark_list_tests lists the names");
  if (request.print_table && !outcome.only_listed) output::print_floor(std::cout, measuring.floor);
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
  app.add_option("--preset", options->preset, preset_help)->default_str(options->preset);
  app.add_option("--place", options->place, "auto, same-core, smt, l2, l3, numa, socket, or two CPU numbers P,C")
      ->default_str(options->place);
  app.add_option("--idle", options->idle, "what idle CPUs do: as-is, or poll (needs /dev/cpu_dma_latency)")
      ->default_str(options->idle);
  options->calibration.add_to(app, "wake costs that 'calibrate --out' wrote, instead of measuring them again");
  options->output.add_to(app);
  app.allow_extras();
  app.footer("All --benchmark_* flags of Google Benchmark work, e.g. --benchmark_filter=FC --benchmark_repetitions=9.");
  return [options, &app] { return run(*options, app.remaining()); };
}

}  // namespace kickbench::bench::command
