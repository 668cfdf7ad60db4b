#pragma once

namespace kickbench::bench::command {

/// Logs go to standard error: standard output carries results only. In colours on a terminal, unless `no_color` or the
/// environment variable NO_COLOR says otherwise, and in lines that fit it. `quiet`: warnings and errors only.
void install_logger(bool quiet, bool no_color);

}  // namespace kickbench::bench::command
