#include "model/latency.hpp"

#include <algorithm>
#include <cmath>

namespace kickbench::model {
namespace {

/// A full queue ahead of the item, and the one whose slot it took: no item waits longer while the consumer works
/// without a pause.
Nanoseconds full_queue(const Parameters& p) { return (p.queue_size + 1.0) * p.consumer.work; }

void add_busy_wait(const Parameters& p, Prediction& prediction) {
  const Nanoseconds wp = p.producer.work;
  const Nanoseconds wc = p.consumer.work;
  prediction.latency_idle = wp + wc;
  prediction.latency_is_exact = true;
  if (p.queue_size == 1) {
    prediction.latency_service_max = 2 * (wp + wc);
    prediction.latency_own_mean = wp + wc;
  } else if (wc < wp) {
    prediction.latency_service_max = 2 * wp + wc;
    prediction.latency_own_mean = wp + wc;
  } else if (wp < wc) {
    prediction.latency_service_max = full_queue(p);
    prediction.latency_own_mean = static_cast<double>(p.queue_size) * wc;
  } else {
    // In lockstep the queue keeps whatever filling it started with; none exceeds a full one.
    prediction.latency_service_max = full_queue(p);
    prediction.latency_is_exact = false;
  }
}

/// FC: the first item of a batch. With m = 1 the previous item's kick lies in between as well.
Nanoseconds fast_consumer(const Parameters& p, double m) {
  const Nanoseconds previous_kick = m == 1 ? p.producer.notify : Nanoseconds{0};
  return 2 * p.producer.work + p.producer.notify + p.consumer.startup + p.consumer.work + previous_kick;
}

/// FP: a full queue, and every interrupt that can fall into its draining.
Nanoseconds fast_producer(const Parameters& p, double m) {
  const double interrupts = 1 + std::floor((p.queue_size - 1.0) / m);
  return p.producer.work + full_queue(p) + interrupts * p.consumer.notify;
}

/// SS: the item that meets both start-ups. A safe bound for SCS and SPS too.
Nanoseconds slow_startup(const Parameters& p) {
  const auto& [producer, consumer, queue_size, sleep_energy] = p;
  const double L = queue_size;
  // With a single slot the item that filled the queue is the one that sent the kick, so the kick counts as well.
  const Nanoseconds first_slot_freed = queue_size == 1
                                           ? producer.work + producer.notify + consumer.startup
                                           : std::max(producer.work, consumer.startup - (L - 2) * producer.work);
  return first_slot_freed + consumer.notify_threshold * consumer.work + consumer.notify + producer.startup +
         producer.work + producer.notify + consumer.startup + consumer.work;
}

void add_notification(const Parameters& p, Prediction& prediction) {
  if (p.producer.notify_threshold != 1) return;
  prediction.latency_idle = p.producer.work + p.producer.notify + p.consumer.startup + p.consumer.work;
  switch (prediction.regime) {
    case Regime::FC:
      prediction.latency_service_max = fast_consumer(p, *prediction.items_per_notification);
      prediction.latency_is_exact = true;
      break;
    case Regime::FP:
      // A producer that starts before the interrupt has ended stretches the span beyond this bound.
      if (p.producer.startup >= Nanoseconds{0}) {
        prediction.latency_service_max = fast_producer(p, *prediction.items_per_notification);
      }
      break;
    case Regime::SS:
    case Regime::SCS:
    case Regime::SPS:
      prediction.latency_service_max = slow_startup(p);
      break;
    default:
      break;  // EQ keeps any distance it started with; NL has no formula.
  }
}

/// sLS: a sleep of the consumer, and as many of the producer as fit beside it. Where only the producer has to sleep
/// long, a full queue is the worst.
Nanoseconds long_sleep(const Parameters& p) {
  const auto& [producer, consumer, queue_size, sleep_energy] = p;
  const double L = queue_size;
  const Nanoseconds spare = consumer.sleep + L * consumer.work - (L - 1) * producer.work;
  const double h = std::floor(spare / producer.sleep) + 1;
  return std::max(2 * producer.work + consumer.work + consumer.sleep + h * producer.sleep, full_queue(p));
}

void add_sleep(const Parameters& p, Prediction& prediction) {
  const auto& [producer, consumer, queue_size, sleep_energy] = p;
  prediction.latency_idle = producer.sleep + producer.work + consumer.sleep + consumer.work;
  if (prediction.regime == Regime::sFC) {
    prediction.latency_service_max = 2 * producer.work + consumer.sleep + consumer.work;
    prediction.latency_own_mean = producer.work + consumer.work + consumer.sleep / 2;
  } else if (prediction.regime == Regime::sFP) {
    prediction.latency_service_max = full_queue(p);
  } else {
    prediction.latency_service_max = long_sleep(p);
  }
}

}  // namespace

void add_latency(Sync sync, const Parameters& p, Prediction& prediction) {
  if (sync == Sync::busy_wait) add_busy_wait(p, prediction);
  if (sync == Sync::notification) add_notification(p, prediction);
  if (sync == Sync::sleep) add_sleep(p, prediction);
}

std::string why_no_latency(Sync sync, const Parameters& p, Regime regime) {
  if (sync == Sync::notification && p.producer.notify_threshold != 1) {
    return "the formulas for latency hold for k_P = 1";
  }
  if (regime == Regime::EQ) return "in lockstep the queue keeps whatever filling it started with";
  if (regime == Regime::FP) return "no bound is known for a negative S_P";
  return no_formula;
}

}  // namespace kickbench::model
