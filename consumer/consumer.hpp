// The consumer: takes items, spends W_C on each, and interrupts the producer when the ring says that it must.
#pragma once

#include <cstdint>

#include "consumer/latencies.hpp"
#include "notify/cpu.hpp"
#include "notify/peer.hpp"
#include "notify/side.hpp"
#include "notify/wait/wait_for_work.hpp"
#include "ring/item.hpp"
#include "ring/port.hpp"

namespace kickbench {

/// Runs one stream to its last item. One comparison an item proves that none was lost, duplicated or reordered, and
/// finds the marks at the same time. Slots are handed back `batch` at a time, or what there is before the consumer
/// waits.
template <ConsumerPort Port, class Pace, class Wait, class Producer>
[[gnu::noinline, gnu::flatten]] LoopEnd consume(Port& port_home, Pace& pace_home, Wait& wait, Producer& producer,
                                                std::uint32_t batch, MarkListener& listener, Latencies& latencies,
                                                const StopFlag& stop, SideRecord& own) noexcept {
  Borrowed borrowed_port(port_home);
  Borrowed borrowed_pace(pace_home);
  Port& port = borrowed_port.value;
  Pace& pace = borrowed_pace.value;
  pace.restart(read_ticks());
  std::uint64_t expected = 0;
  Mark mark = Mark::none;
  bool in_window = false;
  std::uint32_t unpublished = 0;
  const auto publish = [&] {
    unpublished = 0;
    port.publish();
    if constexpr (Producer::can_wake) {
      if (port.peer_wants_notification()) pace.exclude(producer.signal(expected, pace.known_now()));
    }
  };
  while (mark != Mark::last) {
    if (stop.requested()) [[unlikely]]
      return LoopEnd::stopped;  // a full queue may hold hours of work
    const Item* item = port.take();
    if (item == nullptr) [[unlikely]] {
      if (unpublished > 0) {
        ++own.counters.early_publishes;
        own.counters.early_items += unpublished;
        publish();
      }
      if (!wait_for_work(port, pace, wait, own)) return end_of(port);
      continue;
    }
    const std::uint64_t tag = item->tag;
    const TickTime produced{item->stamp};
    if (tag != expected) [[unlikely]] {
      if (Item::sequence_of(tag) != expected) return LoopEnd::out_of_order;
      mark = Item::mark_of(tag);
      in_window = mark == Mark::begin;
      pace.pause();
      listener.on_mark(mark, expected, pace.counters());
      pace.restart(read_ticks());
    }
    pace.end_item();
    port.release();
    if (produced != TickTime{} && in_window) latencies.record(expected, produced, pace.end_of_stamped_item());
    ++expected;
    if (++unpublished == batch) [[likely]]
      publish();
  }
  if (unpublished > 0) publish();
  return LoopEnd::finished;
}

}  // namespace kickbench
