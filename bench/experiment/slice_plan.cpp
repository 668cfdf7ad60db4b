#include "bench/experiment/slice_plan.hpp"

#include <algorithm>

namespace kickbench::bench::experiment {

measure::SlicePlan slice_plan(const scenario::Scenario& scenario) {
  constexpr Nanoseconds least_warm_up{5e6};
  constexpr Nanoseconds least_cool_down{0.2e6};
  constexpr Nanoseconds longest{1e9};
  const Nanoseconds wp = scenario.producer.work;
  const Nanoseconds wc = scenario.consumer.work;
  // Queues whose sides differ by less than 2 % count as if they differed by that: they never settle otherwise.
  const Nanoseconds difference = std::max(wc - wp, 0.02 * wc);
  const Nanoseconds fill = wp < wc ? scenario::slot_count(scenario) * wp * (wc / difference) : Nanoseconds(0);
  const scenario::SideScenario& p = scenario.producer;
  const scenario::SideScenario& c = scenario.consumer;
  const Nanoseconds longest_wait = std::max(p.sleep + p.extra_startup, c.sleep + c.extra_startup);
  return {.warm_up = std::min(longest, std::max(least_warm_up, 1.5 * fill)),
          .measured = slice_measured,
          .cool_down = std::min(longest, std::max(least_cool_down, scenario::slot_count(scenario) * std::max(wp, wc) +
                                                                       2 * longest_wait))};
}

}  // namespace kickbench::bench::experiment
