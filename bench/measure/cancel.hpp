// Ctrl-C and SIGTERM as something that can be waited for.
#pragma once

#include <stdexcept>

namespace kickbench::bench::measure {

/// The user wants out. What was measured is kept; exit code 130.
class Cancelled : public std::runtime_error {
 public:
  Cancelled() : std::runtime_error("interrupted") {}
};

/// From here on the first SIGINT or SIGTERM sets a flag and makes cancel_fd() readable instead of ending the process. A
/// second one ends it at once.
void catch_cancel_signals();
bool cancel_requested() noexcept;
/// A descriptor that becomes, and stays, readable with the first of these signals. -1 before catch_cancel_signals().
int cancel_fd() noexcept;

}  // namespace kickbench::bench::measure
