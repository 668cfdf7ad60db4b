#include "model/cycle.hpp"

#include <algorithm>
#include <cmath>

#include "model/conditions.hpp"

namespace kickbench::model {
namespace {

// Each formula is written once, for the consumer's side of the table; its twin is the same formula on the mirrored
// system. Names follow the paper: W work, N notify, S start-up, k threshold, L queue size, m batch.

double whole_steps(Nanoseconds span, Nanoseconds step) { return std::floor(span / step); }

/// What both start-up regimes repeat apart from their items: each side notifies and starts once.
Nanoseconds notifications_and_startups(const Parameters& p) {
  return p.producer.notify + p.consumer.notify + p.producer.startup + p.consumer.startup;
}

/// SS: the whole queue is filled, then drained, with both start-ups in full view.
Cycle slow_startup(const Parameters& p) {
  const Nanoseconds visible_work =
      p.producer.notify_threshold * p.producer.work + p.consumer.notify_threshold * p.consumer.work;
  return {visible_work + notifications_and_startups(p), static_cast<double>(p.queue_size), 1, 1};
}

/// FC: the consumer catches up after m items. The batch can fall short of k_P only by a negative start-up.
Cycle fast_consumer(const Parameters& p) {
  const double k = p.producer.notify_threshold;
  const Nanoseconds lead = p.consumer.startup + (k - 1) * p.consumer.work;
  const double m = std::max(k, whole_steps(lead, p.producer.work - p.consumer.work) + k);
  return {m * p.producer.work + p.producer.notify, m, 1, 0};
}

/// SCS: the queue fills once and drains once per cycle of L + m items.
Cycle slow_consumer_startup(const Parameters& p) {
  const double L = p.queue_size;
  const double kp = p.producer.notify_threshold;
  const double kc = p.consumer.notify_threshold;
  const Nanoseconds head_start = (L - kc) * p.consumer.work - p.producer.startup - p.producer.work;
  const double m = whole_steps(head_start, p.producer.work - p.consumer.work) + 1;
  const Nanoseconds time = notifications_and_startups(p) + kc * p.consumer.work + (m + kp) * p.producer.work;
  return {time, L + m, 1, 1};
}

/// NL seen from the consumer: woken early, it is done with the k_P items before the next one is there.
Cycle consumer_lock(const Parameters& p) {
  const double k = p.producer.notify_threshold;
  return {k * p.producer.work + p.producer.notify, k, 1, 0};
}

}  // namespace

Cycle& Cycle::operator+=(const Cycle& more) {
  time += more.time;
  items += more.items;
  kicks += more.kicks;
  interrupts += more.interrupts;
  return *this;
}

Cycle operator*(double factor, const Cycle& cycle) {
  return {factor * cycle.time, factor * cycle.items, factor * cycle.kicks, factor * cycle.interrupts};
}

Cycle mirrored(const Cycle& cycle) { return {cycle.time, cycle.items, cycle.interrupts, cycle.kicks}; }

bool consumer_locks(const Parameters& p) {
  return p.consumer.work >= p.producer.work && compare(Condition::consumer_startup, p).sign() <= 0 &&
         compare(Condition::consumer_batch, p).sign() < 0;
}

Cycle cycle_of(Regime regime, const Parameters& p) {
  switch (regime) {
    case Regime::SS:
      return slow_startup(p);
    case Regime::FC:
      return fast_consumer(p);
    case Regime::SCS:
      return slow_consumer_startup(p);
    case Regime::FP:
    case Regime::SPS:
      return mirrored(cycle_of(mirrored(regime), mirrored(p)));
    case Regime::NL:
      return consumer_locks(p) ? consumer_lock(p) : mirrored(consumer_lock(mirrored(p)));
    default:
      return {p.producer.work, 1, 0, 0};
  }
}

Prediction prediction_of(Regime regime, const Cycle& cycle, const Parameters& p) {
  const double kicks = cycle.kicks / cycle.items;
  const double interrupts = cycle.interrupts / cycle.items;
  const double most = std::max(cycle.kicks, cycle.interrupts);
  return {.regime = regime,
          .per_item = cycle.per_item(),
          .items_per_notification = most > 0 ? std::optional(cycle.items / most) : std::nullopt,
          .kicks_per_item = kicks,
          .interrupts_per_item = interrupts,
          .producer_sleeps_per_item = 0,
          .consumer_sleeps_per_item = 0,
          .busy_per_item = p.producer.work + p.consumer.work + kicks * (p.producer.notify + busy_startup(p.consumer)) +
                           interrupts * (p.consumer.notify + busy_startup(p.producer))};
}

}  // namespace kickbench::model
