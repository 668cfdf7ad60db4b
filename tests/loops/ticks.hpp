// Durations of the tests' streams as spans of the CPU's counter. Their length matters to nothing that is asserted.
#pragma once

#include <chrono>
#include <cstdint>

#include "notify/cpu.hpp"

namespace kickbench::test {

inline TickSpan ticks(std::chrono::nanoseconds span) {
  static const double per_ns = [] {
    const auto begin = std::chrono::steady_clock::now();
    const TickTime begin_ticks = read_ticks();
    while (std::chrono::steady_clock::now() - begin < std::chrono::milliseconds(2)) {
    }
    const TickSpan elapsed = read_ticks() - begin_ticks;
    const std::chrono::duration<double, std::nano> ns = std::chrono::steady_clock::now() - begin;
    return static_cast<double>(elapsed.count) / ns.count();
  }();
  return {static_cast<std::int64_t>(per_ns * static_cast<double>(span.count()))};
}

}  // namespace kickbench::test
