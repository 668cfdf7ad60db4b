// Closed forms: which regime a set of parameters leads to, and what that costs. For constant costs and a cold start
// (queue empty, consumer stopped). Source: Lettieri, Maffione, Rizzo, doi 10.1093/comjnl/bxx092.
#pragma once

#include <optional>

#include "model/parameters.hpp"
#include "model/regime.hpp"

namespace kickbench::model {

struct Bounds {
  Nanoseconds lower;
  std::optional<Nanoseconds> upper;  ///< offered for queues of 4 slots or more
};

/// An empty field means that the model has no formula there. A rate of 0 is a statement: it never happens in the steady
/// state. Sleeps are timed sleeps; waiting for a notification is none.
struct Prediction {
  Regime regime;
  std::optional<Nanoseconds> per_item{};           ///< T, exact for constant costs; empty where only bounds hold (sLS)
  std::optional<Bounds> per_item_bounds{};         ///< sLS only
  std::optional<double> items_per_notification{};  ///< the batch: m, L + m, L or k; empty where nobody notifies
  std::optional<double> kicks_per_item{};
  std::optional<double> interrupts_per_item{};
  std::optional<double> producer_sleeps_per_item{};
  std::optional<double> consumer_sleeps_per_item{};
  std::optional<Nanoseconds> busy_per_item{};  ///< energy, as the busy time of both parties
  /// One item on an idle system, from the start of its production to the end of its consumption.
  std::optional<Nanoseconds> latency_idle{};
  /// Worst item in the steady state, from the start of the *previous* item's production.
  std::optional<Nanoseconds> latency_service_max{};
  bool latency_is_exact = false;  ///< latency_service_max is reached, not only never exceeded
  /// Mean from the start of the item's own production: exact under busy wait, within about one W_P in sFC.
  std::optional<Nanoseconds> latency_own_mean{};
};

/// Throws DomainError (see check_domain).
Prediction predict(Sync sync, const Parameters& parameters);

/// slowC: woken at k_P items, the consumer frees its first slot only after the producer has filled the queue.
bool slow_consumer(const Parameters& parameters);

/// slowP: woken at k_C free slots, the producer publishes its first item only after the consumer has drained the
/// queue.
bool slow_producer(const Parameters& parameters);

}  // namespace kickbench::model
