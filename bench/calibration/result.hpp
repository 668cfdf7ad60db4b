#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bench/calibration/counters.hpp"
#include "bench/calibration/least_work.hpp"
#include "bench/calibration/rounds.hpp"

namespace kickbench::bench::calibration {

/// All that `kickbench calibrate` finds out, apart from the clock.
struct CalibrationResult {
  host::Placement placement;
  std::string idle;
  std::optional<experiment::CounterOffset> counter_offset{};  ///< none where both threads share a CPU
  std::vector<LeastWork> least_work;
  Facts facts;
  std::vector<std::pair<std::string, std::string>> skipped;  ///< notifier, reason
};

}  // namespace kickbench::bench::calibration
