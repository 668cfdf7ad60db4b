// Parsing of the command line: the one table of commands, and what is wrong with the arguments, in words.
#include <array>
#include <iostream>
#include <memory>
#include <sstream>
#include <string_view>

#include "bench/command/commands.hpp"
#include "bench/command/option_rules.hpp"
#include "bench/host/environment.hpp"
#include "bench/scenario/nearest_name.hpp"
#include "bench/text/page.hpp"

namespace kickbench::bench::command {
namespace {

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

/// CLI11 takes whatever follows an option as its value: a forgotten one would swallow the next option. And it takes a
/// flag's value for nothing.
void refuse_wrong_values(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) {
    if (option->get_items_expected_min() == 0) {
      option->disable_flag_override();
      continue;
    }
    option->check([](const std::string& value) -> std::string {
      if (value.empty()) return "needs a value, and got an empty one";
      return value.starts_with("--") ? "needs a value before '" + value + "'" : "";
    });
  }
}

/// The option of `scope` whose name is nearest; empty if none is near.
std::string nearest_option(const CLI::App& scope, const std::string& given) {
  std::vector<std::string> names;
  for (const CLI::Option* option : scope.get_options()) names.push_back(option->get_name());
  return scenario::nearest_name(given, names);
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
  return "option '" + argument + "' is unknown" + (nearest.empty() ? "" : "; did you mean '" + nearest + "'?");
}

/// CLI11 names the option first: "--json: 1 required FILE missing", but "quiet was given a disallowed flag override".
std::string in_our_words(const CLI::App& app, const CLI::ParseError& error) {
  const std::string what = error.what();
  const auto used = app.get_subcommands();
  const std::string first = what.substr(0, what.find_first_of(": "));
  const std::string name = first.starts_with("--") ? first : "--" + first;
  const CLI::Option* const option = used.empty() ? nullptr : used.front()->get_option_no_throw(name);
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) return "a command is missing";
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) == nullptr || option == nullptr) return what;
  if (option->get_items_expected_min() == 0) return name + " takes no value";
  if (option->count() > 1 && !what.ends_with("missing")) return name + " is given more than once";
  return name + " needs a value: " + name + " " + option->get_type_name();
}

/// What was wrong with the arguments, and where to read on.
std::string explain(const CLI::App& app, const CLI::ParseError& error) {
  const auto used = app.get_subcommands();
  const auto unknown = app.remaining(true);
  const bool is_unknown =
      !unknown.empty() && (used.empty() || dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr);
  const std::string help = used.empty() ? "kickbench --help" : "kickbench " + used.front()->get_name() + " --help";
  const std::string what = is_unknown ? unknown_argument(app, unknown.front()) : in_our_words(app, error);
  return what + (what.ends_with('?') ? " See '" : "; see '") + help + "'";
}

}  // namespace

std::span<const CommandRow> command_rows() { return commands; }

CommandBody parse_command_line(const std::vector<std::string>& arguments) {
  const auto app = std::make_shared<CLI::App>(  // its remaining arguments are for some commands
      "What synchronisation between a producer and a consumer costs on this CPU, beside what the model of "
      "Lettieri, Maffione and Rizzo (2018) predicts.",
      "kickbench");
  app->require_subcommand(1);
  app->get_formatter()->column_width(32);  // the longest option, and a gap
  const host::Build build = host::Build::current();
  app->set_version_flag("--version", "kickbench " + build.version + ", revision " + build.revision);
  CommandBody chosen;
  for (const CommandRow& row : commands) {
    CLI::App* sub = app->add_subcommand(row.name, row.description);
    sub->callback([&chosen, body = row.add(*sub)] { chosen = body; });
    refuse_wrong_values(*sub);
  }
  if (arguments.empty()) {
    return [help = app->help()] {
      text::Page(std::cerr) << help;
      return ExitCode::usage;
    };
  }
  try {
    app->parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::Success& help_or_version) {
    std::ostringstream text;
    app->exit(help_or_version, text, text);
    return [text = text.str()] {
      text::Page(std::cout) << text;
      return ExitCode::ok;
    };
  } catch (const CLI::ParseError& error) {
    throw scenario::UsageError(explain(*app, error));
  }
  check_options(*app->get_subcommands().front());
  return [app, chosen] { return chosen(); };
}

}  // namespace kickbench::bench::command
