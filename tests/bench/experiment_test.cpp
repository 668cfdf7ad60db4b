// Experiments on real threads: what a repetition consists of.
#include <gtest/gtest.h>

#include <numeric>

#include "bench/experiment/campaign.hpp"
#include "bench/experiment/experiment.hpp"
#include "bench/experiment/slice_plan.hpp"
#include "tests/bench/live.hpp"
#include "tests/bench/made_up.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

using test::live_clock;

class ExperimentTest : public test::TwoCpus {
 protected:
  static Scenario scenario() { return test::scenario_of(WaitKind::block, 5000, 2000); }
};

/// The tallies of the classes hold each slice once.
void expect_tallies_match(const Repetition& repetition) {
  std::map<std::optional<LineClass>, std::pair<std::uint64_t, std::uint64_t>> by_class;
  for (const SliceSummary& slice : repetition.slices) {
    ++by_class[slice.line_class].first;
    by_class[slice.line_class].second += slice.items;
    EXPECT_GT(slice.items, 0U);
    EXPECT_GT(slice.ns_per_item, Nanoseconds(0));
    EXPECT_TRUE(slice.line_before);
    EXPECT_TRUE(slice.line_after);
  }
  ASSERT_EQ(by_class.size(), repetition.tallies.size());
  for (const auto& [line_class, sums] : by_class) {
    const Figures figures = repetition.tallies.at(line_class).figures();
    EXPECT_EQ(figures.slices, sums.first);
    EXPECT_EQ(figures.items, sums.second);
  }
}

TEST_F(ExperimentTest, A_repetition_lasts_for_the_measured_time_asked_for) {
  Experiment experiment(scenario(), placement_, live_clock());
  for (const auto& [duration, slices] : {std::pair(1 * slice_measured, 1U), std::pair(1.5 * slice_measured, 2U),
                                         std::pair(2 * slice_measured, 2U), std::pair(Nanoseconds(1), 1U)}) {
    const Repetition& repetition = experiment.repeat({.duration = duration});
    EXPECT_EQ(repetition.slices.size(), slices);
    expect_tallies_match(repetition);
  }
  EXPECT_EQ(experiment.measurement().repetitions.size(), 4U);
}

TEST_F(ExperimentTest, A_repetition_goes_on_until_enough_items_were_measured) {
  Experiment experiment(scenario(), placement_, live_clock());
  const std::uint64_t first = experiment.repeat({.duration = Nanoseconds(1), .items = 1}).items();
  ASSERT_GT(first, 0U);
  const std::uint64_t wanted = 2 * first;
  const Repetition& repetition = experiment.repeat({.duration = Nanoseconds(1), .items = wanted});
  EXPECT_GE(repetition.items(), wanted);
  EXPECT_LT(repetition.items() - repetition.slices.back().items, wanted) << "and no slice longer";
  expect_tallies_match(repetition);
}

TEST_F(ExperimentTest, Keeps_what_it_measured_with_what_it_was) {
  Experiment experiment(scenario(), placement_, live_clock());
  const Measurement& measurement = experiment.measurement();
  EXPECT_TRUE(measurement.repetitions.empty());
  EXPECT_GE(measurement.settling_slices, 2U) << "one slice cannot tell whether the rate is steady";
  EXPECT_LE(measurement.settling_slices, 5U);
  EXPECT_GT(measurement.warm_up_per_slice, Nanoseconds(0));
  EXPECT_EQ(name_of(measurement.scenario), name_of(scenario()));
  EXPECT_EQ(measurement.placement.producer_cpu, placement_.producer_cpu);
  EXPECT_EQ(measurement.placement.consumer_cpu, placement_.consumer_cpu);
  const std::uint64_t items = experiment.repeat({.duration = Nanoseconds(1)}).items();
  EXPECT_EQ(measurement.repetitions.size(), 1U);
  EXPECT_EQ(measurement.repetitions[0].items(), items);
}

TEST_F(ExperimentTest, Settles_for_as_long_as_it_is_asked_to) {
  const Experiment experiment(scenario(), placement_, live_clock(), Nanoseconds(150e6));
  EXPECT_GE(experiment.measurement().settling_slices, 10U);
}

TEST_F(ExperimentTest, A_repetition_says_when_it_was) {
  Experiment experiment(scenario(), placement_, live_clock());
  const Repetition first = experiment.repeat({.duration = Nanoseconds(1)});
  const Repetition second = experiment.repeat({.duration = Nanoseconds(1)});
  EXPECT_GE(first.ended - first.began, slice_measured);
  EXPECT_GE(second.began, first.ended);
}

TEST_F(ExperimentTest, Fresh_sessions_add_up_in_one_measurement) {
  FreshSessions sessions(placement_, live_clock());
  Measurement measurement;
  measurement.scenario = scenario();
  sessions.repeat(measurement, {.duration = Nanoseconds(1)});
  const std::uint32_t settling_slices = measurement.settling_slices;
  sessions.repeat(measurement, {.duration = Nanoseconds(1)});
  EXPECT_EQ(measurement.repetitions.size(), 2U);
  EXPECT_GE(measurement.settling_slices, settling_slices + 2);
  EXPECT_EQ(measurement.placement.name, placement_.name);
  EXPECT_GT(measurement.warm_up_per_slice, Nanoseconds(0));
  EXPECT_EQ(conclude(measurement).slices_total, 2U);
}

TEST_F(ExperimentTest, Its_conclusion_is_over_all_of_its_slices) {
  Experiment experiment(scenario(), placement_, live_clock());
  for (int i = 0; i < 3; ++i) experiment.repeat({.duration = Nanoseconds(1)});
  const Result result = conclude(experiment.measurement());
  EXPECT_EQ(result.slices_total, 3U);
  EXPECT_GT(result.ns_per_item, Nanoseconds(0));
  EXPECT_TRUE(result.observed.regime || !result.observed.reason.empty());
  ASSERT_TRUE(result.predicted.prediction);
  EXPECT_TRUE(result.producer_residual_pct);
  EXPECT_TRUE(result.consumer_residual_pct);
}

TEST_F(ExperimentTest, W_notifications_waiting_and_gaps_make_up_the_time_of_each_side) {
  Experiment experiment(scenario(), placement_, live_clock());
  experiment.repeat({.duration = 3 * slice_measured});
  const Result result = conclude(experiment.measurement());
  for (const SideFigures* side : {&result.figures.producer, &result.figures.consumer}) {
    ASSERT_TRUE(side->work && side->waiting);
    const Nanoseconds told = *side->work + side->gap_share * side->ns_per_item + side->notifying + *side->waiting;
    EXPECT_NEAR(told / side->ns_per_item, 1, 0.01);
  }
}

}  // namespace
}  // namespace kickbench::bench
