// Ctrl-C and SIGTERM as something that can be waited for.
#pragma once

#include <stdexcept>

namespace kickbench::bench::measure {

/// The user wants out. What was measured is kept; exit code 130.
class Interrupted : public std::runtime_error {
 public:
  Interrupted() : std::runtime_error("interrupted") {}
};

/// From here on SIGINT and SIGTERM set a flag and make interrupt_fd() readable instead of ending the process.
void catch_interrupts();
bool interrupt_requested() noexcept;
/// A descriptor that becomes, and stays, readable with the first interrupt. -1 before catch_interrupts().
int interrupt_fd() noexcept;

}  // namespace kickbench::bench::measure
