// What lies between looking and stopping, and between publishing and asking: notifications for a peer that is awake.
#include <gtest/gtest.h>

#include <random>

#include "model/simulate.hpp"
#include "tests/model/event_oracle.hpp"
#include "tests/model/exact.hpp"
#include "tests/model/sampler.hpp"

namespace kickbench::model {
namespace {

using oracle::Sampler;
using oracle::Windows;

System system_with(const Parameters& p, Windows producer, Windows consumer) {
  System system = system_of(Sync::notification, p);
  const auto use = [](PartyCosts& costs, Windows windows) {
    costs.arm_window = Constant{Nanoseconds{static_cast<double>(windows.arm)}};
    costs.publish_window = Constant{Nanoseconds{static_cast<double>(windows.publish)}};
  };
  use(system.producer, producer);
  use(system.consumer, consumer);
  return system;
}

/// FC in which the consumer finds the queue empty 70 ns before the next item, whenever a kick has woken it.
Parameters close_race() {
  return {.producer = {.work = Nanoseconds{2000}, .notify = Nanoseconds{1000}},
          .consumer = {.work = Nanoseconds{1900}, .startup = Nanoseconds{30}}};
}

/// The share of items that do what `count` counts.
double rate(const Simulation& seen, std::uint64_t count) { return seen.per_item_of(count); }

TEST(Windows, an_item_after_the_second_look_finds_the_consumer_stopped) {
  const Simulation seen = simulate(system_with(close_race(), {}, {.arm = 69}));
  EXPECT_TRUE(seen.exact);
  EXPECT_EQ(rate(seen, seen.producer.notifications), 1.0);
  EXPECT_EQ(seen.producer.spurious_notifications, 0U);
  EXPECT_EQ(seen.consumer.cancelled_waits, 0U);
  EXPECT_EQ(seen.consumer.startups, seen.items);
}

TEST(Windows, an_item_before_the_second_look_is_found_and_the_kick_is_paid_all_the_same) {
  // Then the producer loses N while the consumer goes on, and the next item finds it stopped.
  const Simulation seen = simulate(system_with(close_race(), {}, {.arm = 70}));
  EXPECT_TRUE(seen.exact);
  EXPECT_EQ(seen.per_item, Nanoseconds{3000});
  EXPECT_EQ(rate(seen, seen.producer.notifications), 1.0);
  EXPECT_EQ(rate(seen, seen.producer.spurious_notifications), 0.5);
  EXPECT_EQ(rate(seen, seen.consumer.cancelled_waits), 0.5);
  EXPECT_EQ(rate(seen, seen.consumer.startups), 0.5);
  EXPECT_EQ(rate(seen, seen.stops.consumer_stops), 0.5);
  EXPECT_EQ(seen.busy_per_item, Nanoseconds{2000 + 1900 + 1000 + 30 / 2});
}

TEST(Windows, a_peer_that_is_awake_may_be_cheaper_to_notify) {
  System system = system_with(close_race(), {}, {.arm = 70});
  system.producer.wakes = at_any_idle_time({{Nanoseconds{1000}, Nanoseconds{30}}});
  system.producer.notify = Constant{Nanoseconds{200}};
  EXPECT_NEAR(simulate(system, {.items = 10'000}).per_item.count(), 2000 + 1200 / 2.0, 0.5);
}

TEST(Windows, are_drawn_where_they_vary) {
  System system = system_with(close_race(), {}, {});
  system.consumer.arm_window = Bimodal{Nanoseconds{50}, Nanoseconds{80}, 0.25};
  const Simulation seen = simulate(system, {.items = 100'000});
  // One kick in four that wakes the consumer is followed by one in vain, which makes an item more.
  EXPECT_NEAR(rate(seen, seen.producer.spurious_notifications), 0.25 / 1.25, 0.01);
  EXPECT_NEAR(rate(seen, seen.consumer.startups), 1 / 1.25, 0.01);
}

TEST(Windows, before_the_sender_looks_delay_the_wake_up_and_nothing_else) {
  Sampler sampler(61);
  for (int set = 0; set < 2'000; ++set) {
    Parameters p = sampler.notification();
    SCOPED_TRACE(::testing::PrintToString(p));
    const Simulation seen = simulate(system_with(p, {.publish = 7}, {.publish = 13}));
    p.consumer.startup += Nanoseconds{7};
    p.producer.startup += Nanoseconds{13};
    const Simulation later = simulate(system_of(Sync::notification, p));
    ASSERT_EQ(seen.elapsed, later.elapsed);
    ASSERT_EQ(seen.items, later.items);
    ASSERT_EQ(seen.latency_service.max, later.latency_service.max);
  }
}

TEST(Windows, equal_the_oracle_in_every_figure) {
  Sampler sampler(62);
  std::mt19937_64 random(63);
  const auto windows = [&random] {
    const auto up_to = [&random](std::uint64_t longest) { return static_cast<oracle::Time>(random() % (longest + 1)); };
    return Windows{.arm = up_to(random() % 2 == 0 ? 5 : 60), .publish = up_to(20)};
  };
  int with_spurious_kicks = 0;
  int with_spurious_interrupts = 0;
  for (int set = 0; set < 10'000; ++set) {
    const Parameters p = sampler.early_startup();
    const Windows of_producer = windows();
    const Windows of_consumer = windows();
    SCOPED_TRACE(::testing::PrintToString(p));
    const oracle::Steady steps = oracle::run(Sync::notification, p, of_producer, of_consumer);
    const Simulation seen = simulate(system_with(p, of_producer, of_consumer));
    const auto count = [](std::uint64_t n) { return static_cast<std::int64_t>(n); };
    ASSERT_TRUE(seen.exact);
    ASSERT_EQ(count(seen.items), steps.items);
    ASSERT_EQ(seen.elapsed, steps.elapsed);
    ASSERT_EQ(count(seen.producer.notifications), steps.kicks);
    ASSERT_EQ(count(seen.consumer.notifications), steps.interrupts);
    ASSERT_EQ(count(seen.producer.spurious_notifications), steps.spurious_kicks);
    ASSERT_EQ(count(seen.consumer.spurious_notifications), steps.spurious_interrupts);
    ASSERT_EQ(count(seen.consumer.cancelled_waits), steps.spurious_kicks) << "each finds the item that it was sent for";
    ASSERT_EQ(count(seen.consumer.startups), steps.kicks - steps.spurious_kicks);
    ASSERT_EQ(seen.latency_service.max.count(), static_cast<double>(steps.latency_service_max));
    for (const SideTotals* side : {&seen.producer, &seen.consumer}) {
      ASSERT_EQ(side->working + side->notifying + side->blocked, seen.elapsed);
    }
    with_spurious_kicks += steps.spurious_kicks > 0;
    with_spurious_interrupts += steps.spurious_interrupts > 0;
  }
  EXPECT_GE(with_spurious_kicks, 500);
  EXPECT_GE(with_spurious_interrupts, 500);
}

TEST(Windows, cannot_be_negative) {
  System system = system_with(close_race(), {}, {});
  system.producer.arm_window = Constant{Nanoseconds{-1}};
  EXPECT_THROW(simulate(system), DomainError);
  std::swap(system.producer.arm_window, system.consumer.publish_window);
  EXPECT_THROW(simulate(system), DomainError);
}

TEST(Windows, mean_nothing_to_those_who_do_not_block) {
  System system = system_with(close_race(), {.arm = 70, .publish = 5}, {.arm = 70, .publish = 5});
  system.sync = Sync::busy_wait;
  EXPECT_EQ(simulate(system).busy_per_item, Nanoseconds{4000});
}

}  // namespace
}  // namespace kickbench::model
