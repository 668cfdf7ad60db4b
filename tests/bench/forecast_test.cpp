// What a calibration lets one expect of a scenario: which costs are drawn, and what comes of them.
#include "bench/calibration/forecast.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/bench/made_up.hpp"
#include "tests/bench/made_up_costs.hpp"

namespace kickbench::bench {
namespace {

using model::Regime;
using test::cost_of;
using test::rung_of;
using test::scenario_of;
using testing::HasSubstr;

constexpr auto somewhere = std::nullopt;

/// From producer to consumer N is 1000 and S 5000 ns; back, 600 and 3000. Futex costs ten times what eventfd does.
Costs costs() {
  std::vector<WakeCost> wakes;
  for (const auto& [notifier, factor] : {std::pair("eventfd", 1.0), std::pair("futex", 10.0)}) {
    wakes.push_back(cost_of(notifier, Notification::to_consumer, {rung_of(1000, 1000 * factor, 5000 * factor)}));
    wakes.push_back(cost_of(notifier, Notification::to_producer, {rung_of(1000, 600 * factor, 3000 * factor)}));
  }
  return {.wakes = WakeCosts(std::move(wakes)), .sleeps = {}, .producer_gaps = {}, .consumer_gaps = {}};
}

Nanoseconds per_item(const Costs& costs, const Scenario& scenario) {
  const Forecast expected = forecast(costs, scenario, somewhere);
  EXPECT_TRUE(expected.per_item) << expected.reason;
  return expected.per_item.value_or(Nanoseconds(0));
}

/// FC of W_P = 2000 and W_C = 1000: m = floor(S_C / (W_P - W_C)) + 1, and T = W_P + N_P / m.
double fast_consumer(double notify, double startup) { return 2000 + notify / (std::floor(startup / 1000) + 1); }

TEST(Forecast, Is_the_simulation_with_the_wakes_of_the_calibration) {
  const Forecast expected = forecast(costs(), scenario_of(WaitKind::block, 2000, 1000), somewhere);
  ASSERT_TRUE(expected.per_item) << expected.reason;
  EXPECT_EQ(expected.regime, Regime::FC);
  EXPECT_NEAR(expected.per_item->count(), fast_consumer(1000, 5000), 0.1);
  EXPECT_NEAR(*expected.error_pct(*expected.per_item * 1.021), 2.1, 1e-9);
  EXPECT_NEAR(*expected.error_pct(*expected.per_item * 0.9), -10, 1e-9);
}

TEST(Forecast, Draws_N_and_S_for_the_time_that_the_woken_side_is_idle) {
  // In FC it is idle for less than W_P - W_C, and a peer that was gone for longer costs a hundred times as much.
  Costs both = costs();
  both.wakes =
      WakeCosts({cost_of("eventfd", Notification::to_consumer, {rung_of(1000, 100, 0.5), rung_of(1500, 1e4, 0.5)}),
                 cost_of("eventfd", Notification::to_producer, {rung_of(1000, 100, 1000)})});
  // Always m = 1: the consumer is idle for W_P - W_C - S.
  EXPECT_NEAR(per_item(both, scenario_of(WaitKind::block, 2000, 1100)).count(), 2100, 1);
  EXPECT_NEAR(per_item(both, scenario_of(WaitKind::block, 2000, 100)).count(), 12'000, 10);
}

TEST(Forecast, Each_way_has_a_notifier_of_its_own) {
  Scenario scenario = scenario_of(WaitKind::block, 2000, 1000);
  scenario.interrupt = "futex";
  EXPECT_NEAR(per_item(costs(), scenario).count(), fast_consumer(1000, 5000), 0.1);
  std::swap(scenario.kick, scenario.interrupt);
  EXPECT_NEAR(per_item(costs(), scenario).count(), fast_consumer(10'000, 50'000), 1);
  // Where the device produces, its interrupt is what goes to the consumer.
  scenario.direction = Direction::rx;
  EXPECT_NEAR(per_item(costs(), scenario).count(), fast_consumer(1000, 5000), 0.1);
  // A fast producer is woken by what goes back: m = floor(S_P / (W_C - W_P)) + 1.
  EXPECT_NEAR(per_item(costs(), scenario_of(WaitKind::block, 1000, 2000)).count(), 2000 + 600 / 4.0, 0.1);
}

TEST(Forecast, Emulated_costs_are_added) {
  Scenario scenario = scenario_of(WaitKind::block, 2000, 1000);
  scenario.producer.extra_notify = Nanoseconds(200);
  scenario.consumer.extra_startup = Nanoseconds(3000);
  EXPECT_NEAR(per_item(costs(), scenario).count(), fast_consumer(1200, 8000), 0.1);
  Scenario mirrored = scenario_of(WaitKind::block, 1000, 2000);
  mirrored.consumer.extra_notify = Nanoseconds(400);
  mirrored.producer.extra_startup = Nanoseconds(2000);
  EXPECT_NEAR(per_item(costs(), mirrored).count(), 2000 + 1000 / 6.0, 0.1);
}

TEST(Forecast, What_is_spun_before_a_notification_passes_while_the_peer_is_idle) {
  Costs late = costs();
  late.wakes =
      WakeCosts({cost_of("eventfd", Notification::to_consumer, {rung_of(1000, 100, 0.5), rung_of(100e3, 5000, 0.5)}),
                 cost_of("eventfd", Notification::to_producer, {rung_of(1000, 100, 1000)})});
  Scenario scenario = scenario_of(WaitKind::block, 2000, 1500);
  EXPECT_NEAR(per_item(late, scenario).count(), 2100, 1);
  scenario.producer.extra_notify = Nanoseconds(150e3);
  EXPECT_NEAR(per_item(late, scenario).count(), 2000 + 150e3 + 5000, 10);
}

TEST(Forecast, W_k_and_L_are_those_of_the_scenario) {
  Scenario scenario = scenario_of(WaitKind::block, 4000, 1000);
  scenario.producer.notify_threshold = 3;
  // m = floor((S_C + 2 W_C) / (W_P - W_C)) + 3
  EXPECT_NEAR(per_item(costs(), scenario).count(), 4000 + 1000 / 5.0, 0.1);
  // The producer fills it before the consumer looks, and the consumer empties it before the producer does.
  scenario.shape.queue_size = 4;
  scenario.consumer.extra_startup = Nanoseconds(40e3);
  EXPECT_EQ(forecast(costs(), scenario, somewhere).regime, Regime::SS);
}

TEST(Forecast, N_and_S_are_of_the_class_where_it_ran) {
  Costs classes = costs();
  classes.wakes =
      WakeCosts({cost_of("eventfd", Notification::to_consumer, {rung_of(1000, 1000, 5000)}),
                 cost_of("eventfd", Notification::to_producer, {rung_of(1000, 600, 3000)}),
                 cost_of("eventfd", Notification::to_consumer, {rung_of(1000, 7000, 5000)}, LineClass::far),
                 cost_of("eventfd", Notification::to_producer, {rung_of(1000, 600, 3000)}, LineClass::far)});
  const Scenario scenario = scenario_of(WaitKind::block, 2000, 1000);
  const auto at = [&](LineClass line_class) { return forecast(classes, scenario, line_class); };
  EXPECT_NEAR(at(LineClass::mid).per_item->count(), fast_consumer(1000, 5000), 0.1);
  EXPECT_NEAR(at(LineClass::far).per_item->count(), fast_consumer(7000, 5000), 0.1);
  EXPECT_FALSE(at(LineClass::near).per_item);
  EXPECT_FALSE(at(LineClass::near).error_pct(Nanoseconds(1)));
  EXPECT_THAT(at(LineClass::near).reason, HasSubstr("did not meet the line 'near'"));
  // Nobody is woken where both poll: any place will do.
  EXPECT_TRUE(forecast(classes, scenario_of(WaitKind::poll, 2000, 1000), LineClass::near).per_item);
}

TEST(Forecast, A_CPU_that_is_away_makes_items_late) {
  Costs disturbed = costs();
  // One gap of 40 us in each ms of running.
  disturbed.producer_gaps = {.count = 1000, .lost = Nanoseconds(40e6), .watched = Nanoseconds(1040e6)};
  EXPECT_NEAR(per_item(disturbed, scenario_of(WaitKind::poll, 2000, 1000)).count(), 2080, 10);
  EXPECT_NEAR(per_item(disturbed, scenario_of(WaitKind::poll, 2000, 4000)).count(), 4000, 1) << "the queue hides it";
}

TEST(Forecast, Sleeps_are_longer_than_asked_for_by_what_was_measured_nearest) {
  Costs sleepy = costs();
  sleepy.sleeps = {{.asked = Nanoseconds(10e3), .oversleeps = {Nanoseconds(0)}},
                   {.asked = Nanoseconds(1e6), .oversleeps = {Nanoseconds(200e3)}}};
  Scenario scenario = scenario_of(WaitKind::sleep, 2000, 1000);
  scenario.shape.queue_size = 64;
  scenario.producer.sleep = scenario.consumer.sleep = Nanoseconds(1e6);
  const Nanoseconds with = per_item(sleepy, scenario);
  sleepy.sleeps.pop_back();
  const Nanoseconds without = per_item(sleepy, scenario);
  EXPECT_NEAR(with / without, 1.2, 0.02);
  EXPECT_EQ(forecast(sleepy, scenario, somewhere).regime, Regime::sLS);
  // The counter against the kernel's clock: a sleep may seem a little too short.
  sleepy.sleeps.front().oversleeps = {Nanoseconds(-5)};
  EXPECT_EQ(per_item(sleepy, scenario), without);
}

TEST(Forecast, Says_what_it_reckons_with) {
  Costs told = costs();
  told.producer_gaps = {.count = 1, .lost = Nanoseconds(10e3), .watched = Nanoseconds(1e6)};
  told.sleeps = {{.asked = Nanoseconds(100e3), .oversleeps = {Nanoseconds(60e3)}}};
  const auto taken = forecast(told, scenario_of(WaitKind::block, 2000, 1000), somewhere).taken;
  ASSERT_EQ(taken.size(), 3U);
  EXPECT_THAT(taken[0], HasSubstr("the producer's CPU away for 1.00 % of the time, the consumer's for 0.00 %"));
  EXPECT_EQ(taken[1], "N_P and S_C of eventfd, to_consumer, line mid: 1 wakes of a peer idle for 1 us to 1 us");
  EXPECT_THAT(taken[2], HasSubstr("N_C and S_P of eventfd, to_producer"));
  Scenario scenario = scenario_of(WaitKind::sleep, 2000, 1000);
  scenario.producer.sleep = scenario.consumer.sleep = Nanoseconds(90e3);
  EXPECT_EQ(forecast(told, scenario, somewhere).taken[1], "Y_P longer by what 1 sleeps of 100 us were");
}

TEST(Forecast, Says_why_there_is_none) {
  const auto reason = [&](const Costs& costs, const Scenario& scenario) {
    const Forecast none = forecast(costs, scenario, somewhere);
    EXPECT_FALSE(none.per_item);
    EXPECT_FALSE(none.error_pct(Nanoseconds(1)));
    return none.reason;
  };
  EXPECT_THAT(reason(costs(), scenario_of(WaitKind::block, 0, 1000)), HasSubstr("W = 0"));
  EXPECT_FALSE(needs_wakes(scenario_of(WaitKind::block, 0, 1000)));
  EXPECT_FALSE(needs_wakes(scenario_of(WaitKind::poll, 2000, 1000)));
  EXPECT_TRUE(needs_wakes(scenario_of(WaitKind::block, 2000, 1000)));
  Costs wrong = costs();
  wrong.wakes = WakeCosts({cost_of("eventfd", Notification::to_consumer, {rung_of(1000, -5, 100)}),
                           cost_of("eventfd", Notification::to_producer, {rung_of(1000, 5, 100)})});
  EXPECT_THAT(reason(wrong, scenario_of(WaitKind::block, 2000, 1000)), HasSubstr("np can become negative"));
}

TEST(Forecast, A_notifier_that_was_not_calibrated_is_an_error) {
  Scenario scenario = scenario_of(WaitKind::block, 2000, 1000);
  scenario.kick = "eventfd-uring";
  EXPECT_THROW(forecast(costs(), scenario, somewhere), std::out_of_range);
}

}  // namespace
}  // namespace kickbench::bench
