// When the measured window begins and ends: by the clock, and at the same phase of the regime's cycle.
#pragma once

#include <cstdint>

#include "notify/cpu.hpp"
#include "notify/side.hpp"
#include "ring/item.hpp"
#include "ring/units.hpp"

namespace kickbench {

/// The stream's timetable: items are made for `warm_up`, then for `measured`, which is the window; then for
/// `cool_down`, so that the consumer reaches the window's end while the producer still runs; then the last item ends
/// the stream. Both edges of the window wait for the producer to begin a cycle, but not for longer than
/// `edge_patience`.
struct StreamPlan {
  TickSpan warm_up;
  TickSpan measured;
  TickSpan cool_down{};
  TickSpan edge_patience{};
};

/// What a producer does once in each cycle of a regime: it stops because the queue is full, or it notifies a consumer
/// that has stopped.
enum class CycleEvent : std::uint8_t { stop, notification };

/// Hands out the marks that the next item must carry, and tells the listener. The window begins and ends at the same
/// event of a cycle: it holds whole cycles, whatever they consist of.
class StreamMarks {
 public:
  StreamMarks(const StreamPlan& plan, TickTime start, MarkListener& listener, WindowCycles& cycles) noexcept
      : plan_(plan), due_(start + plan.warm_up), edge_(due_), listener_(listener), cycles_(cycles) {
    cycles_ = {};
  }

  TickTime next_edge() const noexcept { return edge_; }
  bool last_was_sent() const noexcept { return next_ == Mark::none; }

  /// To be called when the producer goes on after an event, at `now`.
  void on(CycleEvent event, TickTime now) noexcept {
    if (next_ == Mark::begin) {
      ++(event == CycleEvent::stop ? stops_ : notifications_);
    } else if (next_ == Mark::end && event == cycle_event()) {
      ++cycles_.count;
    }
    if (now < due_ || next_ == Mark::last || event != cycle_event()) return;
    edge_ = now;
    at_event_ = true;
  }

  /// To be called at or after next_edge(): the mark for item `sequence`, which comes next. None while the edge waits
  /// for an event.
  template <class Pace>
  Mark pass_edge(std::uint64_t sequence, Pace& pace) noexcept {
    if (must_wait()) {
      edge_ = due_ + plan_.edge_patience;
      return Mark::none;
    }
    const Mark mark = next_;
    pace.pause();
    listener_.on_mark(mark, sequence, pace.counters());
    const TickTime now = read_ticks();
    switch (mark) {
      case Mark::begin:
        cycles_.whole = at_event_;
        cycles_.warm_up = cycle_event() == CycleEvent::stop ? stops_ : notifications_;
        due_ = now + plan_.measured;
        next_ = Mark::end;
        break;
      case Mark::end:
        cycles_.whole = cycles_.whole && at_event_;
        due_ = now + plan_.cool_down;
        next_ = Mark::last;
        break;
      default:
        due_ = TickTime{};  // so that the loop asks again right after the last item
        next_ = Mark::none;
    }
    edge_ = due_;
    at_event_ = false;
    pace.restart(now);
    return mark;
  }

 private:
  /// Which of the two tells cycles apart. Where each happens once in a cycle (SCS, SPS, SS), either would; where one is
  /// an accident (a full queue in FC), the other.
  CycleEvent cycle_event() const noexcept {
    return 2 * stops_ >= notifications_ ? CycleEvent::stop : CycleEvent::notification;
  }
  /// No event in all of the warm-up: none will come.
  bool must_wait() const noexcept {
    return !at_event_ && edge_ == due_ && plan_.edge_patience > TickSpan{} && stops_ + notifications_ > 0 &&
           (next_ == Mark::begin || next_ == Mark::end);
  }

  StreamPlan plan_;
  TickTime due_;   // from here on the edge may come
  TickTime edge_;  // when the loop is to ask
  Mark next_ = Mark::begin;
  bool at_event_ = false;
  std::uint64_t stops_ = 0;  // in the warm-up
  std::uint64_t notifications_ = 0;
  MarkListener& listener_;
  WindowCycles& cycles_;
};

}  // namespace kickbench
