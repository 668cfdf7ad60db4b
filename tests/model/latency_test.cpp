// Latency: the formulas worked by hand, and never exceeded by a simulated steady state.
#include <gtest/gtest.h>

#include <map>

#include "model/predict.hpp"
#include "tests/model/event_oracle.hpp"
#include "tests/model/exact.hpp"
#include "tests/model/sampler.hpp"

namespace kickbench::model {
namespace {

using oracle::Sampler;

constexpr int sets = 20'000;

Parameters fast_consumer() {
  return {.producer = {.work = Nanoseconds{2000}, .notify = Nanoseconds{1000}},
          .consumer = {.work = Nanoseconds{1000}, .startup = Nanoseconds{2500}},
          .queue_size = 8};
}

TEST(Latency, of_an_idle_system_is_the_sum_of_what_one_item_meets) {
  Parameters p = fast_consumer();
  p.producer.sleep = Nanoseconds{50'000};
  p.consumer.sleep = Nanoseconds{70'000};
  EXPECT_EQ(predict(Sync::busy_wait, p).latency_idle, Nanoseconds{3000});
  EXPECT_EQ(predict(Sync::notification, p).latency_idle, Nanoseconds{6500});
  EXPECT_EQ(predict(Sync::sleep, p).latency_idle, Nanoseconds{123'000});
}

TEST(Latency, fast_consumer_pays_for_a_second_kick_when_every_item_is_kicked) {
  Parameters p = fast_consumer();
  EXPECT_EQ(predict(Sync::notification, p).latency_service_max, Nanoseconds{8500});
  p.consumer.startup = Nanoseconds{500};
  EXPECT_EQ(predict(Sync::notification, p).latency_service_max, Nanoseconds{7500});
  EXPECT_TRUE(predict(Sync::notification, p).latency_is_exact);
}

TEST(Latency, fast_producer_counts_the_interrupts_within_a_full_queue) {
  const Parameters p{.producer = {.work = Nanoseconds{1000}, .startup = Nanoseconds{2500}},
                     .consumer = {.work = Nanoseconds{2000}, .notify = Nanoseconds{1000}},
                     .queue_size = 8};
  const Prediction predicted = predict(Sync::notification, p);
  EXPECT_EQ(predicted.items_per_notification, 3);
  EXPECT_EQ(predicted.latency_service_max, Nanoseconds{1000 + 9 * 2000 + 3 * 1000});
  EXPECT_FALSE(predicted.latency_is_exact);
}

TEST(Latency, slow_startup_meets_both_startups) {
  const Parameters p{
      .producer = {.work = Nanoseconds{2000}, .notify = Nanoseconds{1000}, .startup = Nanoseconds{20'000}},
      .consumer = {.work = Nanoseconds{1000}, .notify = Nanoseconds{500}, .startup = Nanoseconds{20'000}},
      .queue_size = 4};
  EXPECT_EQ(predict(Sync::notification, p).latency_service_max, Nanoseconds{61'500});
}

TEST(Latency, busy_wait_is_two_items_or_a_full_queue) {
  Parameters p = fast_consumer();
  EXPECT_EQ(predict(Sync::busy_wait, p).latency_service_max, Nanoseconds{5000});
  EXPECT_EQ(predict(Sync::busy_wait, mirrored(p)).latency_service_max, Nanoseconds{18'000});
  EXPECT_EQ(predict(Sync::busy_wait, mirrored(p)).latency_own_mean, Nanoseconds{16'000});
  p.consumer.work = p.producer.work;
  EXPECT_EQ(predict(Sync::busy_wait, p).latency_service_max, Nanoseconds{18'000});
  EXPECT_FALSE(predict(Sync::busy_wait, p).latency_is_exact);
  EXPECT_FALSE(predict(Sync::busy_wait, p).latency_own_mean.has_value());
}

TEST(Latency, sleeping_adds_the_sleep_to_the_worst_item_and_half_of_it_to_the_mean) {
  Parameters p = fast_consumer();
  p.producer.sleep = p.consumer.sleep = Nanoseconds{5000};
  const Prediction fast = predict(Sync::sleep, p);
  EXPECT_EQ(fast.latency_service_max, Nanoseconds{10'000});
  EXPECT_EQ(fast.latency_own_mean, Nanoseconds{5500});
  EXPECT_FALSE(fast.latency_is_exact);
  EXPECT_EQ(predict(Sync::sleep, mirrored(p)).latency_service_max, Nanoseconds{18'000});
  p.producer.sleep = p.consumer.sleep = Nanoseconds{20'000};
  // h = floor((20000 + 8 * 1000 - 7 * 2000) / 20000) + 1 = 1
  EXPECT_EQ(predict(Sync::sleep, p).latency_service_max, Nanoseconds{4000 + 1000 + 20'000 + 20'000});
}

TEST(Latency, is_left_empty_where_there_is_no_formula) {
  Parameters p = fast_consumer();
  p.producer.notify_threshold = 2;
  EXPECT_FALSE(predict(Sync::notification, p).latency_idle.has_value());
  EXPECT_FALSE(predict(Sync::notification, p).latency_service_max.has_value());
  p.producer.notify_threshold = 1;
  EXPECT_FALSE(predict(Sync::notification, p).latency_own_mean.has_value());
  p.consumer.work = p.producer.work;
  const Prediction lockstep = predict(Sync::notification, p);
  EXPECT_EQ(lockstep.regime, Regime::EQ);
  EXPECT_TRUE(lockstep.latency_idle.has_value());
  EXPECT_FALSE(lockstep.latency_service_max.has_value());
}

void expect_latency_holds(const Prediction& predicted, const oracle::Steady& seen) {
  ASSERT_TRUE(predicted.latency_service_max.has_value());
  const double bound = predicted.latency_service_max->count();
  const auto reached = static_cast<double>(seen.latency_service_max);
  EXPECT_LE(reached, bound);
  if (predicted.latency_is_exact) {
    EXPECT_EQ(reached, bound);
  }
}

TEST(Latency, bounds_of_notifications_are_never_exceeded_and_exact_ones_are_reached) {
  std::map<Regime, int> checked;
  Sampler sampler(11);
  for (int set = 0; set < sets; ++set) {
    Parameters p = set % 2 == 0 ? sampler.notification() : sampler.early_startup();
    p.producer.notify_threshold = 1;
    SCOPED_TRACE(::testing::PrintToString(p));
    const Prediction predicted = predict(Sync::notification, p);
    if (!predicted.latency_service_max) continue;
    expect_latency_holds(predicted, oracle::run(Sync::notification, p));
    if (HasFailure()) return;
    ++checked[predicted.regime];
  }
  for (const Regime regime : {Regime::SS, Regime::FC, Regime::SCS, Regime::FP, Regime::SPS}) {
    EXPECT_GE(checked[regime], 100) << name_of(regime);
  }
}

TEST(Latency, fast_producer_formula_does_not_cover_a_negative_producer_startup) {
  Parameters p{.producer = {.work = Nanoseconds{7}, .notify = Nanoseconds{9}, .startup = Nanoseconds{-12}},
               .consumer = {.work = Nanoseconds{38}, .notify = Nanoseconds{12}},
               .queue_size = 2};
  ASSERT_EQ(predict(Sync::notification, p).regime, Regime::FP);
  EXPECT_FALSE(predict(Sync::notification, p).latency_service_max.has_value());
  const double formula = 7 + 3 * 38 + 12 * (1 + 1);
  EXPECT_GT(static_cast<double>(oracle::run(Sync::notification, p).latency_service_max), formula);
}

TEST(Latency, of_busy_wait_is_exact_in_maximum_and_mean) {
  Sampler sampler(12);
  for (int set = 0; set < sets; ++set) {
    const Parameters p = sampler.notification();
    SCOPED_TRACE(::testing::PrintToString(p));
    const Prediction predicted = predict(Sync::busy_wait, p);
    const oracle::Steady seen = oracle::run(Sync::busy_wait, p);
    expect_latency_holds(predicted, seen);
    if (predicted.latency_own_mean) {
      EXPECT_TRUE(oracle::is_exactly(predicted.latency_own_mean->count(), 1, seen.latency_own_sum, seen.items));
    }
    if (HasFailure()) return;
  }
}

TEST(Latency, bounds_of_sleeping_are_never_exceeded_and_the_mean_is_within_one_item) {
  Sampler sampler(13);
  std::map<Regime, int> checked;
  for (int set = 0; set < sets; ++set) {
    const Parameters p = sampler.sleeping();
    SCOPED_TRACE(::testing::PrintToString(p));
    const Prediction predicted = predict(Sync::sleep, p);
    const oracle::Steady seen = oracle::run(Sync::sleep, p);
    expect_latency_holds(predicted, seen);
    ASSERT_EQ(predicted.latency_own_mean.has_value(), predicted.regime == Regime::sFC);
    if (predicted.latency_own_mean) {
      const double mean = static_cast<double>(seen.latency_own_sum) / static_cast<double>(seen.items);
      EXPECT_NEAR(mean, predicted.latency_own_mean->count(), p.producer.work.count());
    }
    if (HasFailure()) return;
    ++checked[predicted.regime];
  }
  for (const Regime regime : {Regime::sFC, Regime::sFP, Regime::sLS})
    EXPECT_GE(checked[regime], 1000) << name_of(regime);
}

}  // namespace
}  // namespace kickbench::model
