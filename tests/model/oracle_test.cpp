// The closed forms against the event semantics, executed: two ways to the same numbers that share no code.
#include <gtest/gtest.h>

#include <map>

#include "model/predict.hpp"
#include "tests/model/event_oracle.hpp"
#include "tests/model/exact.hpp"
#include "tests/model/sampler.hpp"

namespace kickbench::model {
namespace {

using oracle::is_exactly;
using oracle::Sampler;

constexpr int sets = 20'000;

void expect_notification_cycle_is_exact(const Parameters& p, const Prediction& predicted, const oracle::Steady& seen) {
  const double batch = predicted.items_per_notification.value_or(1);
  ASSERT_TRUE(predicted.per_item.has_value());
  EXPECT_TRUE(is_exactly(predicted.per_item->count(), batch, seen.elapsed, seen.items));
  EXPECT_TRUE(is_exactly(predicted.kicks_per_item.value(), batch, seen.kicks, seen.items));
  EXPECT_TRUE(is_exactly(predicted.interrupts_per_item.value(), batch, seen.interrupts, seen.items));
  EXPECT_EQ(predicted.items_per_notification.has_value(), seen.kicks + seen.interrupts > 0);
  const Nanoseconds busy = static_cast<double>(seen.items) * (p.producer.work + p.consumer.work) +
                           static_cast<double>(seen.kicks) * (p.producer.notify + p.consumer.startup) +
                           static_cast<double>(seen.interrupts) * (p.consumer.notify + p.producer.startup);
  EXPECT_NEAR(predicted.busy_per_item.value().count(), busy.count() / static_cast<double>(seen.items), 1e-9);
}

TEST(Oracle, notification_formulas_are_exact_in_every_regime) {
  Sampler sampler(1);
  std::map<Regime, int> seen;
  int slow_ties = 0;
  for (int set = 0; set < sets; ++set) {
    const Parameters p = sampler.notification();
    SCOPED_TRACE(::testing::PrintToString(p));
    const Prediction predicted = predict(Sync::notification, p);
    expect_notification_cycle_is_exact(p, predicted, oracle::run(Sync::notification, p));
    if (HasFailure()) return;
    ++seen[predicted.regime];
    const double free_slots = static_cast<double>(p.queue_size) - p.producer.notify_threshold;
    slow_ties += p.consumer.startup + p.consumer.work == free_slots * p.producer.work;
  }
  for (const Regime regime : {Regime::SS, Regime::EQ, Regime::FC, Regime::SCS, Regime::FP, Regime::SPS}) {
    EXPECT_GE(seen[regime], 300) << name_of(regime);
  }
  EXPECT_EQ(seen[Regime::NL], 0) << "a lock needs a negative start-up";
  EXPECT_GE(slow_ties, 50);
}

TEST(Oracle, notification_formulas_hold_from_a_cold_start_with_negative_startups) {
  Sampler sampler(2);
  std::map<Regime, int> seen;
  int consumer_locks = 0;
  int producer_locks = 0;
  int short_batches = 0;
  for (int set = 0; set < sets; ++set) {
    const Parameters p = sampler.early_startup();
    SCOPED_TRACE(::testing::PrintToString(p));
    const Prediction predicted = predict(Sync::notification, p);
    expect_notification_cycle_is_exact(p, predicted, oracle::run(Sync::notification, p));
    if (HasFailure()) return;
    ++seen[predicted.regime];
    if (predicted.regime == Regime::NL) ++(*predicted.kicks_per_item > 0 ? consumer_locks : producer_locks);
    short_batches += predicted.regime == Regime::FC && p.producer.notify_threshold > 1 &&
                     predicted.items_per_notification == p.producer.notify_threshold;
  }
  for (const Regime regime : {Regime::SS, Regime::EQ, Regime::FC, Regime::SCS, Regime::FP, Regime::SPS}) {
    EXPECT_GE(seen[regime], 100) << name_of(regime);
  }
  EXPECT_GE(consumer_locks, 100);
  EXPECT_GE(producer_locks, 100);
  EXPECT_GE(short_batches, 100);
}

TEST(Oracle, busy_wait_formula_is_exact) {
  Sampler sampler(3);
  for (int set = 0; set < sets; ++set) {
    const Parameters p = sampler.notification();
    SCOPED_TRACE(::testing::PrintToString(p));
    const oracle::Steady seen = oracle::run(Sync::busy_wait, p);
    ASSERT_TRUE(is_exactly(predict(Sync::busy_wait, p).per_item.value().count(), 1, seen.elapsed, seen.items));
  }
}

void expect_within_bounds(const Bounds& bounds, const oracle::Steady& seen) {
  const double per_item = static_cast<double>(seen.elapsed) / static_cast<double>(seen.items);
  EXPECT_GE(per_item, bounds.lower.count() * (1 - 1e-12));
  if (bounds.upper) {
    EXPECT_LE(per_item, bounds.upper->count() * (1 + 1e-12));
  }
}

TEST(Oracle, sleeping_formulas_are_exact_and_long_sleeps_stay_within_bounds) {
  Sampler sampler(4);
  std::map<Regime, int> regimes;
  int upper_bounds = 0;
  for (int set = 0; set < sets; ++set) {
    const Parameters p = sampler.sleeping();
    SCOPED_TRACE(::testing::PrintToString(p));
    const Prediction predicted = predict(Sync::sleep, p);
    const oracle::Steady seen = oracle::run(Sync::sleep, p);
    ++regimes[predicted.regime];
    if (predicted.per_item_bounds) {
      expect_within_bounds(*predicted.per_item_bounds, seen);
      upper_bounds += predicted.per_item_bounds->upper.has_value();
    } else {
      const double consumer_sleep = p.consumer.sleep.count();
      const double producer_sleep = p.producer.sleep.count();
      EXPECT_TRUE(is_exactly(predicted.per_item.value().count(), 1, seen.elapsed, seen.items));
      EXPECT_TRUE(
          is_exactly(predicted.consumer_sleeps_per_item.value(), consumer_sleep, seen.consumer_sleeps, seen.items));
      EXPECT_TRUE(
          is_exactly(predicted.producer_sleeps_per_item.value(), producer_sleep, seen.producer_sleeps, seen.items));
    }
    if (HasFailure()) return;
  }
  EXPECT_GE(regimes[Regime::sFC], 1000);
  EXPECT_GE(regimes[Regime::sFP], 1000);
  EXPECT_GE(regimes[Regime::sLS], 1000);
  EXPECT_GE(upper_bounds, 500);
}

TEST(Oracle, time_per_item_is_work_plus_sleeps_on_both_sides) {
  Sampler sampler(5);
  for (int set = 0; set < sets; ++set) {
    const Parameters p = sampler.sleeping();
    SCOPED_TRACE(::testing::PrintToString(p));
    const oracle::Steady seen = oracle::run(Sync::sleep, p);
    const auto account = [&seen](const Party& party, std::int64_t sleeps) {
      return (static_cast<double>(seen.items) * party.work + static_cast<double>(sleeps) * party.sleep).count();
    };
    ASSERT_EQ(account(p.producer, seen.producer_sleeps), static_cast<double>(seen.elapsed));
    ASSERT_EQ(account(p.consumer, seen.consumer_sleeps), static_cast<double>(seen.elapsed));
  }
}

TEST(Oracle, refuses_what_it_cannot_execute) {
  Parameters p{.producer = {.work = Nanoseconds{1.5}}, .consumer = {.work = Nanoseconds{1}}};
  EXPECT_THROW(oracle::run(Sync::busy_wait, p), std::invalid_argument);
  p.producer.work = Nanoseconds{1};
  p.consumer.startup = Nanoseconds{-1};
  EXPECT_THROW(oracle::run(Sync::notification, p), std::invalid_argument);
}

}  // namespace
}  // namespace kickbench::model
