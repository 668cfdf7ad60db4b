#pragma once

#include "notify/cpu.hpp"
#include "notify/wait/block.hpp"

namespace kickbench {

/// Polls for a bounded time before it blocks: trades CPU time for wake-ups that are never needed.
class SpinBlockWait {
 public:
  static constexpr bool reads_clock = true;

  SpinBlockWait(TickSpan spin, BlockWait block, const StopFlag& stop, SideRecord& own) noexcept
      : spin_(spin), block_(block), stop_(stop), own_(own) {}

  /// True when there is work; false when the run is over or the port is broken.
  template <WaitablePort Port>
  bool until_ready(Port& port) noexcept {
    const TickTime give_up = read_ticks() + spin_;
    do {
      if (port.ready()) return true;
      if (stop_.requested() || port.fault() != RingFault::none) [[unlikely]]
        return false;
      ++own_.counters.empty_polls;
      relax();
    } while (read_ticks() < give_up);
    return block_.until_ready(port);
  }

 private:
  TickSpan spin_;
  BlockWait block_;
  const StopFlag& stop_;
  SideRecord& own_;
};

}  // namespace kickbench
