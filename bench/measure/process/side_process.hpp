#pragma once

#include <optional>

namespace kickbench::bench::measure {

/// The command that ProcessSide starts this binary with. Not for users, and in no help.
inline constexpr const char* side_process_command = "consumer-process";

/// To be called first thing in main: where this process was started to serve a side, serves it to the end, and returns
/// the exit code. It ends when the process that started it hangs up or ends, however that ends.
std::optional<int> serve_if_started_as_side(int argc, char** argv);

}  // namespace kickbench::bench::measure
