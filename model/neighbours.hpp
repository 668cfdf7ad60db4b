// How far a set of parameters is from the next regime, and the lengths at which regimes change. Closed forms: a regime
// ends where one of its conditions tips.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/conditions.hpp"
#include "model/parameters.hpp"
#include "model/regime.hpp"

namespace kickbench::model {

/// One parameter moved in one direction, all others as they are.
struct Neighbour {
  Parameter parameter;
  bool upwards;
  /// Signed change, in ns or as a count, up to which the regime stays what it is: every smaller change keeps it. For a
  /// count the change itself keeps it too, and one step more is in the other regime.
  double distance;
  double boundary;  ///< the parameter's value there
  Regime at;        ///< exactly at the boundary: the present regime, the next one, or one that exists only there (EQ)
  Regime beyond;    ///< just beyond it
};

/// For each parameter, downwards and upwards, the nearest other regime, where there is one in the model's domain.
/// Throws DomainError (see check_domain).
std::vector<Neighbour> neighbours(Sync sync, const Parameters& parameters);

/// The shortest queue in which the consumer's start-up is not slow: k_P + ceil((S_C + W_C) / W_P), and never below k_P.
/// May exceed what a queue can have. Its twin: critical_queue_size(mirrored(parameters)).
double critical_queue_size(const Parameters& parameters);

/// The cliff: the longest sleep of the faster side that costs nothing, (L - 1) W_slow - W_fast. Empty where no sleep is
/// hidden: at equal work, or if the queue is too short.
std::optional<Nanoseconds> longest_hidden_sleep(const Parameters& parameters);

/// The shortest queue that hides the faster side's sleep: 1 + ceil((Y_fast + W_fast) / W_slow). Empty at equal work.
std::optional<double> hiding_queue_size(const Parameters& parameters);

}  // namespace kickbench::model
