#include "model/predict.hpp"

#include <algorithm>
#include <cmath>

#include "model/conditions.hpp"
#include "model/cycle.hpp"
#include "model/latency.hpp"

namespace kickbench::model {
namespace {

double whole_steps(Nanoseconds span, Nanoseconds step) { return std::floor(span / step); }

// --- Notifications -----------------------------------------------------------------------------------------------

Prediction predict_notification(const Parameters& p) {
  const Regime regime = regime_of(Sync::notification, signs_of(p));
  return prediction_of(regime, cycle_of(regime, p), p);
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
  // A sleep that ends just before the queue is full collects L - 1 items, and such sleeps can follow each other.
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
