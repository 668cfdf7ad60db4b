// Discrete-event simulation of the two parties and their queue: the event semantics of the model, executed. Constant
// costs are executed in whole units of time until the state repeats, and the result is exact; random costs are drawn,
// and the time per item comes with an interval. Needs no closed form, so it answers where those are silent.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/distribution.hpp"
#include "model/latency_summary.hpp"
#include "model/observed.hpp"
#include "model/parameters.hpp"
#include "model/wake.hpp"

namespace kickbench::model {

/// One side's costs, each a distribution; the symbols are those of Party.
struct PartyCosts {
  Distribution work;       ///< W
  Distribution notify;     ///< N
  Distribution startup;    ///< S, signed
  Distribution oversleep;  ///< by how much each sleep is longer than Y
  std::uint32_t notify_threshold = 1;
  Nanoseconds sleep{0};  ///< Y
  /// If any: N of this side and S of its peer are drawn together, for the time that the peer has been idle. Then
  /// `notify` is the cost of a notification that finds its peer awake, and the peer's `startup` is not used.
  WakeTable wakes{};
  /// What lies between a look that finds nothing and a stop: this side asks for a notification (arms) at that look, and
  /// looks once more so long after it. If it then finds work, it goes on; but the peer has notified it already.
  Distribution arm_window{};
  /// From the end of an item until this side looks whether its peer wants a notification. A part of the next W.
  Distribution publish_window{};
  std::optional<Nanoseconds> startup_busy{};  ///< as in Party
};

struct System {
  Sync sync;
  PartyCosts producer;
  PartyCosts consumer;
  std::uint32_t queue_size = 256;
  Nanoseconds sleep_energy{0};
};

/// The system with constant costs that `parameters` describe.
System system_of(Sync sync, const Parameters& parameters);

/// The mean of each cost; sleeps with their overshoot.
Parameters means_of(const System& system);

/// Throws DomainError, as the closed forms do, and for distributions that reach out of their parameter's domain.
void check_domain(const System& system);

struct SimulationOptions {
  /// Measured items, unless a state repeats. Where costs are constant, also how long to wait for that.
  std::optional<std::uint64_t> items{};
  std::uint64_t seed = 1;
  std::size_t timeline_events = 0;  ///< how many events to keep, from the cold start on
};

inline constexpr std::uint64_t default_measured_items = 1'000'000;
inline constexpr std::uint64_t default_awaited_items = 50'000'000;
inline constexpr std::uint64_t interval_batches = 32;

enum class Actor { producer, consumer };
enum class EventKind { begin, finish, notify, stop, sleep, wake };

/// `begin` and `finish` are of an item; `stop` and `sleep` follow a look that found nothing, `wake` is a look that
/// finds work again.
struct Event {
  Nanoseconds at;
  Actor actor;
  EventKind kind;
  std::uint64_t item;                ///< the actor's next item, or the one it begins or finishes
  std::uint64_t queued;              ///< published and not yet released, after the event
  std::optional<Nanoseconds> until;  ///< end of what begins here
  std::uint64_t times = 1;           ///< sleeps in a row that are told as one
};

/// Totals over the measured items, in ticks: exact where the simulation is.
struct SideTotals {
  std::uint64_t notifications = 0;
  std::uint64_t spurious_notifications = 0;  ///< of these, for a peer that had armed and found work by itself
  std::uint64_t cancelled_waits = 0;         ///< of this side: it armed, looked once more and found work
  std::uint64_t sleeps = 0;
  std::int64_t working = 0;
  std::int64_t notifying = 0;
  std::int64_t starting = 0;   ///< S of this side, signed
  std::uint64_t startups = 0;  ///< how often
  std::int64_t blocked = 0;    ///< from the end of an item or a notification to the look that finds work
};

struct Interval {
  Nanoseconds lower;
  Nanoseconds upper;
};

struct Simulation {
  bool exact = false;        ///< one period of the steady state, executed without rounding
  std::string exact_reason;  ///< why not, where it is not
  std::uint64_t items = 0;   ///< measured: a period, or as many as were asked for
  std::uint64_t discarded_items = 0;
  std::int64_t ticks_per_ns = 1;
  std::int64_t elapsed = 0;  ///< ticks
  SideTotals producer;
  SideTotals consumer;
  StopCounts stops;
  ObservedRegime observed;
  Nanoseconds per_item{};                       ///< T
  std::optional<Interval> per_item_interval{};  ///< 95 %, from batch means; none where exact or for too few items
  Nanoseconds busy_per_item{};                  ///< energy, as the busy time of both parties
  LatencySummary latency_own{};                 ///< from the start of the item's own production
  LatencySummary latency_service{};             ///< from the start of the previous item's production
  std::map<std::uint64_t, std::uint64_t> items_per_kick{};  ///< how often each batch was seen
  std::map<std::uint64_t, std::uint64_t> items_per_interrupt{};
  /// Drawn S that would have let a side look before the notification began, taken as its begin.
  std::uint64_t early_startups = 0;
  std::vector<Event> timeline{};

  double per_item_of(std::uint64_t count) const { return static_cast<double>(count) / static_cast<double>(items); }
  Nanoseconds ns_per_item_of(std::int64_t ticks) const {
    return Nanoseconds(static_cast<double>(ticks) / static_cast<double>(ticks_per_ns) / static_cast<double>(items));
  }
  /// By the side that notifies more often; none if nobody does.
  std::optional<double> items_per_notification() const;
};

/// Throws DomainError.
Simulation simulate(const System& system, const SimulationOptions& options = {});

}  // namespace kickbench::model
