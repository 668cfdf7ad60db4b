// A side without work: the time from its last item to its first look that finds work is waiting, not work.
#pragma once

#include "notify/cpu.hpp"
#include "notify/side.hpp"
#include "ring/port.hpp"

namespace kickbench {

/// False when the side must end: see end_of(). Where neither the pace nor the strategy reads the clock anyway (polling
/// at W = 0), no time is taken.
template <WaitablePort Port, class Pace, class Wait>
bool wait_for_work(Port& port, Pace& pace, Wait& wait, SideRecord& own) noexcept {
  if constexpr (Pace::reads_clock || Wait::reads_clock) {
    const TickTime stopped = pace.pause();
    if (!wait.until_ready(port)) return false;
    const TickTime resumed = read_ticks();
    own.counters.waiting += resumed - stopped;
    pace.restart(resumed);
    return true;
  } else {
    return wait.until_ready(port);
  }
}

/// Why a wait was given up.
template <WaitablePort Port>
LoopEnd end_of(const Port& port) noexcept {
  return port.fault() == RingFault::none ? LoopEnd::stopped : LoopEnd::ring_fault;
}

}  // namespace kickbench
