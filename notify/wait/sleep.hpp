#pragma once

#include <algorithm>
#include <chrono>

#include "notify/cpu.hpp"
#include "notify/kernel_sleep.hpp"
#include "notify/side.hpp"
#include "ring/port.hpp"

namespace kickbench {

/// Sleeps for a fixed time, then looks: the model's Y. No notifications are asked for.
class SleepWait {
 public:
  static constexpr bool reads_clock = true;

  SleepWait(std::chrono::nanoseconds length, const StopFlag& stop, SideRecord& own) noexcept
      : length_(length), stop_(stop), own_(own) {}

  /// True when there is work; false when the run is over or the port is broken.
  template <WaitablePort Port>
  bool until_ready(Port& port) noexcept {
    while (!port.ready()) {
      if (stop_.requested() || port.fault() != RingFault::none) return false;
      ++own_.counters.sleeps;
      const TickTime begin = read_ticks();
      sleep();
      if (!own_.waits.push({.begin = begin, .look = read_ticks()})) ++own_.counters.records_dropped;
    }
    return true;
  }

 private:
  // In pieces, so that a stop is noticed within the length of one. The pieces are far longer than any sleep whose
  // overhead matters.
  void sleep() const noexcept {
    constexpr std::chrono::nanoseconds piece = std::chrono::milliseconds(50);
    for (auto left = length_; left.count() > 0 && !stop_.requested(); left -= std::min(left, piece)) {
      sleep_in_kernel(std::min(left, piece));
    }
  }

  std::chrono::nanoseconds length_;
  const StopFlag& stop_;
  SideRecord& own_;
};

}  // namespace kickbench
