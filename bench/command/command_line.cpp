// The command line: parsing, dispatch, and what each kind of error becomes.
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <iostream>
#include <string_view>

#include "bench/command/calibration_option.hpp"
#include "bench/command/commands.hpp"
#include "bench/command/measuring_host.hpp"
#include "bench/measure/cancel.hpp"
#include "bench/measure/session.hpp"
#include "bench/scenario/nearest_name.hpp"

namespace kickbench::bench::command {
namespace {

struct CommandRow {
  const char* name;
  const char* description;
  CommandBody (*add)(CLI::App&);
};

constexpr std::array commands{
    CommandRow{"doctor", "machine facts, and what on this host will disturb the numbers", add_doctor},
    CommandRow{"calibrate", "what notifying and waking cost on this CPU: N and S, per notifier and idle time",
               add_calibrate},
    CommandRow{"predict", "the model alone: regime, time per item, energy and latency for given costs", add_predict},
    CommandRow{"simulate", "the model's events executed: constant costs exactly, or distributions", add_simulate},
    CommandRow{"run", "one scenario: measured beside predicted, regime named", add_run},
    CommandRow{"bench", "the benchmark suite, one family per operating regime; takes --benchmark_* flags", add_bench},
    CommandRow{"validate",
               "the model beside a grid of measured cells: its errors by regime, and what broke where it is off",
               add_validate},
    CommandRow{"list", "rings, notifiers, wait strategies, placements and regimes, and which work here", add_list},
};

/// Logs go to standard error: standard output carries results only.
void install_logger(bool quiet, bool no_color) {
  const auto color = no_color ? spdlog::color_mode::never : spdlog::color_mode::automatic;
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>(color);
  auto logger = std::make_shared<spdlog::logger>("kickbench", std::move(sink));
  logger->set_pattern("kickbench: %^%l%$: %v");
  if (quiet) logger->set_level(spdlog::level::warn);
  spdlog::set_default_logger(std::move(logger));
}

int code(ExitCode exit_code) { return static_cast<int>(exit_code); }

int report(const std::exception& error, ExitCode exit_code) {
  spdlog::error("{}", error.what());
  return code(exit_code);
}

int dispatch(const CommandBody& body) {
  try {
    const ExitCode result = body();
    if (!std::cout.flush()) {
      throw output::OutputError("the result could not be written to standard output: make room, or send it elsewhere");
    }
    return code(result);
  } catch (const scenario::UsageError& error) {
    return report(error, ExitCode::usage);
  } catch (const model::DomainError& error) {
    return report(error, ExitCode::usage);
  } catch (const OtherHost& error) {
    return report(error, ExitCode::other_host);
  } catch (const host::PlacementUnavailable& error) {
    return report(error, ExitCode::everything_skipped);
  } catch (const host::PlacementError& error) {
    return report(error, ExitCode::usage);
  } catch (const host::IdleError& error) {
    return report(error, ExitCode::usage);
  } catch (const host::TooFewCpus& error) {
    return report(error, ExitCode::everything_skipped);
  } catch (const Skipped& error) {
    return report(error, ExitCode::everything_skipped);
  } catch (const measure::Cancelled& error) {
    return report(error, ExitCode::cancelled);
  } catch (const std::exception& error) {  // BrokenRun, OutputError, or the host refused something
    return report(error, ExitCode::cells_failed);
  }
}

bool has_flag(int argc, char** argv, std::string_view flag) {
  return std::any_of(argv + 1, argv + argc, [&](const char* argument) { return argument == flag; });
}

/// CLI11 takes whatever follows an option as its value: a forgotten one would swallow the next option.
void refuse_missing_values(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) {
    if (option->get_items_expected_min() == 0) continue;
    option->check([](const std::string& value) -> std::string {
      if (value.empty()) return "needs a value, and got an empty one";
      return value.starts_with("--") ? "needs a value before '" + value + "'" : "";
    });
  }
}

/// The option of `scope` whose name is nearest.
std::string nearest_option(const CLI::App& scope, const std::string& given) {
  std::string nearest = "--help";
  for (const CLI::Option* option : scope.get_options()) {
    const std::string name = option->get_name();
    if (scenario::edit_distance(given, name) < scenario::edit_distance(given, nearest)) nearest = name;
  }
  return nearest;
}

std::string unknown_argument(const CLI::App& app, std::string argument) {
  const auto used = app.get_subcommands();
  const CLI::App& scope = used.empty() ? app : *used.front();
  if (!argument.starts_with('-')) {
    if (used.empty()) {
      return scenario::unknown_name("command", argument, commands, [](const CommandRow& row) { return row.name; });
    }
    return "'" + argument + "' was not expected: " + scope.get_name() + " takes options only";
  }
  argument.erase(std::min(argument.find('='), argument.size()));
  const std::string nearest = nearest_option(scope, argument);
  if (argument == nearest)
    return argument + " belongs behind the command: kickbench " + scope.get_name() + " " + argument;
  return "option '" + argument + "' is unknown; did you mean '" + nearest + "'?";
}

/// What was wrong with the arguments, and where to read on.
std::string explain(const CLI::App& app, const CLI::ParseError& error) {
  const auto used = app.get_subcommands();
  const auto unknown = app.remaining(true);
  const bool is_unknown =
      !unknown.empty() && (used.empty() || dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr);
  const std::string help = used.empty() ? "kickbench --help" : "kickbench " + used.front()->get_name() + " --help";
  const std::string what = is_unknown ? unknown_argument(app, unknown.front()) : error.what();
  return what + (what.ends_with('?') ? " See '" : "; see '") + help + "'";
}

}  // namespace

int run_command_line(int argc, char** argv) {
  install_logger(has_flag(argc, argv, "--quiet"), has_flag(argc, argv, "--no-color"));
  CLI::App app(
      "What synchronisation between a producer and a consumer costs on this CPU, beside what the model of "
      "Lettieri, Maffione and Rizzo (2018) predicts.",
      "kickbench");
  app.require_subcommand(1);
  app.set_version_flag("--version", "kickbench " KICKBENCH_VERSION);
  CommandBody chosen;
  for (const CommandRow& row : commands) {
    CLI::App* sub = app.add_subcommand(row.name, row.description);
    sub->callback([&chosen, body = row.add(*sub)] { chosen = body; });
    refuse_missing_values(*sub);
  }
  if (argc < 2) {
    std::cerr << app.help();
    return code(ExitCode::usage);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help_or_version) {
    return app.exit(help_or_version, std::cout, std::cerr);
  } catch (const CLI::ParseError& error) {
    spdlog::error("{}", explain(app, error));
    return code(ExitCode::usage);
  }
  return dispatch(chosen);
}

}  // namespace kickbench::bench::command
