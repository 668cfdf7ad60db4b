// What one notification costs its sender (N) and how long the woken side takes to look (S), apart from any queue.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bench/host/clock.hpp"
#include "bench/host/topology.hpp"
#include "bench/measure/slice.hpp"
#include "bench/stats/quantile.hpp"
#include "model/distribution.hpp"
#include "ring/units.hpp"

namespace kickbench::bench::calibration {

enum class Notification { to_consumer, to_producer };
std::string_view name_of(Notification notification);

/// N and S for one notifier and direction, with a peer that has waited for `idle`; or, without `idle`, with a peer that
/// is not waiting: then the signal wakes nobody and there is no S.
struct WakeCost {
  std::string notifier;
  Notification notification = Notification::to_consumer;
  std::optional<Nanoseconds> idle;
  std::optional<measure::LineClass> line_class;  ///< where the threads were; none: they moved during the block
  stats::Spread notify;
  std::optional<stats::Spread> startup;
  model::Histogram notify_histogram{};
  std::optional<model::Histogram> startup_histogram{};
};

/// How long the peer has been waiting when it is notified: from just gone to long halted.
std::span<const Nanoseconds> idle_ladder();

/// Measures one notifier in one direction, `blocks` blocks of about 50 ms, each bracketed by line probes. One WakeCost
/// per rung of the ladder and line class that was met, and one per class for a peer that is not waiting. Throws
/// Cancelled, or BrokenRun if a wake-up is lost.
std::vector<WakeCost> measure_wake_cost(const std::string& notifier, Notification notification,
                                        const host::Placement& placement, const host::Clock& clock, int blocks);

}  // namespace kickbench::bench::calibration
