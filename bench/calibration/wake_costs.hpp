// What notifications cost, for others to reckon with: from the raw facts, by notifier, way, line class and idle time.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "bench/calibration/block_groups.hpp"
#include "bench/calibration/wake_block.hpp"
#include "bench/measure/slice.hpp"
#include "model/wake.hpp"

namespace kickbench::bench::calibration {

/// The idle times that wakes are gathered at, each at the nearest one on a logarithmic scale: from just gone to long
/// halted.
std::span<const Nanoseconds> idle_ladder();

/// Of one notifier, one way, where the line was of one class.
struct WakeCost {
  std::string notifier;
  Notification notification = Notification::to_consumer;
  std::optional<measure::LineClass> line_class;  ///< none: the threads moved during the blocks
  model::WakeTable table;                        ///< the rungs of the ladder that have wakes
  // Some hundreds of each; see WakeBlock.
  std::vector<Nanoseconds> needless;
  std::vector<Nanoseconds> arming;
  std::vector<Nanoseconds> asking;

  std::size_t wake_count() const;
};

/// The rung for a peer that was idle for about so long. `table` must not be empty.
const model::IdleRung& nearest(const model::WakeTable& table, Nanoseconds idle);

/// N and S, one of each.
struct NotifierCosts {
  Nanoseconds notify;
  Nanoseconds startup;
};

class WakeCosts {
 public:
  WakeCosts() = default;
  /// Each with at least one rung.
  explicit WakeCosts(std::vector<WakeCost> costs) : costs_(std::move(costs)) {}

  const std::vector<WakeCost>& all() const { return costs_; }

  /// Those whose notifications went this way.
  std::set<std::string> notifiers(Notification notification) const;

  /// Null where that was not met.
  const WakeCost* find(const std::string& notifier, Notification notification,
                       std::optional<measure::LineClass> line_class) const;
  /// In the class that has the most wakes. Throws std::out_of_range for a notifier that was not measured.
  const WakeCost& most_met(const std::string& notifier, Notification notification) const;
  /// The medians of its rung for that idle time. Throws likewise.
  NotifierCosts at(const std::string& notifier, Notification notification, Nanoseconds idle) const;

 private:
  std::vector<WakeCost> costs_;
};

/// Wakes in whose middle a CPU was away do not count (block_groups.hpp). Of each rung at most some hundreds are kept,
/// evenly over the rounds.
WakeCosts wake_costs_of(std::span<const WakeBlock> blocks);

}  // namespace kickbench::bench::calibration
