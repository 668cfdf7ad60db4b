// The event semantics, executed. Both parties are alike: each turns one entry that is ready for it (a free slot, a
// filled slot) into one that is ready for its peer. Busy waiting is a notification that costs nothing and arrives at
// once.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <vector>

#include "model/simulate_costs.hpp"
#include "model/simulate_tally.hpp"

namespace kickbench::model {

template <class Costs>
class Machine {
 public:
  /// What the future depends on, apart from draws; times count from now.
  struct State {
    struct Side {
      bool looks;
      bool armed;
      bool signalled;
      Ticks left;
      std::uint64_t ready;
      friend bool operator==(const Side&, const Side&) = default;
    };
    std::array<Side, 2> sides;
    friend bool operator==(const State&, const State&) = default;
  };

  /// Cold: the queue is empty, the consumer stopped (asleep: about to look).
  Machine(const System& system, Costs costs, Ticks ticks_per_ns, std::size_t timeline_events)
      : sync_(system.sync),
        costs_(std::move(costs)),
        ticks_per_ns_(static_cast<double>(ticks_per_ns)),
        timeline_events_(timeline_events),
        starts_(std::bit_ceil(std::size_t{system.queue_size} + 1)) {
    const bool notifies = sync_ == Sync::notification;
    sides_[producer].peer_threshold = notifies ? system.producer.notify_threshold : 1;
    sides_[consumer].peer_threshold = notifies ? system.consumer.notify_threshold : 1;
    sides_[producer].ready = system.queue_size;
    if (sync_ != Sync::sleep) {
      sides_[consumer].at = never;
      sides_[consumer].waits = true;
    }
  }

  /// Until so many more items are consumed.
  void run(std::uint64_t items) {
    for (const std::uint64_t goal = sides_[consumer].done + items; sides_[consumer].done < goal;) {
      precedes(sides_[producer], sides_[consumer]) ? advance<producer>() : advance<consumer>();
    }
  }

  State state() const {
    const auto relative = [this](const Side& side) {
      return typename State::Side{side.looks, side.armed, side.signalled, side.at == never ? never : side.at - now_,
                                  side.ready};
    };
    return {relative(sides_[producer]), relative(sides_[consumer])};
  }

  Ticks now() const { return now_; }
  /// Consumed since the cold start.
  std::uint64_t items() const { return sides_[consumer].done; }
  /// Items that began before now, at most.
  std::uint64_t in_flight() const { return sides_[producer].ready + sides_[consumer].ready; }

  /// Forgets what was tallied, not where the machine stands.
  void begin_window() { tally_ = {}; }
  const Tally& tally() const { return tally_; }
  std::vector<Event>& timeline() { return timeline_; }

 private:
  static constexpr std::size_t producer = 0;
  static constexpr std::size_t consumer = 1;
  static constexpr Ticks never = std::numeric_limits<Ticks>::max();

  struct Side {
    Ticks at = 0;        ///< of the next event; never while stopped
    bool looks = true;   ///< that event is a look at the queue, else the end of an item
    bool waits = false;  ///< the last look found nothing, and no look since has found work
    bool armed = false;  ///< the next event is the second look of a wait
    Ticks armed_since = 0;
    bool signalled = false;   ///< notified since it has armed
    std::uint64_t ready = 0;  ///< entries for this side, the one in work included
    Ticks free_since = 0;     ///< end of the last item, or of its notification
    Ticks wait_begin = 0;     ///< of this wait, or of the last one
    Ticks wait_end = -1;      ///< the look that ended the last wait
    std::uint64_t done = 0;   ///< items finished
    std::uint64_t done_at_signal = 0;
    bool has_signalled = false;
    std::uint64_t peer_threshold = 1;
  };

  /// At equal times the end of an item counts before the other side's look.
  static bool precedes(const Side& a, const Side& b) { return a.at < b.at || (a.at == b.at && !a.looks); }

  template <std::size_t self>
  void advance() {
    sides_[self].looks ? look<self>() : finish<self>();
  }

  template <std::size_t self>
  void look() {
    Side& side = sides_[self];
    const Ticks at = side.at;
    if (side.armed) {
      side.armed = false;
      // Less than what it has asked for is not what it looks for.
      if (side.ready < sides_[1 - self].peer_threshold) return wait<self>(side.armed_since);
      ++tally_.sides[self].cancelled_waits;
    } else if (side.ready == 0) {
      return arm<self>();
    }
    tally_.sides[self].blocked += at - side.free_since;
    if (side.waits) {
      side.waits = false;
      side.wait_end = at;
      record<self>(EventKind::wake, at, never);
    }
    const Ticks work = costs_.work(self);
    tally_.sides[self].working += work;
    if constexpr (self == producer) starts_[slot_of(side.done)] = at;
    side.looks = false;
    side.at = at + work;
    record<self>(EventKind::begin, at, side.at);
  }

