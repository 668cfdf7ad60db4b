#include "bench/measure/digest.hpp"

#include <algorithm>

namespace kickbench::bench::measure {
namespace {

/// A stretch of time, both edges included.
struct Stretch {
  TickTime begin;
  TickTime end;
  bool holds(TickTime time) const { return time >= begin && time <= end; }
};

Stretch stretch_of(const SideWindow& window) { return {window.begin, window.end}; }

/// The part of a side's window in which the peer's log lacks nothing.
Stretch known_stretch(const SideWindow& window, const SideRecord& peer) {
  return {std::max(window.begin, peer.complete_since), window.end};
}

/// Stops of one side within the stretch, and how many of them began while the other side was stopped. Waits of a side
/// follow one another in time, so both records are walked once.
void count_stops(const SideRecord& side, const SideRecord& other, Stretch within, std::uint64_t& stops,
                 std::uint64_t& with_other_stopped) {
  std::size_t j = 0;
  for (std::size_t i = 0; i < side.waits.count(); ++i) {
    const TickTime begin = side.waits[i].begin;
    if (!within.holds(begin)) continue;
    ++stops;
    while (j < other.waits.count() && other.waits[j].look < begin) ++j;
    if (j < other.waits.count() && other.waits[j].begin < begin) ++with_other_stopped;
  }
}

/// Of the signals in the stretch: how many, and how many of them ended no wait. A signal that is missing in a complete
/// log of the woken side ended none.
void count_spurious(const SideRecord& sender, const SideRecord& woken, Stretch within, NotificationFacts& facts) {
  if (woken.waits.full()) return;
  for (std::size_t i = 0; i < sender.signals.count(); ++i) {
    if (within.holds(sender.signals[i].begin)) ++facts.watched;
  }
  facts.spurious = facts.watched;
  for (std::size_t i = 0; i < woken.waits.count(); ++i) {
    const SignalRecord* signal = sender.signal(woken.waits[i].signal);
    if (signal != nullptr && within.holds(signal->begin)) --facts.spurious;
  }
}

}  // namespace

NotificationFacts digest_notifications(RecordedSide sender, RecordedSide woken, const host::Clock& clock) {
  NotificationFacts facts;
  const Stretch window = stretch_of(sender.window);
  const SideRecord& sent = sender.record;
  const SignalRecord* previous = nullptr;
  for (std::size_t i = 0; i < sent.signals.count(); ++i) {
    const SignalRecord& signal = sent.signals[i];
    if (!window.holds(signal.begin)) continue;
    facts.notify.push_back(clock.to_ns(signal.end - signal.begin));
    if (previous != nullptr) facts.items_between.push_back(signal.items - previous->items);
    previous = &signal;
  }
  for (std::size_t i = 0; i < woken.record.waits.count(); ++i) {
    const WaitRecord& wait = woken.record.waits[i];
    const SignalRecord* signal = sent.signal(wait.signal);
    if (signal == nullptr || !window.holds(signal->begin)) continue;
    facts.startup.push_back(clock.to_ns(wait.look - signal->end));
    facts.wakes.push_back({.notify = clock.to_ns(signal->end - signal->begin), .startup = facts.startup.back()});
  }
  count_spurious(sent, woken.record, known_stretch(sender.window, woken.record), facts);
  return facts;
}

std::vector<Nanoseconds> digest_sleeps(RecordedSide side, const host::Clock& clock) {
  std::vector<Nanoseconds> sleeps;
  for (std::size_t i = 0; i < side.record.waits.count(); ++i) {
    const WaitRecord& wait = side.record.waits[i];
    if (stretch_of(side.window).holds(wait.begin)) sleeps.push_back(clock.to_ns(wait.look - wait.begin));
  }
  return sleeps;
}

StopFacts digest_stops(RecordedSide producer, RecordedSide consumer) {
  StopFacts facts;
  const Stretch within = known_stretch(producer.window, consumer.record);
  count_stops(producer.record, consumer.record, within, facts.producer_stops,
              facts.producer_stops_with_consumer_stopped);
  count_stops(consumer.record, producer.record, within, facts.consumer_stops,
              facts.consumer_stops_with_producer_stopped);
  return facts;
}

}  // namespace kickbench::bench::measure
