// Accuracy over made-up cells whose errors, regimes and residuals are known.
#include "bench/validation/accuracy.hpp"
#include "tests/bench/names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kickbench::bench {
namespace {

using model::Regime;

/// Intended, predicted, simulated and observed as FC, without errors.
ValidatedCell cell_of(Regime regime = Regime::FC) {
  ValidatedCell cell{.name = "cell", .intended = regime, .measurement = {}, .result = {}, .forecast = {}, .error = {}};
  cell.result.predicted.prediction = model::Prediction{.regime = regime};
  cell.result.predicted.error_pct = 0;
  cell.result.simulated.per_item = Nanoseconds(1000);
  cell.result.simulated.regime = regime;
  cell.result.simulated.error_pct = 0;
  cell.result.observed.regime = regime;
  cell.result.producer_residual_pct = cell.result.consumer_residual_pct = 0;
  return cell;
}

ValidatedCell with_errors(std::optional<double> closed_form_pct, std::optional<double> simulator_pct) {
  ValidatedCell cell = cell_of();
  cell.result.predicted.error_pct = closed_form_pct;
  cell.result.simulated.error_pct = simulator_pct;
  return cell;
}

ValidatedCell spoiled(ValidatedCell cell) {
  cell.result.noise.graded.grade = Grade::spoiled;
  return cell;
}

Summary all(const std::vector<ValidatedCell>& cells) { return summaries_of(cells).back(); }

TEST(Accuracy, Errors_count_by_their_size_and_not_by_their_sign) {
  const auto errors = *all({with_errors(-4, 1), with_errors(2, -1), with_errors(12, 1)}).sound.closed_form;
  EXPECT_EQ(errors.cells, 3U);
  EXPECT_DOUBLE_EQ(errors.mean, 6);
  EXPECT_DOUBLE_EQ(errors.median, 4);
  EXPECT_FALSE(errors.p90) << "three cells are too few";
  EXPECT_DOUBLE_EQ(errors.max, 12);
}

TEST(Accuracy, A_p90_is_said_of_ten_cells_and_more) {
  std::vector<ValidatedCell> cells;
  for (int i = 1; i <= 10; ++i) cells.push_back(with_errors(i, 1));
  EXPECT_DOUBLE_EQ(all(cells).sound.closed_form->p90.value(), 9.1);
}

TEST(Accuracy, Closed_form_and_simulator_are_kept_apart) {
  const Accuracy accuracy = all({with_errors(10, 1), with_errors(std::nullopt, 3)}).sound;
  EXPECT_EQ(accuracy.closed_form->cells, 1U) << "only bounds hold in the other cell";
  EXPECT_DOUBLE_EQ(accuracy.closed_form->mean, 10);
  EXPECT_EQ(accuracy.simulator->cells, 2U);
  EXPECT_DOUBLE_EQ(accuracy.simulator->mean, 2);
  EXPECT_FALSE(all({with_errors(std::nullopt, 3)}).sound.closed_form);
}

TEST(Accuracy, Spoiled_cells_count_apart_and_failed_ones_too) {
  ValidatedCell failed = cell_of();
  failed.error = "a wake-up was lost";
  const Summary summary = all({with_errors(1, 1), spoiled(with_errors(30, 30)), failed});
  EXPECT_EQ(summary.sound.cells, 1U);
  EXPECT_DOUBLE_EQ(summary.sound.closed_form->max, 1);
  EXPECT_EQ(summary.spoiled.cells, 1U);
  EXPECT_DOUBLE_EQ(summary.spoiled.simulator->max, 30);
  EXPECT_EQ(summary.failed, 1U);
}

TEST(Accuracy, Observed_agrees_with_what_was_predicted_and_not_with_what_was_intended) {
  ValidatedCell elsewhere = cell_of();
  elsewhere.result.observed.regime = elsewhere.result.predicted.prediction->regime = Regime::EQ;
  ValidatedCell nowhere = cell_of();
  nowhere.result.observed.regime = std::nullopt;
  nowhere.result.simulated.regime = std::nullopt;
  const Accuracy accuracy = all({cell_of(), elsewhere, nowhere}).sound;
  EXPECT_EQ(accuracy.regime_predicted.part, 2U);
  EXPECT_EQ(accuracy.regime_predicted.whole, 3U);
  EXPECT_EQ(accuracy.regime_simulated.part, 1U) << "two that fit no regime do not agree";
  EXPECT_EQ(accuracy.regime_simulated.whole, 3U);
  EXPECT_FALSE(regimes_differ(elsewhere.result));
  EXPECT_TRUE(regimes_differ(nowhere.result));
}

TEST(Accuracy, Residuals_must_be_small_on_both_sides) {
  const auto with_residuals = [](std::optional<double> producer, std::optional<double> consumer) {
    ValidatedCell cell = cell_of();
    cell.result.producer_residual_pct = producer;
    cell.result.consumer_residual_pct = consumer;
    return cell;
  };
  const Share share =
      all({with_residuals(0.9, -0.9), with_residuals(-1.1, 0), with_residuals(0, 1.1), with_residuals(std::nullopt, 0)})
          .sound.small_residuals;
  EXPECT_EQ(share.part, 1U);
  EXPECT_EQ(share.whole, 3U) << "one has no residual";
}

TEST(Accuracy, The_identity_takes_W_as_it_was_preemption_included) {
  SideFigures side;
  side.ns_per_item = Nanoseconds(2000);
  side.notifying = Nanoseconds(100);
  side.waiting = Nanoseconds(700);
  EXPECT_FALSE(identity_residual_pct(side)) << "W is not timed";
  side.work = Nanoseconds(1100);
  EXPECT_DOUBLE_EQ(*identity_residual_pct(side), 5);
  side.gap_share = 0.05;
  EXPECT_NEAR(*identity_residual_pct(side), 0, 1e-9);

  ValidatedCell off = cell_of();
  ValidatedCell even = cell_of();
  for (ValidatedCell* cell : {&off, &even}) cell->result.figures.producer = cell->result.figures.consumer = side;
  off.result.figures.producer.gap_share = 0.07;  // 2 % too much
  const Share share = all({off, even, cell_of()}).sound.consistent;
  EXPECT_EQ(share.part, 1U);
  EXPECT_EQ(share.whole, 2U);
}

TEST(Accuracy, One_summary_per_regime_that_has_cells_and_one_of_all) {
  const auto summaries = summaries_of(std::vector{cell_of(Regime::sLS), cell_of(Regime::FC), cell_of(Regime::FC)});
  ASSERT_EQ(summaries.size(), 3U);
  EXPECT_EQ(summaries[0].regime, Regime::FC);
  EXPECT_EQ(summaries[0].sound.cells, 2U);
  EXPECT_EQ(summaries[1].regime, Regime::sLS);
  EXPECT_EQ(summaries[1].sound.cells, 1U);
  EXPECT_EQ(summaries[2].regime, std::nullopt);
  EXPECT_EQ(summaries[2].sound.cells, 3U);
}

TEST(Accuracy, A_forecast_is_compared_with_what_was_measured_over_the_slices) {
  ValidatedCell cell = cell_of();
  cell.result.figures.ns_per_item = Nanoseconds(1100);
  cell.forecast.per_item = Nanoseconds(1000);
  EXPECT_DOUBLE_EQ(all({cell}).sound.forecast.value().median, 10);
  EXPECT_FALSE(all({cell_of()}).sound.forecast) << "no forecast, no error";
}

TEST(Targets, Are_met_at_their_bound_and_missed_beyond) {
  const auto holds = [](double agree_pct, double simulator_pct, double closed_form_pct, double forecast_pct) {
    const auto share = [](double pct) { return Share{static_cast<std::size_t>(10 * pct), 1000}; };
    Accuracy accuracy{.cells = 1000,
                      .regime_predicted = share(agree_pct),
                      .regime_simulated = {},
                      .closed_form = ErrorSpread{.cells = 1, .median = closed_form_pct},
                      .simulator = ErrorSpread{.cells = 1, .median = simulator_pct},
                      .forecast = ErrorSpread{.cells = 1, .median = forecast_pct},
                      .consistent = {},
                      .small_residuals = {}};
    std::vector<bool> answers;
    for (const Target& target : targets_of(accuracy)) answers.push_back(target.holds().value());
    return answers;
  };
  EXPECT_THAT(holds(95, 1, 2, 5), testing::Each(true));
  EXPECT_THAT(holds(94.9, 1, 2, 5), testing::ElementsAre(false, true, true, true));
  EXPECT_THAT(holds(95, 1.1, 2, 5), testing::ElementsAre(true, false, true, true));
  EXPECT_THAT(holds(95, 1, 2.1, 5), testing::ElementsAre(true, true, false, true));
  EXPECT_THAT(holds(95, 1, 2, 5.1), testing::ElementsAre(true, true, true, false));
}

TEST(Targets, Hold_not_and_fail_not_where_nothing_was_measured) {
  for (const Target& target : targets_of(all({}).sound)) {
    EXPECT_FALSE(target.value_pct) << target.what;
    EXPECT_FALSE(target.holds()) << target.what;
  }
}

TEST(Worst, Are_those_with_the_largest_error_of_either_kind_the_spoiled_ones_too) {
  std::vector<ValidatedCell> cells{with_errors(1, 1), with_errors(-9, 1), spoiled(with_errors(2, 20)),
                                   with_errors(std::nullopt, -5), with_errors(std::nullopt, std::nullopt)};
  cells.push_back(with_errors(99, 99));
  cells.back().error = "broke";
  EXPECT_THAT(worst_of(cells, 3), testing::ElementsAre(&cells[2], &cells[1], &cells[3]));
  EXPECT_EQ(worst_of(cells, 10).size(), 4U) << "neither without an error nor without a result";
}

}  // namespace
}  // namespace kickbench::bench
