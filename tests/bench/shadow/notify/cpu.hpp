// Stands in for notify/cpu.hpp: a clock of which a nanosecond is a tick, ahead on each thread by as much as the test
// says, as the counters of CPUs are that nobody has set together. What is to be tested compiles against this header
// unchanged, because its folder comes first in the include path.
#pragma once

#include <chrono>

#include "ring/units.hpp"

namespace kickbench {

inline thread_local TickSpan counter_ahead;

inline TickTime read_ticks() noexcept {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return TickTime{std::chrono::nanoseconds(now).count()} + counter_ahead;
}
/// The kernel's clock never runs ahead of loads.
inline TickTime read_ticks_after_loads() noexcept { return read_ticks(); }

}  // namespace kickbench
