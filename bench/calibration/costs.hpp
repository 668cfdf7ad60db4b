// All that a calibration lets others reckon with.
#pragma once

#include <vector>

#include "bench/calibration/gaps.hpp"
#include "bench/calibration/rounds.hpp"
#include "bench/calibration/sleep_cost.hpp"
#include "bench/calibration/wake_costs.hpp"

namespace kickbench::bench::calibration {

struct Costs {
  WakeCosts wakes;
  std::vector<SleepCost> sleeps;  ///< without those in which the CPU was away, which the gaps tell of
  Gaps producer_gaps;
  Gaps consumer_gaps;
};

Costs costs_of(const Facts& facts);

}  // namespace kickbench::bench::calibration
