#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/experiment/measurement.hpp"
#include "tests/bench/made_up_measurement.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

using test::add_slice;
using test::measurement_of;
using test::moved;
using test::repetition_of;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr LineClass near = LineClass::near;
constexpr LineClass mid = LineClass::mid;
constexpr LineClass far = LineClass::far;

TEST(Conclude, Headline_is_the_median_of_the_repetitions_and_not_of_their_items) {
  const Result result =
      conclude(measurement_of({repetition_of({{near, 900}, {near, 900}, {near, 900}}), repetition_of({{near, 100}}),
                               repetition_of({{near, 200}, {near, 400}})}));
  EXPECT_THAT(result.repetition_ns_per_item, ElementsAre(Nanoseconds(900), Nanoseconds(100), Nanoseconds(300)));
  EXPECT_EQ(result.ns_per_item, Nanoseconds(300));
  EXPECT_EQ(result.figures.ns_per_item, Nanoseconds(3400 / 6.0)) << "of all slices, as the costs are";
  EXPECT_EQ(result.figures.slices, 6U);
  EXPECT_EQ(result.figures.items, 6000U);
}

TEST(Conclude, A_repetition_that_is_not_complete_counts_only_where_there_is_no_other) {
  Repetition partial = repetition_of({{far, 900}, {far, 900}});
  partial.complete = false;
  const Result whole = conclude(measurement_of({repetition_of({{near, 100}}), partial}));
  EXPECT_THAT(whole.repetition_ns_per_item, ElementsAre(Nanoseconds(100)));
  EXPECT_EQ(whole.slices_total, 1U);
  EXPECT_EQ(whole.line_class, near);
  EXPECT_FALSE(whole.interval);
  const Result alone = conclude(measurement_of({partial}));
  EXPECT_EQ(alone.ns_per_item, Nanoseconds(900));
  EXPECT_EQ(alone.slices_total, 2U);
  EXPECT_TRUE(alone.spoiled());
  EXPECT_EQ(alone.noise.graded.reasons.front(), "not one repetition is complete");
}

TEST(Conclude, Its_interval_is_that_of_the_median_of_the_repetitions) {
  const Result result =
      conclude(measurement_of({repetition_of({{near, 102}}), repetition_of({{near, 100}}), repetition_of({{near, 104}}),
                               repetition_of({{near, 101}}), repetition_of({{near, 103}})}));
  ASSERT_TRUE(result.interval);
  EXPECT_EQ(result.interval->lower, 100.0);
  EXPECT_EQ(result.interval->upper, 104.0);
  EXPECT_EQ(result.interval->coverage, 0.9375);
  EXPECT_FALSE(conclude(measurement_of({repetition_of({{near, 100}})})).interval) << "one repetition has no spread";
}

TEST(Conclude, Classes_are_never_mixed) {
  const Result result = conclude(measurement_of({repetition_of({{near, 100}, {far, 1000}, {near, 100}, {near, 100}}),
                                                 repetition_of({{far, 1000}, {near, 120}, {mid, 500}, {near, 120}})}));
  EXPECT_EQ(result.line_class, near);
  EXPECT_THAT(result.repetition_ns_per_item, ElementsAre(Nanoseconds(100), Nanoseconds(120)));
  EXPECT_EQ(result.ns_per_item, Nanoseconds(110));
  EXPECT_EQ(result.figures.slices, 5U);
  EXPECT_EQ(result.figures.items, 5000U);
  EXPECT_DOUBLE_EQ(result.figures.consumer.ns_per_item.count(), (3 * 100 + 2 * 120) / 5.0);
  EXPECT_EQ(result.slices_total, 8U);
  EXPECT_EQ(result.slices_moved, 0U);
}

TEST(Conclude, The_class_is_that_of_most_slices_of_all_repetitions) {
  const Result result = conclude(measurement_of({repetition_of({{far, 1000}, {near, 100}, {far, 1000}}),
                                                 repetition_of({{far, 1100}, {near, 100}, {far, 1100}}),
                                                 repetition_of({{near, 100}, {near, 100}, {near, 100}, {near, 100}})}));
  EXPECT_EQ(result.line_class, near) << "6 slices against 4, though most in one repetition only";
}

TEST(Conclude, A_repetition_without_a_slice_of_the_class_has_no_part_in_the_headline) {
  const Result result =
      conclude(measurement_of({repetition_of({{near, 100}, {near, 100}}), repetition_of({{far, 1000}}),
                               repetition_of({{near, 110}, {moved, 5000}})}));
  EXPECT_EQ(result.line_class, near);
  EXPECT_THAT(result.repetition_ns_per_item, ElementsAre(Nanoseconds(100), Nanoseconds(110)));
  EXPECT_EQ(result.slices_total, 5U);
  EXPECT_EQ(result.slices_moved, 1U);
  EXPECT_EQ(result.figures.slices, 3U);
}

