#include "model/predict.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "model/conditions.hpp"
#include "model/latency.hpp"

namespace kickbench::model {
namespace {

double whole_steps(Nanoseconds span, Nanoseconds step) { return std::floor(span / step); }

// --- Notifications -----------------------------------------------------------------------------------------------
// Each formula is written once, for the consumer's side of the table; its twin is the same formula on the mirrored
// system. Names follow the paper: W work, N notify, S start-up, k threshold, L queue size, m batch.

struct Cycle {
  Regime regime;
  Nanoseconds per_item;
  std::optional<double> items_per_notification;
  double kicks_per_item = 0;
  double interrupts_per_item = 0;
};

Cycle mirrored(Cycle cycle) {
  std::swap(cycle.kicks_per_item, cycle.interrupts_per_item);
  cycle.regime = mirrored(cycle.regime);
  return cycle;
}

/// What both start-up regimes repeat apart from their packets: each side notifies and starts once.
Nanoseconds notifications_and_startups(const Parameters& p) {
  return p.producer.notify + p.consumer.notify + p.producer.startup + p.consumer.startup;
}

/// SS: the whole queue is filled, then drained, with both start-ups in full view.
Cycle slow_startup(const Parameters& p) {
  const double L = p.queue_size;
  const Nanoseconds visible_work =
      p.producer.notify_threshold * p.producer.work + p.consumer.notify_threshold * p.consumer.work;
  return {Regime::SS, (visible_work + notifications_and_startups(p)) / L, L, 1 / L, 1 / L};
}

/// FC: the consumer catches up after m packets. The batch can fall short of k_P only by a negative start-up.
Cycle fast_consumer(const Parameters& p) {
  const double k = p.producer.notify_threshold;
  const Nanoseconds lead = p.consumer.startup + (k - 1) * p.consumer.work;
  const double m = std::max(k, whole_steps(lead, p.producer.work - p.consumer.work) + k);
  return {Regime::FC, p.producer.work + p.producer.notify / m, m, 1 / m, 0};
}

/// SCS: the queue fills once and drains once per cycle of L + m packets.
Cycle slow_consumer_startup(const Parameters& p) {
  const double L = p.queue_size;
  const double kp = p.producer.notify_threshold;
  const double kc = p.consumer.notify_threshold;
  const Nanoseconds head_start = (L - kc) * p.consumer.work - p.producer.startup - p.producer.work;
  const double m = whole_steps(head_start, p.producer.work - p.consumer.work) + 1;
  const double batch = L + m;
  const Nanoseconds cycle = notifications_and_startups(p) + kc * p.consumer.work + (m + kp) * p.producer.work;
  return {Regime::SCS, cycle / batch, batch, 1 / batch, 1 / batch};
}

/// NL seen from the consumer: woken early, it is done with the k_P packets before the next one is there.
Cycle consumer_lock(const Parameters& p) {
  const double k = p.producer.notify_threshold;
  return {Regime::NL, p.producer.work + p.producer.notify / k, k, 1 / k, 0};
}

/// Which of the two locks a system in NL is in.
bool consumer_locks(const Parameters& p) {
  return p.consumer.work >= p.producer.work && !slow_consumer(p) && compare(Condition::consumer_batch, p).sign() < 0;
}

Cycle notification_cycle(const Parameters& p) {
  switch (regime_of(Sync::notification, signs_of(p))) {
    case Regime::SS:
      return slow_startup(p);
    case Regime::FC:
      return fast_consumer(p);
    case Regime::FP:
      return mirrored(fast_consumer(mirrored(p)));
    case Regime::SCS:
      return slow_consumer_startup(p);
    case Regime::SPS:
      return mirrored(slow_consumer_startup(mirrored(p)));
    case Regime::NL:
      return consumer_locks(p) ? consumer_lock(p) : mirrored(consumer_lock(mirrored(p)));
    default:
      return {Regime::EQ, p.producer.work, std::nullopt};
  }
}

Prediction predict_notification(const Parameters& p) {
  const Cycle cycle = notification_cycle(p);
  const Nanoseconds kick_cost = cycle.kicks_per_item * (p.producer.notify + p.consumer.startup);
  const Nanoseconds interrupt_cost = cycle.interrupts_per_item * (p.consumer.notify + p.producer.startup);
  return {.regime = cycle.regime,
          .per_item = cycle.per_item,
          .items_per_notification = cycle.items_per_notification,
          .kicks_per_item = cycle.kicks_per_item,
          .interrupts_per_item = cycle.interrupts_per_item,
          .producer_sleeps_per_item = 0,
          .consumer_sleeps_per_item = 0,
          .busy_per_item = p.producer.work + p.consumer.work + kick_cost + interrupt_cost};
}

// --- Busy wait ---------------------------------------------------------------------------------------------------

Prediction predict_busy_wait(const Parameters& p) {
  // With a single slot the parties take turns: there is nothing to overlap.
  const Nanoseconds per_item =
      p.queue_size == 1 ? p.producer.work + p.consumer.work : std::max(p.producer.work, p.consumer.work);
  return {.regime = Regime::BW,
          .per_item = per_item,
          .kicks_per_item = 0,
          .interrupts_per_item = 0,
          .producer_sleeps_per_item = 0,
          .consumer_sleeps_per_item = 0,
          .busy_per_item = 2 * per_item};
}

// --- Sleeping ----------------------------------------------------------------------------------------------------

Bounds long_sleep_bounds(const Parameters& p) {
  const double L = p.queue_size;
  if (p.queue_size == 1) return {p.producer.work + p.consumer.work, std::nullopt};
  const auto& [fast, slow] = std::minmax(p.producer, p.consumer, [](auto& a, auto& b) { return a.work < b.work; });
  Nanoseconds lower = slow.work;
  if (fast.work != slow.work) {
    const double m = whole_steps((L - 1) * fast.work - slow.work, slow.work - fast.work) + 1;
    lower = std::max(lower, fast.work + fast.sleep / (L + m));
  }
  if (p.queue_size < 4) return {lower, std::nullopt};
  // A sleep that ends just before the queue is full collects L - 1 packets, and such sleeps can follow each other.
  return {lower, std::max(fast.work + fast.sleep / (L - 1), slow.work + slow.sleep / (L - 1))};
}

Prediction hidden_consumer_sleep(const Parameters& p) {
  Prediction result{.regime = Regime::sFC, .per_item = p.producer.work};
  result.producer_sleeps_per_item = 0;
  result.consumer_sleeps_per_item = (p.producer.work - p.consumer.work) / p.consumer.sleep;
  result.busy_per_item = p.producer.work + p.consumer.work + *result.consumer_sleeps_per_item * p.sleep_energy;
  return result;
}

Prediction hidden_producer_sleep(const Parameters& p) {
  Prediction result = hidden_consumer_sleep(mirrored(p));
  result.regime = mirrored(result.regime);
  std::swap(result.producer_sleeps_per_item, result.consumer_sleeps_per_item);
  return result;
}

Prediction predict_sleep(const Parameters& p) {
  Prediction result{.regime = regime_of(Sync::sleep, signs_of(p))};
  if (result.regime == Regime::sFC) {
    result = hidden_consumer_sleep(p);
  } else if (result.regime == Regime::sFP) {
    result = hidden_producer_sleep(p);
  } else {
    result.per_item_bounds = long_sleep_bounds(p);
  }
  result.kicks_per_item = 0;
  result.interrupts_per_item = 0;
  return result;
}

Prediction predict_cost(Sync sync, const Parameters& p) {
  switch (sync) {
    case Sync::busy_wait:
      return predict_busy_wait(p);
    case Sync::notification:
      return predict_notification(p);
    case Sync::sleep:
      break;
  }
  return predict_sleep(p);
}

}  // namespace

bool slow_consumer(const Parameters& p) { return compare(Condition::consumer_startup, p).sign() > 0; }

bool slow_producer(const Parameters& p) { return slow_consumer(mirrored(p)); }

Prediction predict(Sync sync, const Parameters& parameters) {
  check_domain(sync, parameters);
  Prediction prediction = predict_cost(sync, parameters);
  add_latency(sync, parameters, prediction);
  return prediction;
}

}  // namespace kickbench::model
