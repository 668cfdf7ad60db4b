// Scenarios that lie in a given operating regime: parameters such that the regime's inequalities (model/conditions.hpp)
// hold with a margin on this host. What depends on the host's costs goes in coarse steps, so that names stay what they
// are from run to run.
#pragma once

#include <cstdint>
#include <string>

#include "bench/calibration/wake_costs.hpp"
#include "bench/scenario/scenario.hpp"

namespace kickbench::bench::suite {

scenario::Scenario base(scenario::RingKind ring, const std::string& notifier, std::uint32_t queue_size, Nanoseconds wp,
                        Nanoseconds wc);

/// The same, with both sides waiting in that way.
scenario::Scenario waiting(scenario::Scenario scenario, WaitKind wait, Nanoseconds sleep = Nanoseconds(0));

/// Both sides poll (BW), over a queue of 256.
scenario::Scenario polling(scenario::RingKind ring, Nanoseconds wp, Nanoseconds wc);

/// Where the regimes of notification are made. `costs`: calibrated, of `notifier` among others.
struct RegimeSetting {
  scenario::RingKind ring;
  std::string notifier;
  const calibration::WakeCosts& costs;
};

/// FC, and FP as its mirror: the start-up of the faster side must fit into (L - k) W of the slower one; a queue long
/// enough gives the margin.
struct FastSide {
  Nanoseconds slow_work;
  Nanoseconds fast_work;
  std::uint32_t threshold = 1;  ///< k at which the slower side notifies the faster one
  std::uint32_t least_queue = 256;
};
scenario::Scenario fast_consumer(const RegimeSetting& setting, const FastSide& sides);
scenario::Scenario fast_producer(const RegimeSetting& setting, const FastSide& sides);

/// EQ: the same W on both sides. `threshold`: of both.
scenario::Scenario lockstep(const RegimeSetting& setting, Nanoseconds work, std::uint32_t threshold = 1);

/// SCS, and SPS as its mirror: the faster side has a start-up that no queue hides, and the natural one of the slower
/// side fits into (L - k) W of the faster side: W of the slower side is large enough for that.
struct SlowStartup {
  /// Long enough that the least W outlasts the natural start-up of most hosts.
  std::uint32_t queue_size = 256;
  /// What the faster side needs of what the slower one does. The closer they are, the more items pass between two stops
  /// (L + m); here about 2 L, which is often enough to tell the regime from a lone disturbance.
  double fast_share = 0.5;
  std::uint32_t threshold = 1;  ///< of both sides
};
scenario::Scenario slow_consumer_startup(const RegimeSetting& setting, const SlowStartup& startup = {});
scenario::Scenario slow_producer_startup(const RegimeSetting& setting, const SlowStartup& startup = {});

/// SS: both start-ups are long. `threshold`: of both sides.
scenario::Scenario slow_both(const RegimeSetting& setting, std::uint32_t queue_size, Nanoseconds wp, Nanoseconds wc,
                             std::uint32_t threshold = 1);

}  // namespace kickbench::bench::suite
