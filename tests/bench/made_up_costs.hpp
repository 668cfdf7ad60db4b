// Made-up costs of notifiers, and the regime that the model sees in a scenario on a host that has them.
#pragma once

#include <string>
#include <vector>

#include "bench/calibration/costs.hpp"
#include "bench/scenario/scenario.hpp"
#include "model/predict.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench::test {

inline const std::vector<std::string> notifiers{"eventfd", "futex"};

inline model::Wake wake_of(double notify_ns, double startup_ns) {
  return {.notify = Nanoseconds(notify_ns), .startup = Nanoseconds(startup_ns)};
}

/// Every wake of a peer idle for so long costs the same.
inline model::IdleRung rung_of(double idle_ns, double notify_ns, double startup_ns) {
  return {.idle = Nanoseconds(idle_ns), .wakes = {wake_of(notify_ns, startup_ns)}};
}

inline WakeCost cost_of(const std::string& notifier, Notification notification, model::WakeTable table,
                        std::optional<LineClass> line_class = LineClass::mid) {
  return {.notifier = notifier,
          .notification = notification,
          .line_class = line_class,
          .table = std::move(table),
          .needless = {Nanoseconds(10)},
          .arming = {},
          .asking = {}};
}

/// A host on which every notification costs 1 us and every start-up takes as long.
inline WakeCosts costs_with(double startup_ns) {
  std::vector<WakeCost> costs;
  for (const std::string& notifier : notifiers) {
    for (const Notification notification : {Notification::to_consumer, Notification::to_producer}) {
      costs.push_back(cost_of(notifier, notification, {rung_of(20'000, 1000, startup_ns)}));
    }
  }
  return WakeCosts(std::move(costs));
}

/// The regime that the model sees in a scenario on that host.
inline model::Regime regime_of(const Scenario& scenario, double startup_ns) {
  model::Parameters parameters;
  const auto side = [&](model::Party& out, const SideScenario& in) {
    out.work = in.work;
    out.notify = Nanoseconds(1000);
    out.startup = Nanoseconds(startup_ns) + in.extra_startup;
    out.notify_threshold = in.notify_threshold;
    out.sleep = in.sleep;
  };
  side(parameters.producer, scenario.producer);
  side(parameters.consumer, scenario.consumer);
  parameters.queue_size = slot_count(scenario);
  return model::predict(sync_of(scenario), parameters).regime;
}

}  // namespace kickbench::bench::test
