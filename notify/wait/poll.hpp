#pragma once

#include "notify/cpu.hpp"
#include "notify/side.hpp"
#include "ring/port.hpp"

namespace kickbench {

/// Looks again and again. Never slow to see work, and never idle.
class PollWait {
 public:
  static constexpr bool reads_clock = false;

  PollWait(const StopFlag& stop, SideRecord& own) noexcept : stop_(stop), own_(own) {}

  /// True when there is work; false when the run is over or the port is broken.
  template <WaitablePort Port>
  bool until_ready(Port& port) noexcept {
    while (!port.ready()) {
      if (stop_.requested() || port.fault() != RingFault::none) [[unlikely]]
        return false;
      ++own_.counters.empty_polls;
      relax();
    }
    return true;
  }

 private:
  const StopFlag& stop_;
  SideRecord& own_;
};

}  // namespace kickbench
