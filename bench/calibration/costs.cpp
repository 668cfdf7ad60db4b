#include "bench/calibration/costs.hpp"

namespace kickbench::bench::calibration {

Costs costs_of(const Facts& facts) {
  Costs costs{.wakes = wake_costs_of(facts.blocks),
              .sleeps = facts.sleeps,
              .producer_gaps = facts.producer_gaps,
              .consumer_gaps = facts.consumer_gaps};
  for (SleepCost& sleep : costs.sleeps) sleep.oversleeps = without_absences(sleep.oversleeps);
  return costs;
}

}  // namespace kickbench::bench::calibration