  /// Nothing to do: ask for a notification, and look once more a little later.
  template <std::size_t self>
  void arm() {
    Side& side = sides_[self];
    const Ticks window = sync_ == Sync::notification ? costs_.arm_window(self) : 0;
    if (window == 0) return wait<self>(side.at);
    side.armed = true;
    side.signalled = false;
    side.armed_since = side.at;
    side.at += window;
  }

  /// Still nothing to do: sleep, or stop until the peer notifies. `since`: the look that found nothing first.
  template <std::size_t self>
  void wait(Ticks since) {
    Side& side = sides_[self];
    const Side& peer = sides_[1 - self];
    const Ticks at = side.at;
    if (!side.waits) {
      side.waits = true;
      side.wait_begin = since;
      ++tally_.stops[self];
      const bool peer_stopped = peer.wait_begin < since && (peer.waits || peer.wait_end >= since);
      tally_.stops_with_peer_stopped[self] += peer_stopped;
    }
    if (sync_ == Sync::sleep) {
      const Slept slept = costs_.sleep(self, peer.at - at);
      tally_.sides[self].sleeps += slept.times;
      side.at += slept.length;
      record<self>(EventKind::sleep, at, side.at, slept.times);
    } else {
      side.at = never;
      record<self>(EventKind::stop, at, never);
    }
  }

  template <std::size_t self>
  void finish() {
    Side& side = sides_[self];
    Side& peer = sides_[1 - self];
    const Ticks at = side.at;
    --side.ready;
    ++peer.ready;
    side.looks = true;
    side.free_since = at;
    if constexpr (self == consumer) consumed(at);
    record<self>(EventKind::finish, at, never);
    ++side.done;
    if (peer.ready < side.peer_threshold) return;
    if (peer.at == never) {
      notify<self>(at);
    } else if (peer.armed && !peer.signalled) {
      notify_awake<self>(at);
    }
  }

  /// Marks the peer active at once; it looks at the queue S after the notification has cost N.
  template <std::size_t self>
  void notify(Ticks at) {
    Side& peer = sides_[1 - self];
    const Ticks look = at + costs_.publish_window(self);
    const Ticks cost = costs_.notify(self, look - peer.wait_begin);
    Ticks startup = costs_.startup(1 - self);
    if (cost + startup < 0) {
      startup = -cost;
      ++tally_.early_startups;
    }
    peer.at = look + cost + startup;
    tally_.sides[1 - self].starting += startup;
    ++tally_.sides[1 - self].startups;
    spend_notification<self>(at, cost);
  }

  /// The peer has armed and not yet looked again: it will find what is there by itself.
  template <std::size_t self>
  void notify_awake(Ticks at) {
    sides_[1 - self].signalled = true;
    ++tally_.sides[self].spurious_notifications;
    spend_notification<self>(at, costs_.notify_awake(self));
  }

  template <std::size_t self>
  void spend_notification(Ticks at, Ticks cost) {
    Side& side = sides_[self];
    side.at = side.free_since = at + cost;
    SideTotals& totals = tally_.sides[self];
    ++totals.notifications;
    totals.notifying += cost;
    if (side.has_signalled) tally_.batches[self].add(side.done - side.done_at_signal);
    side.has_signalled = true;
    side.done_at_signal = side.done;
    if (sync_ == Sync::notification) record<self>(EventKind::notify, at, side.at);
  }

  void consumed(Ticks at) {
    const std::uint64_t item = sides_[consumer].done;
    now_ = at;
    tally_.latency_own.add(at - starts_[slot_of(item)]);
    if (item > 0) tally_.latency_service.add(at - starts_[slot_of(item - 1)]);
  }

  template <std::size_t self>
  void record(EventKind kind, Ticks at, Ticks until, std::uint64_t times = 1) {
    if (timeline_.size() < timeline_events_) [[unlikely]] {
      const auto ns = [this](Ticks ticks) { return Nanoseconds(static_cast<double>(ticks) / ticks_per_ns_); };
      timeline_.push_back({.at = ns(at),
                           .actor = self == producer ? Actor::producer : Actor::consumer,
                           .kind = kind,
                           .item = sides_[self].done,
                           .queued = sides_[consumer].ready,
                           .until = until == never ? std::nullopt : std::optional(ns(until)),
                           .times = times});
    }
  }

  std::size_t slot_of(std::uint64_t item) const { return item & (starts_.size() - 1); }

  Sync sync_;
  Costs costs_;
  double ticks_per_ns_;
  std::size_t timeline_events_;
  std::array<Side, 2> sides_;
  std::vector<Ticks> starts_;  ///< of the productions of the items in flight, and of the one before
  Ticks now_ = 0;              ///< the end of the last consumption
  Tally tally_;
  std::vector<Event> timeline_;
};

}  // namespace kickbench::model
