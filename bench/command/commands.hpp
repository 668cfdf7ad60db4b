// The one table of commands.
#pragma once

#include <CLI/CLI.hpp>
#include <span>
#include <string>
#include <vector>

#include "bench/command/options.hpp"

namespace kickbench::bench::command {

/// Each adds its options to `app` and returns what to do once they are parsed.
CommandBody add_doctor(CLI::App& app);
CommandBody add_calibrate(CLI::App& app);
CommandBody add_predict(CLI::App& app);
CommandBody add_simulate(CLI::App& app);
CommandBody add_run(CLI::App& app);
CommandBody add_bench(CLI::App& app);
CommandBody add_validate(CLI::App& app);
CommandBody add_list(CLI::App& app);

struct CommandRow {
  const char* name;
  const char* description;
  CommandBody (*add)(CLI::App&);
};
std::span<const CommandRow> command_rows();

/// What to do, of the arguments behind the program's name. Nothing is opened or measured yet. Throws UsageError.
CommandBody parse_command_line(const std::vector<std::string>& arguments);

/// Parses, dispatches, and turns every error into its message on standard error and its exit code.
int run_command_line(int argc, char** argv);

}  // namespace kickbench::bench::command
