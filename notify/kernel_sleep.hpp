#pragma once

#include <chrono>
#include <ctime>

namespace kickbench {

/// Gives the CPU back for a time below a second. A signal handler may end it early.
inline void sleep_in_kernel(std::chrono::nanoseconds length) noexcept {
  const timespec request{.tv_sec = 0, .tv_nsec = length.count()};
  clock_nanosleep(CLOCK_MONOTONIC, 0, &request, nullptr);
}

}  // namespace kickbench