TEST(Conclude, Moved_slices_are_no_class_even_where_they_are_most) {
  const Result result =
      conclude(measurement_of({repetition_of({{moved, 5000}, {moved, 6000}, {near, 100}, {moved, 7000}})}));
  EXPECT_EQ(result.line_class, near);
  EXPECT_EQ(result.ns_per_item, Nanoseconds(100));
  EXPECT_EQ(result.figures.slices, 1U);
  EXPECT_EQ(result.slices_moved, 3U);
}

TEST(Conclude, Where_all_slices_moved_their_figures_are_all_there_is) {
  const Result result =
      conclude(measurement_of({repetition_of({{moved, 100}, {moved, 200}}), repetition_of({{moved, 300}})}));
  EXPECT_EQ(result.line_class, std::nullopt);
  EXPECT_THAT(result.repetition_ns_per_item, ElementsAre(Nanoseconds(150), Nanoseconds(300)));
  EXPECT_EQ(result.figures.slices, 3U);
  EXPECT_EQ(result.slices_total, 3U);
  EXPECT_EQ(result.slices_moved, 3U);
}

TEST(Conclude, Slices_on_one_cpu_are_a_class_of_their_own) {
  const Result result = conclude(measurement_of({repetition_of({{LineClass::unknown, 100}})}));
  EXPECT_EQ(result.line_class, LineClass::unknown);
  EXPECT_EQ(result.ns_per_item, Nanoseconds(100));
}

TEST(Conclude, Sets_all_slices_beside_the_model_as_its_costs_are_of_all) {
  const Result result = conclude(measurement_of({repetition_of({{near, 110}}), repetition_of({{near, 110}}),
                                                 repetition_of({{near, 500}, {near, 500}, {near, 500}})}));
  EXPECT_EQ(result.observed.regime, model::Regime::BW);
  ASSERT_TRUE(result.predicted.prediction);
  EXPECT_EQ(result.predicted.prediction->per_item, Nanoseconds(100));
  EXPECT_EQ(result.ns_per_item, Nanoseconds(110));
  EXPECT_NEAR(*result.predicted.error_pct, 244, 1e-9) << "344 ns over all items, where the median is 110";
  EXPECT_NEAR(*result.simulated.error_pct, 244, 1e-9);
}

TEST(Conclude, The_residual_of_each_side_is_against_its_own_W) {
  Repetition repetition;
  Slice slice = test::plain_slice(1000, 200);  // W_P = 100, W_C = 50
  slice.producer.pace.work = slice.consumer.pace.work = TickSpan{200'000};
  slice.producer.counters.waiting = TickSpan{80'000};    // 40 ns per item
  slice.consumer.counters.waiting = TickSpan{200'000};   // 100 ns per item
  slice.consumer.counters.notifying = TickSpan{60'000};  // 30 ns per item
  add_slice(repetition, near, slice);
  const Result result = conclude(measurement_of({repetition}));
  EXPECT_DOUBLE_EQ(*result.producer_residual_pct, 30.0);
  EXPECT_DOUBLE_EQ(*result.consumer_residual_pct, 10.0);
}

TEST(Conclude, Joules_per_item_are_the_packages_power_times_the_time_of_an_item) {
  Repetition repetition;
  Slice slice = test::plain_slice(1000, 200);
  slice.energy = {.joules = host::Fact<double>::known(2), .span = TickSpan{100'000'000}};  // 2 J in 50 ms
  add_slice(repetition, near, slice);
  EXPECT_DOUBLE_EQ(*package_joules_per_item(conclude(measurement_of({repetition}))), 40 * 200e-9);
  slice.energy.joules = host::Fact<double>::unknown("no counter");
  add_slice(repetition, near, slice);
  EXPECT_EQ(package_joules_per_item(conclude(measurement_of({repetition}))).reason, "no counter");
}

TEST(Conclude, Without_a_repetition_there_is_nothing) {
  const Result result = conclude(measurement_of({}));
  EXPECT_EQ(result.line_class, std::nullopt);
  EXPECT_EQ(result.slices_total, 0U);
  EXPECT_EQ(result.figures.items, 0U);
  EXPECT_THAT(result.repetition_ns_per_item, IsEmpty());
  EXPECT_FALSE(result.interval);
  EXPECT_FALSE(result.predicted.prediction);
  EXPECT_TRUE(result.noise.places.empty());
}

TEST(Repetition, Its_items_are_those_of_all_its_slices) {
  EXPECT_EQ(repetition_of({{near, 1}, {far, 1}, {moved, 1}}).items(), 3000U);
  EXPECT_EQ(Repetition().items(), 0U);
}

}  // namespace
}  // namespace kickbench::bench
