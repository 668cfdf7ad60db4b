// What a calibration measures, in rounds: in each of them every notifier comes up once each way, so that what drifts
// meanwhile falls on all of them, and they can be compared round by round.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/calibration/gaps.hpp"
#include "bench/calibration/pinned_pair.hpp"
#include "bench/calibration/sleep_cost.hpp"
#include "bench/calibration/wake_block.hpp"
#include "bench/host/clock.hpp"
#include "bench/host/topology.hpp"

namespace kickbench::bench::calibration {

/// Raw facts of all rounds so far.
struct Facts {
  std::uint32_t rounds = 0;
  std::vector<WakeBlock> blocks;
  std::vector<SleepCost> sleeps;
  Gaps producer_gaps;
  Gaps consumer_gaps;
};

/// The blocks of a round, in their order: it begins with another one each time, and every other round goes backwards.
std::vector<BlockPlan> blocks_of_round(const std::vector<std::string>& notifiers, std::uint32_t round);

class Calibrator {
 public:
  /// Starts and pins two threads. `placement` and `clock` outlive it. Throws std::system_error.
  Calibrator(std::vector<std::string> notifiers, const host::Placement& placement, const host::Clock& clock);

  /// About 100 ms, and 200 ms more for each notifier. Throws Cancelled, or BrokenRun if a wake-up is lost; what was
  /// complete before is kept.
  void run_round();

  const Facts& facts() const { return facts_; }

 private:
  void watch_for_gaps();
  void sleep();

  std::vector<std::string> notifiers_;
  const host::Placement& placement_;
  const host::Clock& clock_;
  PinnedPair threads_;
  Facts facts_;
};

}  // namespace kickbench::bench::calibration
