// Emulated work: the W of the model. A party that needs W per item spends it against absolute deadlines, so that what
// the ring and the harness cost hides inside W, exactly as W is defined: "ring operations included".
#pragma once

#include <algorithm>
#include <cstdint>

#include "notify/cpu.hpp"
#include "ring/units.hpp"

namespace kickbench {

/// Where a side's time went, in ticks, and what disturbed it.
struct PaceCounters {
  TickSpan work;               ///< spent on items, preemption gaps excluded
  std::uint64_t gaps = 0;      ///< deadlines missed by more than the bound: the CPU was taken away
  TickSpan gap_time;           ///< by how much, in total
  std::uint64_t overruns = 0;  ///< re-anchored because the ring and the harness needed more than W, item after item
};

/// W > 0. One clock read an item is what a deadline needs; the item's time stamps are that read.
class DeadlinePace {
 public:
  static constexpr bool reads_clock = true;

  DeadlinePace(TickSpan work, TickSpan gap_bound) noexcept : work_(work), gap_bound_(gap_bound) {}

  /// Work starts afresh at `now`: at the start, and at the first look after a wait.
  void restart(TickTime now) noexcept { next_ = now_ = segment_start_ = now; }

  /// The item's production (consumption) begins where the last one ended. Returns the instant.
  TickTime begin_item() noexcept { return now_; }

  /// Spends what is left of W.
  void end_item() noexcept {
    next_ += work_;
    const TickTime began = now_;
    do {
      now_ = read_ticks();
    } while (now_ < next_);
    if (now_ - next_ > gap_bound_) [[unlikely]]
      late(began);
  }

  /// The end of the last item, or of the last notification after it.
  TickTime now() const noexcept { return now_; }
  /// The same where it is known, else 0.
  TickTime known_now() const noexcept { return now_; }
  /// The end of an item that carries a stamp.
  TickTime end_of_stamped_item() const noexcept { return now_; }

  /// A notification took `span`: it is N, not W. What the ring needs around it stays inside the next item's W.
  void exclude(TickSpan span) noexcept {
    next_ += span;
    now_ += span;
    segment_start_ += span;
  }

  /// Work ends here for now. Returns when.
  TickTime pause() noexcept {
    counters_.work += now_ - segment_start_;
    segment_start_ = now_;
    return now_;
  }

  const PaceCounters& counters() const noexcept { return counters_; }

 private:
  /// One item that took far too long is a gap. Many that each took a little too long are a W that cannot be met.
  void late(TickTime began) noexcept {
    const TickSpan unexpected = now_ - began - work_;
    if (unexpected > gap_bound_) {
      ++counters_.gaps;
      counters_.gap_time += unexpected;
      segment_start_ += unexpected;
    } else {
      ++counters_.overruns;
    }
    next_ = now_;
  }

  TickSpan work_;
  TickSpan gap_bound_;
  TickTime next_;           // deadline of the item under way
  TickTime now_;            // the last clock read
  TickTime segment_start_;  // start of the work not yet in counters_, excluded spans taken off
  PaceCounters counters_;
};

/// W = 0: as fast as the ring goes. No clock on this path but for two items in `sample_period`, one after the other, so
/// that the second one's start is known together with the start before.
class FreePace {
 public:
  static constexpr bool reads_clock = false;
  static constexpr std::uint32_t sample_period = 128;

  void restart(TickTime now) noexcept { now_ = now; }

  /// Returns the instant for two items in sample_period, else 0.
  TickTime begin_item() noexcept {
    if ((++item_ % sample_period & ~1U) != 0) [[likely]]
      return {};
    now_ = read_ticks();
    return now_;
  }
  void end_item() noexcept {}

  TickTime now() const noexcept { return now_; }
  TickTime known_now() const noexcept { return {}; }
  /// The end of an item that carries a stamp.
  TickTime end_of_stamped_item() const noexcept { return read_ticks(); }
  void exclude(TickSpan span) noexcept { now_ += span; }
  TickTime pause() noexcept { return now_ = read_ticks(); }

  PaceCounters counters() const noexcept { return {}; }

 private:
  TickTime now_;
  std::uint32_t item_ = 0;
};

}  // namespace kickbench
