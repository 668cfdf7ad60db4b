// Takes a side's counters at the edges of the measured window, on that side's thread.
#pragma once

#include <atomic>
#include <cstdint>

#include "bench/measure/slice.hpp"
#include "notify/cpu.hpp"
#include "notify/side.hpp"

namespace kickbench::bench::measure {

/// The difference of two snapshots of counters.
SideCounters operator-(const SideCounters& a, const SideCounters& b);
PaceCounters operator-(const PaceCounters& a, const PaceCounters& b);

/// The costly readings are taken outside of the window: before it opens, after it closes. As it opens, the side's logs
/// of notifications and waits are cleared, since their room is the window's, but for what ended after the other side's
/// window began: an item that the consumer waited for may open its window, and the kick lies within the producer's.
class WindowRecorder final : public MarkListener {
 public:
  /// `first_begin`: shared with the other side, 0 before the slice.
  WindowRecorder(SideRecord& side, std::atomic<std::int64_t>& first_begin) noexcept
      : side_(side), first_begin_(first_begin) {}

  void on_mark(Mark mark, std::uint64_t sequence, const PaceCounters& pace) noexcept override {
    if (mark == Mark::begin) {
      take(first_, sequence, pace);
      forget_warm_up();
      first_.begin = read_ticks();
      opened_ = true;
      closed_ = false;
    } else if (!closed_) {  // by the end mark, or by the last one where a side slept through the end (null ring)
      last_.end = read_ticks();
      take(last_, sequence, pace);
      closed_ = true;
    }
  }

  void reset() noexcept { opened_ = closed_ = false; }
  bool opened() const noexcept { return opened_; }
  SideWindow window() const;

 private:
  void forget_warm_up() noexcept {
    const TickTime now = read_ticks();
    std::int64_t since = 0;
    // relaxed: the mark that opens the other side's window was published after this store.
    if (first_begin_.compare_exchange_strong(since, now.count, std::memory_order_relaxed)) since = now.count;
    side_.forget_before({since}, now);
  }

  void take(SideWindow& snapshot, std::uint64_t sequence, const PaceCounters& pace) const noexcept {
    snapshot.items = sequence;
    snapshot.pace = pace;
    snapshot.counters = side_.counters;
    snapshot.cpu = host::this_thread_cpu_time();
    snapshot.switches = host::this_thread_scheduling();
  }

  SideRecord& side_;
  std::atomic<std::int64_t>& first_begin_;
  SideWindow first_;
  SideWindow last_;
  bool opened_ = false;
  bool closed_ = false;
};

}  // namespace kickbench::bench::measure
