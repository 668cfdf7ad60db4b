#pragma once

#include <cstdint>

#include "notify/cpu.hpp"
#include "notify/notifier.hpp"
#include "notify/side.hpp"
#include "notify/spin_for.hpp"
#include "ring/port.hpp"

namespace kickbench {

/// Asks for a notification, looks once more, and waits for it: arm, re-check, wait.
class BlockWait {
 public:
  static constexpr bool reads_clock = true;

  /// `threshold`: how many slots make it worth a notification (k_P for a consumer, k_C for a producer). `startup` is
  /// spun after each wake-up before the first look, as a slow wake-up would take. A wait that an older, latched signal
  /// ended did not sleep: it has no start-up, neither spun nor recorded.
  BlockWait(Channel& channel, const SignalCount& count, std::uint32_t threshold, TickSpan startup, const StopFlag& stop,
            SideRecord& own) noexcept
      : channel_(channel), count_(count), threshold_(threshold), startup_(startup), stop_(stop), own_(own) {}

  /// True when there is work; false when the run is over, or port or channel are broken.
  template <WaitablePort Port>
  bool until_ready(Port& port) noexcept {
    const TickTime begin = read_ticks();
    for (TickTime asking = begin;; asking = read_ticks()) {
      // Read before arming: whatever is sent from here on was sent for this wait, even if it beats us to the channel.
      const std::uint64_t sent_before = count_.sent.load(std::memory_order_relaxed);  // relaxed: only compared
      const ArmOutcome outcome = port.arm(threshold_);
      own_.counters.arming += read_ticks() - asking;
      if (outcome == ArmOutcome::work_pending) break;
      if (stop_.requested()) [[unlikely]]
        return false;
      ++own_.counters.blocked_waits;
      channel_.wait();
      // acquire (pairs with the release in Peer::signal): the number belongs to the signal that ended the wait. Read
      // before the start-up is spun: what is sent meanwhile ended nothing.
      const std::uint64_t sent = count_.sent.load(std::memory_order_acquire);
      const bool was_woken = sent != sent_before;
      if (was_woken && startup_ > TickSpan{}) spin_for(startup_);
      const TickTime look = read_ticks();
      if (port.ready()) {
        const std::uint64_t signal = was_woken ? sent : 0;
        if (!own_.waits.push({.begin = begin, .look = look, .signal = signal})) ++own_.counters.records_dropped;
        port.disarm();
        return true;
      }
      ++own_.counters.spurious_wakeups;
      if (channel_.error() != 0) [[unlikely]]
        return false;  // it would be polling, measured as waiting
    }
    ++own_.counters.cancelled_waits;
    port.disarm();
    return port.fault() == RingFault::none;
  }

 private:
  Channel& channel_;
  const SignalCount& count_;
  std::uint32_t threshold_;
  TickSpan startup_;
  const StopFlag& stop_;
  SideRecord& own_;
};

}  // namespace kickbench
