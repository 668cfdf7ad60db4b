// The producer: makes items, one every W_P, and kicks the consumer when the ring says that it must.
#pragma once

#include <cstdint>

#include "notify/cpu.hpp"
#include "notify/peer.hpp"
#include "notify/side.hpp"
#include "notify/wait/wait_for_work.hpp"
#include "producer/stream_marks.hpp"
#include "ring/item.hpp"
#include "ring/port.hpp"

namespace kickbench {

/// Runs one stream to its end. Items are published `batch` at a time, or what there is before the producer waits; after
/// the last one the consumer is notified whether it asked or not, because it may have stopped with fewer items than its
/// threshold.
template <ProducerPort Port, class Pace, class Wait, class Consumer>
[[gnu::noinline, gnu::flatten]] LoopEnd produce(Port& port_home, Pace& pace_home, Wait& wait, Consumer& consumer,
                                                const StreamPlan& plan, std::uint32_t batch, MarkListener& listener,
                                                const StopFlag& stop, SideRecord& own) noexcept {
  Borrowed borrowed_port(port_home);
  Borrowed borrowed_pace(pace_home);
  Port& port = borrowed_port.value;
  Pace& pace = borrowed_pace.value;
  const TickTime start = read_ticks();
  StreamMarks marks(plan, start, listener, own.cycles);
  pace.restart(start);
  std::uint64_t sequence = 0;
  std::uint64_t tag = 0;
  std::uint32_t unpublished = 0;
  const auto publish = [&] {
    unpublished = 0;
    port.publish();
    if constexpr (Consumer::can_wake) {
      if (port.peer_wants_notification()) {
        pace.exclude(consumer.signal(sequence, pace.known_now()));
        marks.on(CycleEvent::notification, pace.now());
      }
    }
  };
  for (;;) {
    if constexpr (Pace::reads_clock) {  // at W = 0 the queue fills at once, and the wait heeds it
      if (stop.requested()) [[unlikely]]
        return LoopEnd::stopped;  // the plan may hold hours of work
    }
    Item* item = port.acquire();
    if (item == nullptr) [[unlikely]] {
      if (unpublished > 0) {
        ++own.counters.early_publishes;
        own.counters.early_items += unpublished;
        publish();
      }
      if (!wait_for_work(port, pace, wait, own)) return end_of(port);
      if constexpr (Pace::reads_clock || Wait::reads_clock) marks.on(CycleEvent::stop, pace.now());
      continue;
    }
    item->tag = tag;
    item->stamp = pace.begin_item().count;
    pace.end_item();
    port.commit();
    tag = ++sequence;
    if (++unpublished == batch) [[likely]]
      publish();
    if (pace.now() >= marks.next_edge()) [[unlikely]] {
      if (marks.last_was_sent()) break;
      tag = Item::make_tag(sequence, marks.pass_edge(sequence, pace));
    }
  }
  port.publish();
  if constexpr (Consumer::can_wake) consumer.signal(sequence, {});
  return LoopEnd::finished;
}

}  // namespace kickbench
