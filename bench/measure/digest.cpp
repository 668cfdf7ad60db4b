#include "bench/measure/digest.hpp"

namespace kickbench::bench::measure {
namespace {

bool within(TickTime time, const SideWindow& window) { return time >= window.begin && time <= window.end; }

/// Stops of one side within the window, and how many of them began while the other side was stopped. Waits of a side
/// follow one another in time, so both records are walked once.
void count_stops(const SideRecord& side, const SideRecord& other, const SideWindow& window, std::uint64_t& stops,
                 std::uint64_t& with_other_stopped) {
  std::size_t j = 0;
  for (std::size_t i = 0; i < side.waits.count(); ++i) {
    const TickTime begin = side.waits[i].begin;
    if (!within(begin, window)) continue;
    ++stops;
    while (j < other.waits.count() && other.waits[j].look < begin) ++j;
    if (j < other.waits.count() && other.waits[j].begin < begin) ++with_other_stopped;
  }
}

}  // namespace

NotificationFacts digest_notifications(const SideRecord& sender, const SideWindow& window, const SideRecord& woken,
                                       const host::Clock& clock) {
  NotificationFacts facts;
  const SignalRecord* previous = nullptr;
  for (std::size_t i = 0; i < sender.signals.count(); ++i) {
    const SignalRecord& signal = sender.signals[i];
    if (!within(signal.begin, window)) continue;
    facts.notify.push_back(clock.to_ns(signal.end - signal.begin));
    if (previous != nullptr) facts.items_between.push_back(signal.items - previous->items);
    previous = &signal;
  }
  for (std::size_t i = 0; i < woken.waits.count(); ++i) {
    const WaitRecord& wait = woken.waits[i];
    if (wait.signal == 0 || wait.signal > sender.signals.count()) continue;
    const SignalRecord& signal = sender.signals[wait.signal - 1];
    if (!within(signal.begin, window)) continue;
    facts.startup.push_back(clock.to_ns(wait.look - signal.end));
    facts.wakes.push_back({.notify = clock.to_ns(signal.end - signal.begin), .startup = facts.startup.back()});
  }
  return facts;
}

std::vector<Nanoseconds> digest_sleeps(const SideRecord& side, const SideWindow& window, const host::Clock& clock) {
  std::vector<Nanoseconds> sleeps;
  for (std::size_t i = 0; i < side.waits.count(); ++i) {
    const WaitRecord& wait = side.waits[i];
    if (within(wait.begin, window)) sleeps.push_back(clock.to_ns(wait.look - wait.begin));
  }
  return sleeps;
}

StopFacts digest_stops(const SideRecord& producer, const SideRecord& consumer, const SideWindow& window) {
  StopFacts facts;
  count_stops(producer, consumer, window, facts.producer_stops, facts.producer_stops_with_consumer_stopped);
  count_stops(consumer, producer, window, facts.consumer_stops, facts.consumer_stops_with_producer_stopped);
  return facts;
}

}  // namespace kickbench::bench::measure
