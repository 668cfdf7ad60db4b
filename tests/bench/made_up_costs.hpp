// Made-up costs of notifiers, and the regime that the model sees in a scenario on a host that has them.
#pragma once

#include <string>
#include <vector>

#include "bench/calibration/calibration.hpp"
#include "model/predict.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench::test {

inline const std::vector<std::string> notifiers{"eventfd", "futex"};

inline Spread spread_of_one(double ns) {
  return {.count = 1, .median = Nanoseconds(ns), .mean = Nanoseconds(ns), .p99 = Nanoseconds(ns)};
}

/// A host on which every notification costs 1 us and every start-up takes as long.
inline WakeCosts costs_with(double startup_ns) {
  WakeCosts costs;
  for (const std::string& notifier : notifiers) {
    for (const Notification notification : {Notification::to_consumer, Notification::to_producer}) {
      costs.add({{.notifier = notifier,
                  .notification = notification,
                  .idle = Nanoseconds(20'000),
                  .line_class = LineClass::mid,
                  .notify = spread_of_one(1000),
                  .startup = spread_of_one(startup_ns)}});
    }
  }
  return costs;
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
