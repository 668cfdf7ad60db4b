#include "bench/validation/accuracy.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "bench/stats/quantile.hpp"

namespace kickbench::bench::validation {
namespace {

/// Collects what an Accuracy is made of, cell by cell.
class Collected {
 public:
  void add(const ValidatedCell& cell) {
    const experiment::Result& result = cell.result;
    ++accuracy_.cells;
    if (const auto& prediction = result.predicted.prediction) {
      count(accuracy_.regime_predicted, result.observed.regime == prediction->regime);
    }
    if (result.simulated.per_item) {
      count(accuracy_.regime_simulated, result.observed.regime && result.observed.regime == result.simulated.regime);
    }
    if (result.predicted.error_pct) closed_form_.push_back(std::abs(*result.predicted.error_pct));
    if (result.simulated.error_pct) simulator_.push_back(std::abs(*result.simulated.error_pct));
    if (const auto error = cell.forecast.error_pct(result.figures.ns_per_item)) forecast_.push_back(std::abs(*error));
    count_small(accuracy_.consistent, identity_residual_pct(result.figures.producer),
                identity_residual_pct(result.figures.consumer));
    count_small(accuracy_.small_residuals, result.producer_residual_pct, result.consumer_residual_pct);
  }

  Accuracy accuracy() const {
    Accuracy accuracy = accuracy_;
    accuracy.closed_form = spread(closed_form_);
    accuracy.simulator = spread(simulator_);
    accuracy.forecast = spread(forecast_);
    return accuracy;
  }

 private:
  static void count(Share& share, bool is_part) {
    ++share.whole;
    share.part += is_part ? 1 : 0;
  }

  static void count_small(Share& share, const std::optional<double>& one, const std::optional<double>& other) {
    if (!one || !other) return;
    count(share, std::max(std::abs(*one), std::abs(*other)) < small_residual_pct);
  }

  static std::optional<ErrorSpread> spread(const std::vector<double>& errors) {
    if (errors.empty()) return std::nullopt;
    const double sum = std::accumulate(errors.begin(), errors.end(), 0.0);
    return ErrorSpread{.cells = errors.size(),
                       .mean = sum / static_cast<double>(errors.size()),
                       .median = *stats::median(errors),
                       .p90 = stats::quantile(errors, 0.9),
                       .max = *std::ranges::max_element(errors)};
  }

  Accuracy accuracy_;
  std::vector<double> closed_form_;
  std::vector<double> simulator_;
  std::vector<double> forecast_;
};

Summary summary_of(std::span<const ValidatedCell> cells, std::optional<model::Regime> regime) {
  Summary summary{.regime = regime, .sound = {}, .spoiled = {}};
  Collected sound, spoiled;
  for (const ValidatedCell& cell : cells) {
    if (regime && cell.intended != *regime) continue;
    if (cell.failed()) {
      ++summary.failed;
    } else {
      (cell.spoiled() ? spoiled : sound).add(cell);
    }
  }
  summary.sound = sound.accuracy();
  summary.spoiled = spoiled.accuracy();
  return summary;
}

}  // namespace

std::optional<double> identity_residual_pct(const stats::SideFigures& side) {
  if (!side.work || !side.waiting) return std::nullopt;
  const Nanoseconds explained = *side.work + side.gap_share * side.ns_per_item + side.notifying + *side.waiting;
  return 100 * ((side.ns_per_item - explained) / side.ns_per_item);
}

std::vector<Summary> summaries_of(std::span<const ValidatedCell> cells) {
  std::vector<Summary> summaries;
  for (const model::Regime regime : model::all_regimes) {
    if (std::ranges::find(cells, regime, &ValidatedCell::intended) == cells.end()) continue;
    summaries.push_back(summary_of(cells, regime));
  }
  summaries.push_back(summary_of(cells, std::nullopt));
  return summaries;
}

std::array<Target, 4> targets_of(const Accuracy& all) {
  const auto median_of = [](const std::optional<ErrorSpread>& errors) {
    return errors ? std::optional(errors->median) : std::nullopt;
  };
  const auto count_of = [](const std::optional<ErrorSpread>& errors) { return errors ? errors->cells : 0; };
  return {{{"regime observed is the one predicted", "of the cells", all.regime_predicted.pct(), 95, true,
            all.regime_predicted.whole},
           {"median error of the simulator", "of T", median_of(all.simulator), 1, false, count_of(all.simulator)},
           {"median error of the closed form", "of T", median_of(all.closed_form), 2, false, count_of(all.closed_form)},
           {"median error of the forecast", "of T", median_of(all.forecast), 5, false, count_of(all.forecast)}}};
}

std::optional<double> worst_error_pct(const experiment::Result& result) {
  std::optional<double> worst;
  for (const auto& error : {result.predicted.error_pct, result.simulated.error_pct}) {
    if (error) worst = std::max(worst.value_or(0), std::abs(*error));
  }
  return worst;
}

std::vector<const ValidatedCell*> worst_of(std::span<const ValidatedCell> cells, std::size_t count) {
  std::vector<const ValidatedCell*> worst;
  for (const ValidatedCell& cell : cells) {
    if (!cell.failed() && worst_error_pct(cell.result)) worst.push_back(&cell);
  }
  std::ranges::stable_sort(worst, std::greater(),
                           [](const ValidatedCell* cell) { return *worst_error_pct(cell->result); });
  worst.resize(std::min(worst.size(), count));
  return worst;
}

bool regimes_differ(const experiment::Result& result) {
  const auto& prediction = result.predicted.prediction;
  return prediction && result.observed.regime != prediction->regime;
}

}  // namespace kickbench::bench::validation
