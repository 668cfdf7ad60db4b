// The costs of this CPU, measured: what regimes are made of, and what limits the emulation.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "bench/calibration/wake_cost.hpp"
#include "bench/host/clock.hpp"
#include "bench/host/topology.hpp"
#include "bench/measure/slice.hpp"
#include "bench/scenario/scenario.hpp"

namespace kickbench::bench::calibration {

/// What asking the kernel to sleep really takes.
struct SleepCost {
  Nanoseconds asked;
  stats::Spread took;
};
std::vector<SleepCost> measure_sleep_cost(const host::Placement& placement, const host::Clock& clock);

/// The least W that can be emulated over a ring: what an item takes when W is asked to be 1 ns.
struct LeastWork {
  scenario::RingKind ring;
  std::optional<measure::LineClass> line_class;
  Nanoseconds producer;
  Nanoseconds consumer;
};
std::vector<LeastWork> measure_least_work(const host::Placement& placement, const host::Clock& clock);

/// N and S of one notifier at a given idle time.
struct NotifierCosts {
  Nanoseconds notify;
  Nanoseconds startup;
};

/// Wake costs of one or more notifiers, in both directions.
class WakeCosts {
 public:
  void add(std::vector<WakeCost> costs);
  const std::vector<WakeCost>& all() const { return costs_; }

  /// Those whose notifications in this direction woke somebody.
  std::set<std::string> notifiers(Notification notification) const;

  /// The costs for a peer that has been idle for about `idle`, at the line class that was met most. The nearest rung
  /// of the ladder on a logarithmic scale. Throws std::out_of_range for a notifier that was not measured.
  const WakeCost& nearest(const std::string& notifier, Notification notification, Nanoseconds idle) const;
  /// The medians of the same.
  NotifierCosts at(const std::string& notifier, Notification notification, Nanoseconds idle) const;

 private:
  std::vector<WakeCost> costs_;
};

}  // namespace kickbench::bench::calibration
