#pragma once

#include <string>
#include <utility>
#include <vector>

#include "bench/calibration/calibration.hpp"

namespace kickbench::bench::calibration {

/// All that `kickbench calibrate` finds out, apart from the clock.
struct CalibrationResult {
  host::Placement placement;
  std::string idle;
  std::vector<LeastWork> least_work;
  std::vector<SleepCost> sleeps;
  WakeCosts wake_costs;
  std::vector<std::pair<std::string, std::string>> skipped;  ///< notifier, reason
};

}  // namespace kickbench::bench::calibration
