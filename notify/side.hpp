// What one side keeps while it runs: counters, and a record of every notification and every wait.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <vector>

#include "notify/pace.hpp"
#include "ring/item.hpp"
#include "ring/units.hpp"

namespace kickbench {

/// Set once, from outside, to end a run that has not ended by itself. Whoever sets it signals both channels too.
class StopFlag {
 public:
  void request() noexcept { requested_.store(true, std::memory_order_relaxed); }
  bool requested() const noexcept { return requested_.load(std::memory_order_relaxed); }
  void clear() noexcept { requested_.store(false, std::memory_order_relaxed); }

 private:
  alignas(line_pair_bytes) std::atomic<bool> requested_{false};
};

struct SideCounters {
  std::uint64_t signals = 0;           ///< notifications sent
  std::uint64_t sleeps = 0;            ///< sleeps begun
  std::uint64_t blocked_waits = 0;     ///< waits for a notification begun
  std::uint64_t cancelled_waits = 0;   ///< work was found after arming, before waiting
  std::uint64_t spurious_wakeups = 0;  ///< woken, and no work was there
  std::uint64_t empty_polls = 0;       ///< looks that found nothing, other than the first
  TickSpan notifying;                  ///< spent in notifications
  TickSpan waiting;                    ///< from the end of the last item to the first look that found work
  TickSpan publishing;                 ///< before notifications: from the end of the item to the look at the request
  TickSpan arming;                     ///< before waits, cancelled ones too: from the request to the second look
  std::uint64_t records_dropped = 0;   ///< notifications or waits beyond the capacity of the record
  std::uint64_t early_publishes = 0;   ///< of less than a batch, before a wait
  std::uint64_t early_items = 0;       ///< published by these
};

/// One notification as its sender saw it.
struct SignalRecord {
  TickTime begin;
  TickTime end;
  std::uint64_t items = 0;  ///< items finished by the sender when it notified
};

/// One wait, as the side that waited saw it. `signal` is the number (from 1) of the notification that ended it, or 0
/// where none was sent while it waited: then it has no start-up time.
struct WaitRecord {
  TickTime begin;
  TickTime look;
  std::uint64_t signal = 0;
};

/// A record of bounded size, made before the run: nothing is allocated while it lasts.
template <class Record>
class BoundedLog {
 public:
  explicit BoundedLog(std::size_t capacity) : records_(capacity) {}
  bool push(const Record& record) noexcept {
    if (full()) [[unlikely]]
      return false;
    records_[count_++] = record;
    return true;
  }
  std::size_t count() const noexcept { return count_; }
  bool full() const noexcept { return count_ == records_.size(); }
  const Record& operator[](std::size_t index) const noexcept { return records_[index]; }
  Record& operator[](std::size_t index) noexcept { return records_[index]; }
  /// Drops what comes before the first record that `keep` likes. Returns how many.
  template <class Keep>
  std::size_t drop_until(Keep keep) noexcept {
    const auto end = records_.begin() + static_cast<std::ptrdiff_t>(count_);
    const auto first = std::find_if(records_.begin(), end, keep);
    const auto dropped = static_cast<std::size_t>(first - records_.begin());
    std::move(first, end, records_.begin());
    count_ -= dropped;
    return dropped;
  }
  void clear() noexcept { count_ = 0; }

 private:
  std::vector<Record> records_;
  std::size_t count_ = 0;
};

/// How many notifications have been sent over a channel: what a woken side needs to know which one woke it.
struct alignas(line_pair_bytes) SignalCount {
  std::atomic<std::uint64_t> sent{0};
};

/// Cycles of the regime, as the producer saw them begin: by its stops or by its notifications.
struct WindowCycles {
  std::uint64_t warm_up = 0;  ///< before the window
  std::uint64_t count = 0;    ///< within the window
  bool whole = false;         ///< the window begins and ends with a cycle
};

/// A side's facts. Written by its thread alone while it runs.
struct alignas(line_pair_bytes) SideRecord {
  static constexpr std::size_t capacity = 1 << 16;

  SideCounters counters;
  BoundedLog<SignalRecord> signals{capacity};
  BoundedLog<WaitRecord> waits{capacity};
  WindowCycles cycles;               ///< of the producer
  std::uint64_t signals_before = 0;  ///< notifications sent before the first of the log: signals[i] has number
                                     ///< signals_before + i + 1
  TickTime complete_since;           ///< the logs lack nothing since then, as long as they have room

  void clear() noexcept {
    counters = {};
    cycles = {};
    clear_logs({});
  }

  /// Makes room for what comes from `now` on, and keeps what ended since `since`, if it is there; the counters go on.
  void forget_before(TickTime since, TickTime now) noexcept {
    if (signals.full() || waits.full()) return clear_logs(now);
    signals_before += signals.drop_until([&](const SignalRecord& signal) { return signal.end >= since; });
    waits.drop_until([&](const WaitRecord& wait) { return wait.look >= since; });
    complete_since = since;
  }

  /// The notification with that number (from 1); null if the log does not have it.
  const SignalRecord* signal(std::uint64_t number) const noexcept {
    const bool known = number > signals_before && number - signals_before <= signals.count();
    return known ? &signals[number - signals_before - 1] : nullptr;
  }

 private:
  void clear_logs(TickTime now) noexcept {
    signals.clear();
    waits.clear();
    signals_before = counters.signals;
    complete_since = now;
  }
};

/// Told by a loop, on its own thread, when an item with a mark passes: the edges of the measured window.
class MarkListener {
 public:
  virtual ~MarkListener() = default;
  virtual void on_mark(Mark mark, std::uint64_t sequence, const PaceCounters& pace) noexcept = 0;
};

/// How a loop ended.
enum class LoopEnd : std::uint8_t {
  finished,      ///< the whole stream passed
  stopped,       ///< the stop flag was set
  ring_fault,    ///< the port refuses what the peer wrote
  out_of_order,  ///< an item was lost, duplicated or reordered
};

}  // namespace kickbench
