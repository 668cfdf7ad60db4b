// Constant costs: the simulation against the closed forms, as fractions, and against the step-by-step oracle.
#include <gtest/gtest.h>

#include <map>

#include "model/predict.hpp"
#include "model/simulate.hpp"
#include "model/simulate_machine.hpp"
#include "tests/model/event_oracle.hpp"
#include "tests/model/exact.hpp"
#include "tests/model/sampler.hpp"

namespace kickbench::model {
namespace {

using oracle::is_exactly;
using oracle::Sampler;

constexpr int sets = 10'000;

Simulation exact(Sync sync, const Parameters& p) {
  Simulation result = simulate(system_of(sync, p));
  EXPECT_TRUE(result.exact) << result.exact_reason;
  EXPECT_EQ(result.ticks_per_ns, 1);
  return result;
}

std::int64_t count(std::uint64_t n) { return static_cast<std::int64_t>(n); }

/// T = W + N f + blocked, to the tick, on both sides.
void expect_identities(const Simulation& seen) {
  for (const SideTotals* side : {&seen.producer, &seen.consumer}) {
    EXPECT_EQ(side->working + side->notifying + side->blocked, seen.elapsed);
  }
}

void expect_closed_form(const Prediction& predicted, const Simulation& seen) {
  const double batch = predicted.items_per_notification.value_or(1);
  EXPECT_TRUE(is_exactly(predicted.per_item.value().count(), batch, seen.elapsed, count(seen.items)));
  EXPECT_TRUE(
      is_exactly(predicted.kicks_per_item.value(), batch, count(seen.producer.notifications), count(seen.items)));
  EXPECT_TRUE(
      is_exactly(predicted.interrupts_per_item.value(), batch, count(seen.consumer.notifications), count(seen.items)));
  EXPECT_EQ(predicted.items_per_notification, seen.items_per_notification());
  EXPECT_NEAR(predicted.busy_per_item.value().count(), seen.busy_per_item.count(), 1e-9);
  if (predicted.latency_service_max) {
    EXPECT_LE(seen.latency_service.max, *predicted.latency_service_max);
    if (predicted.latency_is_exact) {
      EXPECT_EQ(seen.latency_service.max, *predicted.latency_service_max);
    }
  }
  expect_identities(seen);
}

/// What the rules of observation must say. They know when a side looks, not when it has finished an item: a stop counts
/// as one in the peer's start-up up to the peer's first look.
std::optional<Regime> observable(const Prediction& predicted, const Parameters& p) {
  const auto fills_before_look = [&p](const Party& woken, const Party& waker) {
    return woken.startup >= (static_cast<double>(p.queue_size) - waker.notify_threshold) * waker.work;
  };
  if (predicted.items_per_notification > 200) return Regime::EQ;  // stops so rare are taken for disturbances
  const bool both_stop = predicted.kicks_per_item > 0 && predicted.interrupts_per_item > 0;
  if (!both_stop) return predicted.regime;
  const bool slow_consumer = predicted.regime != Regime::SPS && fills_before_look(p.consumer, p.producer);
  const bool slow_producer = predicted.regime != Regime::SCS && fills_before_look(p.producer, p.consumer);
  if (slow_consumer && slow_producer) return Regime::SS;
  if (slow_consumer) return Regime::SCS;
  return slow_producer ? std::optional(Regime::SPS) : std::nullopt;
}

TEST(SimulateExact, notification_formulas_and_latency_bounds_hold_in_every_regime) {
  Sampler sampler(21);
  std::map<Regime, int> seen_regimes;
  int slow_ties = 0;
  for (int set = 0; set < sets; ++set) {
    const Parameters p = sampler.notification();
    SCOPED_TRACE(::testing::PrintToString(p));
    const Prediction predicted = predict(Sync::notification, p);
    const Simulation seen = exact(Sync::notification, p);
    expect_closed_form(predicted, seen);
    EXPECT_EQ(seen.observed.regime, observable(predicted, p)) << seen.observed.reason;
    if (HasFailure()) return;
    ++seen_regimes[predicted.regime];
    const double free_slots = static_cast<double>(p.queue_size) - p.producer.notify_threshold;
    slow_ties += p.consumer.startup + p.consumer.work == free_slots * p.producer.work;
  }
  for (const Regime regime : {Regime::SS, Regime::EQ, Regime::FC, Regime::SCS, Regime::FP, Regime::SPS}) {
    EXPECT_GE(seen_regimes[regime], 150) << name_of(regime);
  }
  EXPECT_GE(slow_ties, 25);
}

TEST(SimulateExact, locks_with_negative_startups_are_reached_from_a_cold_start) {
  Sampler sampler(22);
  int locks = 0;
  for (int set = 0; set < sets; ++set) {
    const Parameters p = sampler.early_startup();
    SCOPED_TRACE(::testing::PrintToString(p));
    const Prediction predicted = predict(Sync::notification, p);
    const Simulation seen = exact(Sync::notification, p);
    expect_closed_form(predicted, seen);
    if (predicted.regime == Regime::NL) {
      ++locks;
      EXPECT_EQ(seen.observed.regime, Regime::NL) << seen.observed.reason;
    }
    if (HasFailure()) return;
  }
  EXPECT_GE(locks, 100);
}

TEST(SimulateExact, a_lock_makes_the_slower_side_wait_for_every_batch) {
  // S_C + k_P W_C = -500 + 2 * 1200 < 2000 = W_P, and W_C > W_P / 2: two items, a kick, and so on.
  Parameters p{.producer = {.work = Nanoseconds{2000}, .notify = Nanoseconds{600}, .notify_threshold = 2},
               .consumer = {.work = Nanoseconds{1200}, .startup = Nanoseconds{-500}},
               .queue_size = 16};
  EXPECT_EQ(exact(Sync::notification, p).per_item, Nanoseconds{2000 + 600 / 2});
  p.producer.notify_threshold = 1;
  p.consumer = {.work = Nanoseconds{2100}, .startup = Nanoseconds{-500}};
  const Simulation locked = exact(Sync::notification, p);
  EXPECT_EQ(locked.per_item, Nanoseconds{2600});
  EXPECT_EQ(locked.observed.regime, Regime::NL);
}

/// Constant costs, but for the first start-up.
struct FirstStartupDiffers : ConstantCosts {
  Ticks first = 0;
  bool is_first = true;
  Ticks startup(std::size_t side) { return std::exchange(is_first, false) ? first : ConstantCosts::startup(side); }
};

TEST(SimulateExact, equal_work_with_slow_startups_has_two_attractors) {
  const Parameters p{.producer = {.work = Nanoseconds{10}, .notify = Nanoseconds{3}, .startup = Nanoseconds{200}},
                     .consumer = {.work = Nanoseconds{10}, .notify = Nanoseconds{5}, .startup = Nanoseconds{200}},
                     .queue_size = 8};
  const auto settled = [&p](Ticks first_startup) {
    const ConstantCosts::Side producer{10, 3, 200, 0};
    const ConstantCosts::Side consumer{10, 5, 200, 0};
    Machine machine(system_of(Sync::notification, p), FirstStartupDiffers{{{producer, consumer}}, first_startup}, 1, 0);
    machine.run(1000);
    const Ticks begin = machine.now();
    machine.begin_window();
    machine.run(8000);
    return std::pair(machine.now() - begin, machine.tally().stops[0] + machine.tally().stops[1]);
  };
  const Ticks slow_cycle = 10 + 10 + 3 + 5 + 200 + 200;
  EXPECT_EQ(settled(200), std::pair(1000 * slow_cycle, std::uint64_t{2000})) << "every queue is filled, then drained";
  EXPECT_EQ(settled(0), std::pair(Ticks{80'000}, std::uint64_t{0})) << "lockstep: nobody stops any more";
  EXPECT_EQ(exact(Sync::notification, p).per_item, Nanoseconds{428.0 / 8});
}

TEST(SimulateExact, busy_waiting_takes_the_larger_work_and_all_of_both_cpus) {
  Sampler sampler(23);
  for (int set = 0; set < sets; ++set) {
    const Parameters p = sampler.notification();
    SCOPED_TRACE(::testing::PrintToString(p));
    const Prediction predicted = predict(Sync::busy_wait, p);
    const Simulation seen = exact(Sync::busy_wait, p);
    expect_closed_form(predicted, seen);
    EXPECT_EQ(seen.observed.regime, Regime::BW);
    if (predicted.latency_own_mean) {
      EXPECT_DOUBLE_EQ(seen.latency_own.mean.count(), predicted.latency_own_mean->count());
    }
    if (HasFailure()) return;
  }
}

TEST(SimulateExact, sleeping_formulas_hold_and_long_sleeps_stay_within_bounds) {
  Sampler sampler(24);
  std::map<Regime, int> regimes;
  for (int set = 0; set < sets; ++set) {
    const Parameters p = sampler.sleeping();
    SCOPED_TRACE(::testing::PrintToString(p));
    const Prediction predicted = predict(Sync::sleep, p);
    const Simulation seen = exact(Sync::sleep, p);
    expect_identities(seen);
    EXPECT_LE(seen.latency_service.max, predicted.latency_service_max.value());
    if (predicted.per_item) {
      EXPECT_TRUE(is_exactly(predicted.per_item->count(), 1, seen.elapsed, count(seen.items)));
      EXPECT_TRUE(is_exactly(predicted.consumer_sleeps_per_item.value(), p.consumer.sleep.count(),
                             count(seen.consumer.sleeps), count(seen.items)));
      EXPECT_TRUE(is_exactly(predicted.producer_sleeps_per_item.value(), p.producer.sleep.count(),
                             count(seen.producer.sleeps), count(seen.items)));
      EXPECT_NEAR(predicted.busy_per_item.value().count(), seen.busy_per_item.count(), 1e-9);
      EXPECT_EQ(seen.observed.regime, predicted.regime) << seen.observed.reason;
    } else {
      EXPECT_GE(seen.per_item * (1 + 1e-12), predicted.per_item_bounds->lower);
      EXPECT_LE(seen.per_item * (1 - 1e-12), predicted.per_item_bounds->upper.value_or(longest_time));
    }
    if (HasFailure()) return;
    ++regimes[predicted.regime];
  }
  for (const Regime regime : {Regime::sFC, Regime::sFP, Regime::sLS}) EXPECT_GE(regimes[regime], 500);
}

TEST(SimulateExact, equals_the_oracle_in_every_figure) {
  Sampler sampler(25);
  for (int set = 0; set < sets; ++set) {
    const Sync sync = set % 3 == 0 ? Sync::notification : set % 3 == 1 ? Sync::sleep : Sync::busy_wait;
    const Parameters p = sync == Sync::sleep ? sampler.sleeping() : sampler.early_startup();
    SCOPED_TRACE(::testing::PrintToString(p));
    const oracle::Steady steps = oracle::run(sync, p);
    const Simulation seen = exact(sync, p);
    ASSERT_EQ(count(seen.items), steps.items);
    ASSERT_EQ(seen.elapsed, steps.elapsed);
    if (sync != Sync::busy_wait) {
      ASSERT_EQ(count(seen.producer.notifications), steps.kicks);
      ASSERT_EQ(count(seen.consumer.notifications), steps.interrupts);
    }
    ASSERT_EQ(count(seen.producer.sleeps), steps.producer_sleeps);
    ASSERT_EQ(count(seen.consumer.sleeps), steps.consumer_sleeps);
    ASSERT_EQ(seen.latency_service.max.count(), static_cast<double>(steps.latency_service_max));
    ASSERT_DOUBLE_EQ(seen.latency_own.mean.count() * static_cast<double>(steps.items),
                     static_cast<double>(steps.latency_own_sum));
  }
}

TEST(SimulateExact, fractions_of_a_nanosecond_are_whole_ticks) {
  const Parameters whole{.producer = {.work = Nanoseconds{2001}, .notify = Nanoseconds{600}},
                         .consumer = {.work = Nanoseconds{1003}, .startup = Nanoseconds{4999}},
                         .queue_size = 64};
  Parameters thousandth = whole;
  for (Party* party : {&thousandth.producer, &thousandth.consumer}) {
    for (Nanoseconds* time : {&party->work, &party->notify, &party->startup}) *time /= 1000;
  }
  const Simulation in_ns = simulate(system_of(Sync::notification, whole));
  const Simulation in_ps = simulate(system_of(Sync::notification, thousandth));
  EXPECT_TRUE(in_ps.exact);
  EXPECT_EQ(in_ps.ticks_per_ns, 1000);
  EXPECT_EQ(in_ps.elapsed, in_ns.elapsed);
  EXPECT_EQ(in_ps.items, in_ns.items);
}

TEST(SimulateExact, what_fits_no_tick_is_said_to_be_inexact) {
  const Parameters p{.producer = {.work = Nanoseconds{1e9 / 3}}, .consumer = {.work = Nanoseconds{1}}};
  const Simulation seen = simulate(system_of(Sync::busy_wait, p));
  EXPECT_FALSE(seen.exact);
  EXPECT_NE(seen.exact_reason.find("femtosecond"), std::string::npos);
  EXPECT_NEAR(seen.per_item.count(), 1e9 / 3, 1e-3);
}

TEST(SimulateExact, a_state_that_does_not_repeat_in_time_is_no_exact_result) {
  // The consumer's first sleep leaves 100 items; 1 ns an item, it takes 100,000 items to catch up.
  const Parameters p{.producer = {.work = Nanoseconds{1000}, .sleep = Nanoseconds{1}},
                     .consumer = {.work = Nanoseconds{999}, .sleep = Nanoseconds{100'003}}};
  const Simulation seen = simulate(system_of(Sync::sleep, p), {.items = 20'000});
  EXPECT_FALSE(seen.exact);
  EXPECT_NE(seen.exact_reason.find("20000 items"), std::string::npos) << seen.exact_reason;
  EXPECT_EQ(seen.items, 20'000U);
  EXPECT_EQ(seen.per_item, Nanoseconds{999});
  const Simulation settled = simulate(system_of(Sync::sleep, p));
  EXPECT_TRUE(settled.exact);
  EXPECT_EQ(settled.per_item, Nanoseconds{1000});
}

}  // namespace
}  // namespace kickbench::model
