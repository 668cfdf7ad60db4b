#include "bench/calibration/calibrated_prediction.hpp"

#include "bench/stats/verdict.hpp"

namespace kickbench::bench::calibration {
namespace {

/// How long a stopped side waits for its notification. None in a regime that never sends one.
struct IdleTimes {
  std::optional<Nanoseconds> consumer;
  std::optional<Nanoseconds> producer;
};

/// What `sender` takes to make so much ready that it notifies.
Nanoseconds notice(const model::Party& sender) { return sender.notify_threshold * sender.work; }

/// Per item a side is blocked for T less its W and what it spends on notifying, whatever the regime. Per notification
/// that is its idle time, then the sender's N, then its own S.
std::optional<Nanoseconds> idle_time(const model::Party& woken, double sent_per_item, const model::Party& sender,
                                     double received_per_item, Nanoseconds per_item) {
  if (received_per_item <= 0) return std::nullopt;
  const Nanoseconds blocked = per_item - woken.work - woken.notify * sent_per_item;
  return blocked / received_per_item - sender.notify - woken.startup;
}

IdleTimes idle_times(const model::Parameters& p, const model::Prediction& prediction) {
  // Every regime of notifications has all three.
  const double kicks = prediction.kicks_per_item.value();
  const double interrupts = prediction.interrupts_per_item.value();
  const Nanoseconds per_item = prediction.per_item.value();
  return {.consumer = idle_time(p.consumer, interrupts, p.producer, kicks, per_item),
          .producer = idle_time(p.producer, kicks, p.consumer, interrupts, per_item)};
}

/// The row for a peer that was idle for so long when the notification began; its sender spins what is emulated first.
const WakeCost& row_for(const WakeCosts& costs, const std::string& notifier, Notification notification,
                        Nanoseconds idle, const scenario::SideScenario& sender) {
  constexpr Nanoseconds shortest{1};  // of a peer that has hardly stopped, by a formula that may even say less than 0
  return costs.nearest(notifier, notification, std::max(idle, shortest) + sender.extra_notify);
}

void use(const WakeCost& row, const scenario::SideScenario& sender_scenario, model::Party& sender,
         const scenario::SideScenario& woken_scenario, model::Party& woken) {
  sender.notify = row.notify.median + sender_scenario.extra_notify;
  woken.startup = row.startup->median + woken_scenario.extra_startup;
}

/// The rows decide the regime, and the regime for how long a side is idle, and so which row is meant: until both agree.
void settle(CalibratedPrediction& result, const WakeCosts& costs, const scenario::Scenario& scenario) {
  constexpr int rounds = 8;  // two rows may imply each other without end: then either is as good
  model::Parameters& p = result.parameters;
  IdleTimes idle{.consumer = notice(p.producer), .producer = notice(p.consumer)};
  for (int round = 0; round < rounds; ++round) {
    const WakeCost* const to_consumer = result.to_consumer;
    const WakeCost* const to_producer = result.to_producer;
    if (idle.consumer) {
      result.to_consumer = &row_for(costs, scenario::notifier_to_consumer(scenario), Notification::to_consumer,
                                    *idle.consumer, scenario.producer);
    }
    if (idle.producer) {
      result.to_producer = &row_for(costs, scenario::notifier_to_producer(scenario), Notification::to_producer,
                                    *idle.producer, scenario.consumer);
    }
    if (to_consumer == result.to_consumer && to_producer == result.to_producer) return;
    use(*result.to_consumer, scenario.producer, p.producer, scenario.consumer, p.consumer);
    use(*result.to_producer, scenario.consumer, p.consumer, scenario.producer, p.producer);
    result.prediction = model::predict(model::Sync::notification, p);
    idle = idle_times(p, *result.prediction);
  }
}

}  // namespace

std::optional<double> CalibratedPrediction::error_pct(Nanoseconds measured) const {
  if (!prediction) return std::nullopt;
  const Nanoseconds predicted = prediction->per_item.value();
  return 100 * (measured - predicted).count() / predicted.count();
}

std::string why_not_calibrated(const scenario::Scenario& scenario) {
  const std::string reason = stats::why_not_modelled(scenario);
  if (!reason.empty() || scenario::sync_of(scenario) == model::Sync::notification) return reason;
  return "a calibration has N and S, and where nobody blocks neither plays a part";
}

CalibratedPrediction predict_from(const WakeCosts& costs, const scenario::Scenario& scenario) {
  CalibratedPrediction result;
  result.reason = why_not_calibrated(scenario);
  if (!result.reason.empty()) return result;
  const auto party = [](const scenario::SideScenario& side) {
    return model::Party{.work = side.work, .notify_threshold = side.notify_threshold};
  };
  result.parameters = {.producer = party(scenario.producer),
                       .consumer = party(scenario.consumer),
                       .queue_size = scenario::slot_count(scenario)};
  try {
    settle(result, costs, scenario);
  } catch (const model::DomainError& error) {
    result.prediction.reset();
    result.reason = error.what();
  }
  return result;
}

}  // namespace kickbench::bench::calibration
