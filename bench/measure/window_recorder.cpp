#include "bench/measure/window_recorder.hpp"

namespace kickbench::bench::measure {

SideCounters operator-(const SideCounters& a, const SideCounters& b) {
  return {.signals = a.signals - b.signals,
          .sleeps = a.sleeps - b.sleeps,
          .blocked_waits = a.blocked_waits - b.blocked_waits,
          .cancelled_waits = a.cancelled_waits - b.cancelled_waits,
          .spurious_wakeups = a.spurious_wakeups - b.spurious_wakeups,
          .empty_polls = a.empty_polls - b.empty_polls,
          .notifying = a.notifying - b.notifying,
          .waiting = a.waiting - b.waiting,
          .publishing = a.publishing - b.publishing,
          .arming = a.arming - b.arming,
          .records_dropped = a.records_dropped - b.records_dropped,
          .early_publishes = a.early_publishes - b.early_publishes,
          .early_items = a.early_items - b.early_items};
}

PaceCounters operator-(const PaceCounters& a, const PaceCounters& b) {
  return {.work = a.work - b.work,
          .gaps = a.gaps - b.gaps,
          .gap_time = a.gap_time - b.gap_time,
          .overruns = a.overruns - b.overruns};
}

SideWindow WindowRecorder::window() const {
  return {.items = last_.items - first_.items,
          .begin = first_.begin,
          .end = last_.end,
          .pace = last_.pace - first_.pace,
          .counters = last_.counters - first_.counters,
          .cpu = last_.cpu - first_.cpu,
          .switches = {.voluntary = last_.switches.voluntary - first_.switches.voluntary,
                       .involuntary = last_.switches.involuntary - first_.switches.involuntary}};
}

}  // namespace kickbench::bench::measure
