// Stands in for notify/cpu.hpp: the real counter, but each thread's is ahead by as much as the test says, as the
// counters of CPUs are that nobody has set together. What is to be tested compiles against this header unchanged,
// because its folder comes first in the include path.
#pragma once

#define read_ticks read_ticks_in_step
#define read_ticks_after_loads read_ticks_after_loads_in_step
#include "../../../../notify/cpu.hpp"
#undef read_ticks
#undef read_ticks_after_loads

namespace kickbench {

inline thread_local TickSpan counter_ahead;

inline TickTime read_ticks() noexcept { return read_ticks_in_step() + counter_ahead; }
inline TickTime read_ticks_after_loads() noexcept { return read_ticks_after_loads_in_step() + counter_ahead; }

}  // namespace kickbench
