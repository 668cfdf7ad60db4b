// The producer: makes items, one every W_P, and kicks the consumer when the ring says that it must.
#pragma once

#include <cstdint>

#include "notify/cpu.hpp"
#include "notify/peer.hpp"
#include "notify/side.hpp"
#include "notify/wait/wait_for_work.hpp"
#include "ring/item.hpp"
#include "ring/port.hpp"

namespace kickbench {

/// The stream's timetable: items are made for `warm_up`, then for `measured`, which is the window; then for
/// `cool_down`, so that the consumer reaches the window's end while the producer still runs; then the last item ends
/// the stream.
struct StreamPlan {
  TickSpan warm_up;
  TickSpan measured;
  TickSpan cool_down{};
};

/// Hands out the marks that the next item must carry, and tells the listener.
class StreamMarks {
 public:
  StreamMarks(const StreamPlan& plan, TickTime start, MarkListener& listener) noexcept
      : plan_(plan), edge_(start + plan.warm_up), listener_(listener) {}

  TickTime next_edge() const noexcept { return edge_; }
  bool last_was_sent() const noexcept { return next_ == Mark::none; }

  /// To be called at or after next_edge(): the mark for item `sequence`, which comes next.
  template <class Pace>
  Mark pass_edge(std::uint64_t sequence, Pace& pace) noexcept {
    const Mark mark = next_;
    pace.pause();
    listener_.on_mark(mark, sequence, pace.counters());
    const TickTime now = read_ticks();
    switch (mark) {
      case Mark::begin:
        edge_ = now + plan_.measured;
        next_ = Mark::end;
        break;
      case Mark::end:
        edge_ = now + plan_.cool_down;
        next_ = Mark::last;
        break;
      default:
        edge_ = TickTime{};  // so that the loop asks again right after the last item
        next_ = Mark::none;
    }
    pace.restart(now);
    return mark;
  }

 private:
  StreamPlan plan_;
  TickTime edge_;
  Mark next_ = Mark::begin;
  MarkListener& listener_;
};

/// Runs one stream to its end. Items are published `batch` at a time, or what there is before the producer waits; after
/// the last one the consumer is notified whether it asked or not, because it may have stopped with fewer items than its
/// threshold.
template <ProducerPort Port, class Pace, class Wait, class Consumer>
[[gnu::noinline, gnu::flatten]] LoopEnd produce(Port& port_home, Pace& pace_home, Wait& wait, Consumer& consumer,
                                                const StreamPlan& plan, std::uint32_t batch, MarkListener& listener,
                                                SideRecord& own) noexcept {
  Borrowed borrowed_port(port_home);
  Borrowed borrowed_pace(pace_home);
  Port& port = borrowed_port.value;
  Pace& pace = borrowed_pace.value;
  const TickTime start = read_ticks();
  StreamMarks marks(plan, start, listener);
  pace.restart(start);
  std::uint64_t sequence = 0;
  std::uint64_t tag = 0;
  std::uint32_t unpublished = 0;
  const auto publish = [&] {
    unpublished = 0;
    port.publish();
    if constexpr (Consumer::can_wake) {
      if (port.peer_wants_notification()) pace.exclude(consumer.signal(sequence));
    }
  };
  for (;;) {
    Item* item = port.acquire();
    if (item == nullptr) [[unlikely]] {
      if (unpublished > 0) publish();
      if (!wait_for_work(port, pace, wait, own)) return end_of(port);
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
  if constexpr (Consumer::can_wake) consumer.signal(sequence);
  return LoopEnd::finished;
}

}  // namespace kickbench
