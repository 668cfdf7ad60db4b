// Sleeping: values worked out by hand, the cliff, and what a bound may claim.
#include <gtest/gtest.h>

#include <algorithm>

#include "model/predict.hpp"
#include "tests/model/event_oracle.hpp"
#include "tests/model/exact.hpp"
#include "tests/model/sampler.hpp"

namespace kickbench::model {
namespace {

Parameters sleeping(double wp, double wc, double yp, double yc, std::uint32_t queue_size) {
  return {.producer = {.work = Nanoseconds{wp}, .sleep = Nanoseconds{yp}},
          .consumer = {.work = Nanoseconds{wc}, .sleep = Nanoseconds{yc}},
          .queue_size = queue_size};
}

TEST(Sleeping, sFC_hides_the_sleep_completely) {
  Parameters p = sleeping(2000, 1000, 7000, 5000, 8);
  p.sleep_energy = Nanoseconds{300};
  const Prediction predicted = predict(Sync::sleep, p);
  EXPECT_EQ(predicted.regime, Regime::sFC);
  EXPECT_EQ(predicted.per_item, Nanoseconds{2000});
  EXPECT_EQ(predicted.consumer_sleeps_per_item, 0.2);
  EXPECT_EQ(predicted.producer_sleeps_per_item, 0);
  EXPECT_EQ(predicted.kicks_per_item, 0);
  EXPECT_EQ(predicted.busy_per_item, Nanoseconds{3060});
  EXPECT_FALSE(predicted.per_item_bounds.has_value());
  EXPECT_FALSE(predicted.items_per_notification.has_value());
}

TEST(Sleeping, swapping_the_parties_swaps_the_prediction) {
  oracle::Sampler sampler(31);
  for (int set = 0; set < 20'000; ++set) {
    const Parameters p = sampler.sleeping();
    SCOPED_TRACE(::testing::PrintToString(p));
    const Prediction one = predict(Sync::sleep, p);
    const Prediction other = predict(Sync::sleep, mirrored(p));
    ASSERT_EQ(other.regime, mirrored(one.regime));
    ASSERT_EQ(other.per_item, one.per_item);
    ASSERT_EQ(other.consumer_sleeps_per_item, one.producer_sleeps_per_item);
    ASSERT_EQ(other.producer_sleeps_per_item, one.consumer_sleeps_per_item);
    ASSERT_EQ(other.busy_per_item, one.busy_per_item);
    ASSERT_EQ(other.per_item_bounds.has_value(), one.per_item_bounds.has_value());
    if (!one.per_item_bounds) continue;
    ASSERT_EQ(other.per_item_bounds->lower, one.per_item_bounds->lower);
    ASSERT_EQ(other.per_item_bounds->upper, one.per_item_bounds->upper);
  }
}

TEST(Sleeping, the_cliff_lies_where_the_queue_can_no_longer_hide_the_sleep) {
  const Prediction edge = predict(Sync::sleep, sleeping(2000, 1000, 13'000, 13'000, 8));  // 7 * 2000 - 1000
  EXPECT_EQ(edge.regime, Regime::sFC);
  const Prediction beyond = predict(Sync::sleep, sleeping(2000, 1000, 13'001, 13'001, 8));
  EXPECT_EQ(beyond.regime, Regime::sLS);
  EXPECT_EQ(predict(Sync::sleep, sleeping(1000, 2000, 13'000, 99, 8)).regime, Regime::sFP);
  EXPECT_EQ(predict(Sync::sleep, sleeping(1000, 2000, 13'001, 99, 8)).regime, Regime::sLS);
}

TEST(Sleeping, sLS_offers_bounds_and_nothing_it_does_not_know) {
  // m = floor((7 * 1000 - 2000) / 1000) + 1 = 6
  const Prediction predicted = predict(Sync::sleep, sleeping(2000, 1000, 15'000, 28'000, 8));
  EXPECT_EQ(predicted.regime, Regime::sLS);
  EXPECT_FALSE(predicted.per_item.has_value());
  EXPECT_FALSE(predicted.busy_per_item.has_value());
  EXPECT_FALSE(predicted.producer_sleeps_per_item.has_value());
  EXPECT_FALSE(predicted.consumer_sleeps_per_item.has_value());
  ASSERT_TRUE(predicted.per_item_bounds.has_value());
  EXPECT_EQ(predicted.per_item_bounds->lower, Nanoseconds{1000 + 28'000 / 14});
  EXPECT_EQ(predicted.per_item_bounds->upper, Nanoseconds{1000 + 28'000 / 7});
}

TEST(Sleeping, equal_work_is_bounded_by_the_work_alone) {
  const Prediction predicted = predict(Sync::sleep, sleeping(2000, 2000, 100, 100, 8));
  EXPECT_EQ(predicted.regime, Regime::sLS);
  EXPECT_EQ(predicted.per_item_bounds->lower, Nanoseconds{2000});
}

TEST(Sleeping, small_queues_have_no_upper_bound) {
  for (const std::uint32_t queue_size : {1U, 2U, 3U}) {
    EXPECT_FALSE(predict(Sync::sleep, sleeping(40, 10, 500, 500, queue_size)).per_item_bounds->upper.has_value());
  }
  EXPECT_TRUE(predict(Sync::sleep, sleeping(40, 10, 500, 500, 4)).per_item_bounds->upper.has_value());
}

TEST(Sleeping, with_a_single_slot_the_lower_bound_is_serial) {
  // The general lower bound would divide by L + m = 0 here.
  EXPECT_EQ(predict(Sync::sleep, sleeping(24, 8, 20, 7, 1)).per_item_bounds->lower, Nanoseconds{32});
}

TEST(Sleeping, upper_bound_allows_for_sleeps_that_collect_one_item_less_than_the_queue_holds) {
  const Parameters p = sleeping(21, 1, 1, 114, 6);
  const oracle::Steady seen = oracle::run(Sync::sleep, p);
  EXPECT_EQ(seen.elapsed * 11, seen.items * 239);                // 21.73 ns per item,
  EXPECT_GT(239.0 / 11, std::max(21 + 1.0 / 6, 1 + 114.0 / 6));  // more than one full queue per sleep would cost
  EXPECT_EQ(predict(Sync::sleep, p).per_item_bounds->upper, Nanoseconds{1 + 114.0 / 5});
}

}  // namespace
}  // namespace kickbench::model
