// Emulated costs are spun, so they are lower bounds that hold on any machine: where they appear, and where not.
#include <gtest/gtest.h>

#include <algorithm>

#include "bench/stats/quantile.hpp"
#include "tests/bench/live.hpp"
#include "tests/bench/made_up.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

using test::live_clock;
using test::scenario_of;

constexpr SlicePlan plan{.warm_up = Nanoseconds(1e6), .measured = Nanoseconds(15e6)};
constexpr Nanoseconds cost{40'000};

class SessionCosts : public test::TwoCpus {
 protected:
  /// The consumer is stopped at almost every item, and kicked.
  static Scenario fast_consumer() { return scenario_of(WaitKind::block, 100'000, 1000); }
  /// The producer is stopped at almost every item, and interrupted.
  static Scenario fast_producer() {
    Scenario scenario = scenario_of(WaitKind::block, 1000, 100'000);
    scenario.shape.queue_size = 4;
    return scenario;
  }
};

void expect_each_at_least(const std::vector<Nanoseconds>& samples, Nanoseconds least) {
  ASSERT_FALSE(samples.empty());
  // To the tick: the cost itself is rounded to one.
  EXPECT_GE(*std::ranges::min_element(samples), least - live_clock().to_ns(TickSpan{1}));
}

double quantile_of(const std::vector<Nanoseconds>& samples, double p) {
  std::vector<double> ns;
  for (const Nanoseconds sample : samples) ns.push_back(sample.count());
  return quantile(ns, p).value();
}

TEST_F(SessionCosts, Kick_cost_is_part_of_every_N_P) {
  Scenario scenario = fast_consumer();
  scenario.producer.extra_notify = cost;
  const Slice slice = run(scenario, plan);
  expect_each_at_least(slice.to_consumer.notify, cost);
  EXPECT_GE(live_clock().to_ns(slice.producer.counters.notifying).count(),
            0.999 * cost.count() * static_cast<double>(slice.producer.counters.signals));
}

TEST_F(SessionCosts, Interrupt_cost_is_part_of_every_N_C) {
  Scenario scenario = fast_producer();
  scenario.consumer.extra_notify = cost;
  expect_each_at_least(run(scenario, plan).to_producer.notify, cost);
}

/// Every wait of the woken side that blocked, be it for nothing, spins its start-up before it looks.
void expect_startup_in_waiting(const SideWindow& woken) {
  ASSERT_GT(woken.counters.blocked_waits, 0U);
  EXPECT_GE(live_clock().to_ns(woken.counters.waiting).count(),
            0.999 * cost.count() * static_cast<double>(woken.counters.blocked_waits));
}

/// It starts when the signal has been sent, somewhere within N: S and N together have room for it. A quarter of N may
/// be longer than the quantile taken here, and some wake-ups are for an earlier signal; the median of S feels neither.
void expect_startup_in_S(const NotificationFacts& facts) {
  ASSERT_FALSE(facts.startup.empty());
  EXPECT_GE(quantile_of(facts.startup, 0.5) + quantile_of(facts.notify, 0.75), cost.count());
}

TEST_F(SessionCosts, Consumer_startup_is_part_of_S_C) {
  Scenario scenario = fast_consumer();
  scenario.consumer.extra_startup = cost;
  const Slice slice = run(scenario, plan);
  expect_startup_in_waiting(slice.consumer);
  expect_startup_in_S(slice.to_consumer);
}

TEST_F(SessionCosts, Producer_startup_is_part_of_S_P) {
  Scenario scenario = fast_producer();
  scenario.producer.extra_startup = cost;
  const Slice slice = run(scenario, plan);
  expect_startup_in_waiting(slice.producer);
  expect_startup_in_S(slice.to_producer);
}

TEST_F(SessionCosts, W_is_spent_on_every_item) {
  const Scenario scenario = scenario_of(WaitKind::poll, 3000, 2000);
  const Slice slice = run(scenario, plan);
  for (const auto& [side, w] :
       {std::pair(&slice.producer, scenario.producer.work), std::pair(&slice.consumer, scenario.consumer.work)}) {
    // A late item is caught up with, so single items may take less than W: the sum may not.
    const Nanoseconds spent = live_clock().to_ns(side->pace.work + side->pace.gap_time);
    EXPECT_GE(spent.count(), 0.99 * w.count() * static_cast<double>(side->items));
  }
}

TEST_F(SessionCosts, W_is_no_more_than_asked_for) {
  // Whatever disturbs an item, what is counted as its W is at most W and the bound beyond which it is a gap.
  const Scenario scenario = scenario_of(WaitKind::poll, 200'000, 200'000);
  const Slice slice = run(scenario, plan);
  for (const SideWindow* side : {&slice.producer, &slice.consumer}) {
    ASSERT_GT(side->items, 0U);
    const Nanoseconds spent = live_clock().to_ns(side->pace.work) / static_cast<double>(side->items);
    EXPECT_LE(spent, 1.1 * scenario.producer.work);
  }
}

TEST_F(SessionCosts, A_sleep_is_no_shorter_than_asked_for) {
  // Far longer than it takes to wake up, which would hide that a shorter sleep was asked for.
  Scenario scenario = scenario_of(WaitKind::sleep, 100'000, 1000);
  scenario.producer.sleep = scenario.consumer.sleep = Nanoseconds(3e6);
  const Slice slice = run(scenario, plan);
  ASSERT_FALSE(slice.consumer_sleeps.empty());
  // 1 % covers the calibration of the counter against the kernel's clock.
  EXPECT_GE(*std::ranges::min_element(slice.consumer_sleeps), 0.99 * scenario.consumer.sleep);
}

TEST_F(SessionCosts, Spinning_comes_before_blocking_and_lasts_as_long_as_asked_for) {
  Scenario scenario = scenario_of(WaitKind::spin_block, 20'000, 1000);
  scenario.spin = Nanoseconds(5e9);
  const Slice patient = run(scenario, test::short_slice);
  EXPECT_EQ(patient.consumer.counters.blocked_waits + patient.consumer.counters.cancelled_waits, 0U);
  EXPECT_GT(patient.consumer.counters.empty_polls, 0U);
  EXPECT_EQ(patient.producer.counters.signals, 0U);
  scenario.spin = Nanoseconds(1);
  const Slice impatient = run(scenario, test::short_slice);
  EXPECT_GT(impatient.consumer.counters.blocked_waits, 0U);
  EXPECT_GT(impatient.producer.counters.signals, 0U);
}

}  // namespace
}  // namespace kickbench::bench
