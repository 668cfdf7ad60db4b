// What a measuring thread asks of the kernel about itself.
#pragma once

#include <cstdint>

#include "ring/units.hpp"

namespace kickbench::host {

/// Binds the calling thread to one CPU, by its number in the operating system.
/// Throws std::system_error that names the CPU.
void pin_this_thread(int cpu);

/// Whether the calling thread is bound to this CPU, and runs there. Anybody may change a thread's CPU set from outside.
bool is_pinned_to(int cpu);

/// Lets the calling thread's timed sleeps end as close to their deadline as the kernel can (1 ns instead of the usual
/// 50 us). Throws std::system_error.
void use_least_timer_slack();

/// CPU time of the calling thread. Costs a system call: never in a measured loop.
Nanoseconds this_thread_cpu_time();

/// Context switches of the calling thread since it began.
struct SchedulingCounts {
  std::uint64_t voluntary = 0;    // it waited
  std::uint64_t involuntary = 0;  // it was preempted
};
SchedulingCounts this_thread_scheduling();

}  // namespace kickbench::host
