// Takes a side's counters at the edges of the measured window, on that side's thread.
#pragma once

#include "bench/measure/slice.hpp"
#include "notify/cpu.hpp"
#include "notify/side.hpp"

namespace kickbench::bench::measure {

/// The difference of two snapshots of counters.
SideCounters operator-(const SideCounters& a, const SideCounters& b);
PaceCounters operator-(const PaceCounters& a, const PaceCounters& b);

/// The costly readings are taken outside of the window: before it opens, after it closes.
class WindowRecorder final : public MarkListener {
 public:
  explicit WindowRecorder(const SideRecord& side) noexcept : side_(side) {}

  void on_mark(Mark mark, std::uint64_t sequence, const PaceCounters& pace) noexcept override {
    if (mark == Mark::begin) {
      take(first_, sequence, pace);
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
  void take(SideWindow& snapshot, std::uint64_t sequence, const PaceCounters& pace) const noexcept {
    snapshot.items = sequence;
    snapshot.pace = pace;
    snapshot.counters = side_.counters;
    snapshot.cpu = host::this_thread_cpu_time();
    snapshot.switches = host::this_thread_scheduling();
  }

  const SideRecord& side_;
  SideWindow first_;
  SideWindow last_;
  bool opened_ = false;
  bool closed_ = false;
};

}  // namespace kickbench::bench::measure
