// A measurement beside the simulator: the same costs as distributions instead of means.
#pragma once

#include <optional>
#include <string>

#include "bench/scenario/scenario.hpp"
#include "bench/stats/tally.hpp"
#include "model/simulate.hpp"

namespace kickbench::bench::stats {

/// The simulator's answer, or why there is none.
struct SimulationBeside {
  std::optional<Nanoseconds> per_item;
  std::optional<model::Interval> interval;  ///< 95 %, of the simulation; none where it is exact
  std::optional<model::Regime> regime;
  std::optional<double> error_pct;                   ///< (measured - simulated) / simulated
  std::optional<double> spurious_signals;            ///< simulated, per item: notifications that woke nobody
  std::optional<double> error_without_spurious_pct;  ///< had there been none
  std::optional<Nanoseconds> busy_per_item;
  std::optional<model::LatencySummary> latency_own;
  std::optional<model::LatencySummary> latency_service;
  std::string reason;
};

/// By how much each is longer than `length`.
model::Histogram beyond(model::Histogram lengths, Nanoseconds length);

/// W, and W with the CPU away in the middle of it: as often as it was, and each time for as long as on the average, for
/// that is what is known of gaps.
model::Histogram work_with_gaps(Nanoseconds work, const SideFigures& side);

/// W as for the closed form, and with the gaps that were counted; N and S as they were measured, each N with the S that
/// came of it; the windows in which a notification finds its peer awake; sleeps as long as they were.
SimulationBeside simulate_beside(const scenario::Scenario& scenario, const Figures& figures);

}  // namespace kickbench::bench::stats
