// How accurate the model was over a grid of cells, as the paper's validation has it: errors and regimes, by regime.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bench/calibration/forecast.hpp"
#include "bench/experiment/measurement.hpp"
#include "model/regime.hpp"

namespace kickbench::bench::validation {

/// One cell of the grid, as it was measured.
struct ValidatedCell {
  std::string name;
  model::Regime intended;               ///< that its parameters were derived for
  experiment::Measurement measurement;  ///< without its repetitions: what is left of them is in `result`
  experiment::Result result;
  calibration::Forecast forecast;  ///< from the calibration made before the cells, or the one that was given
  std::string error;               ///< why there is no result; empty where there is one

  bool failed() const { return !error.empty(); }
  bool spoiled() const { return result.spoiled(); }
};

/// How many of how many.
struct Share {
  std::size_t part = 0;
  std::size_t whole = 0;

  /// None of nothing.
  std::optional<double> pct() const {
    return whole == 0 ? std::nullopt : std::optional(100 * static_cast<double>(part) / static_cast<double>(whole));
  }
};

/// |measured - predicted| / predicted, in percent, over the cells that have a prediction.
struct ErrorSpread {
  std::size_t cells = 0;
  double mean = 0;
  double median = 0;
  std::optional<double> p90{};  ///< none of fewer cells than it needs
  double max = 0;
};

struct Accuracy {
  std::size_t cells = 0;
  Share regime_predicted;  ///< observed is what the closed form says. A regime that fits no rule is no agreement
  Share regime_simulated;  ///< observed is what the simulator says
  std::optional<ErrorSpread> closed_form;
  std::optional<ErrorSpread> simulator;
  std::optional<ErrorSpread> forecast;
  Share consistent;       ///< cells with an identity residual under `small_residual_pct` on both sides
  Share small_residuals;  ///< the same with the result's own residuals, of the W that was asked for
};

inline constexpr double small_residual_pct = 1;

/// What is left over, in percent of T, of the identity T = W + N f + waiting, all of it measured: W as it was spent,
/// the gaps that were counted in it included. It holds whatever the jitter, so what is left over was not accounted for.
/// None where time is not taken.
std::optional<double> identity_residual_pct(const stats::SideFigures& side);

/// The cells of one regime, or all. Cells that are spoiled count apart; nothing is dropped.
struct Summary {
  std::optional<model::Regime> regime;  ///< that the cells were derived for; none: of all
  Accuracy sound;                       ///< of those that are not spoiled
  Accuracy spoiled;
  std::size_t failed = 0;
};

/// One for each regime that has cells, in the model's order, and one of all at the end.
std::vector<Summary> summaries_of(std::span<const ValidatedCell> cells);

/// What is asked of the model, over the cells that are not spoiled.
struct Target {
  const char* what;
  const char* unit_of;  ///< what `value` is a percentage of
  std::optional<double> value_pct;
  double bound_pct;
  bool at_least;  ///< else at most
  std::size_t cells;

  /// None where nothing was measured.
  std::optional<bool> holds() const {
    if (!value_pct) return std::nullopt;
    return at_least ? *value_pct >= bound_pct : *value_pct <= bound_pct;
  }
};
std::array<Target, 4> targets_of(const Accuracy& all);

/// The larger |error| of closed form and simulator; none where neither has an answer.
std::optional<double> worst_error_pct(const experiment::Result& result);

/// Those with the largest errors, the largest first, the spoiled ones too. At most `count`.
std::vector<const ValidatedCell*> worst_of(std::span<const ValidatedCell> cells, std::size_t count);

/// The regime that was observed is not the one that was predicted, from the same run.
bool regimes_differ(const experiment::Result& result);

}  // namespace kickbench::bench::validation
