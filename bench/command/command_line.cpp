// The command line: dispatch, and what each kind of error becomes.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <iostream>
#include <string_view>

#include "bench/command/calibration_option.hpp"
#include "bench/command/commands.hpp"
#include "bench/command/logger.hpp"
#include "bench/command/measuring_host.hpp"
#include "bench/measure/cancel.hpp"
#include "bench/measure/session.hpp"

namespace kickbench::bench::command {
namespace {

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

}  // namespace

int run_command_line(int argc, char** argv) {
  install_logger(has_flag(argc, argv, "--quiet"), has_flag(argc, argv, "--no-color"));
  CommandBody body;
  try {
    body = parse_command_line({argv + 1, argv + argc});
  } catch (const scenario::UsageError& error) {
    return report(error, ExitCode::usage);
  }
  return dispatch(body);
}

}  // namespace kickbench::bench::command
