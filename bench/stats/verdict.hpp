// A measurement beside the model, and what to think of it: prediction, error, consistency, noise.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/scenario/scenario.hpp"
#include "bench/stats/observed.hpp"
#include "bench/stats/tally.hpp"
#include "model/predict.hpp"
#include "model/renewal.hpp"

namespace kickbench::bench::stats {

/// What the model is told about a run: W as asked for (or as spent, where the ring needs more), means of N, S and
/// sleeps as measured in that run.
struct ModelInput {
  model::Parameters parameters;
  std::vector<std::string> assumptions;  ///< where nothing was measured and something was taken in its place
};
ModelInput model_input(const scenario::Scenario& scenario, const Figures& figures);

/// And each N with the S that came of it, and the gaps. `figures` must outlive the result.
model::Seen seen_in(const Figures& figures);

/// Time per item for which the CPU was away in the middle of W.
inline Nanoseconds gaps_per_item(const SideFigures& side) { return side.gap_share * side.ns_per_item; }

/// The model's answer, or why there is none.
struct PredictionBeside {
  std::optional<model::Prediction> prediction;
  std::string reason;
  std::vector<std::string> assumptions;
  std::optional<double> error_pct;  ///< (measured - predicted) / predicted, both of the same slices
  std::string latency_reason;       ///< why there is no longest latency
};
/// Why a scenario is in none of the model's regimes, whatever it costs; empty if it can be in one.
std::string why_no_regime(const scenario::Scenario& scenario);

/// Why the model has nothing to say about a scenario; empty if it has.
std::string why_not_modelled(const scenario::Scenario& scenario);

PredictionBeside predict_beside(const scenario::Scenario& scenario, const Figures& figures);

/// W really spent is more than asked for by more than this: the requested W is below what can be emulated here.
constexpr Nanoseconds work_tolerance(Nanoseconds requested) { return std::max(requested * 0.01, Nanoseconds(3)); }

/// W as the model must be told: as asked for, or as spent where the ring needs more. None at W = 0, where it is not
/// timed.
std::optional<Nanoseconds> effective_work(const scenario::SideScenario& side, const SideFigures& figures);

/// T = W + N f + waiting per item, on one side: what is left over, in percent of T. None where time is not taken (W =
/// 0).
std::optional<double> residual_pct(const SideFigures& side, Nanoseconds requested_work);

}  // namespace kickbench::bench::stats
