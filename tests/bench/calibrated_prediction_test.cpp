// What a calibration lets one expect of a scenario: which rows are taken, and what comes of them.
#include "bench/calibration/calibrated_prediction.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/bench/made_up.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

using model::Regime;
using test::scenario_of;
using testing::HasSubstr;

WakeCost cost_of(const std::string& notifier, Notification notification, double idle_ns, double notify_ns,
                 double startup_ns) {
  const auto constant = [](double ns) {
    return Spread{.count = 1, .median = Nanoseconds(ns), .mean = Nanoseconds(1e6), .p99 = Nanoseconds(2e6)};
  };
  return {.notifier = notifier,
          .notification = notification,
          .idle = Nanoseconds(idle_ns),
          .line_class = LineClass::mid,
          .notify = constant(notify_ns),
          .startup = constant(startup_ns)};
}

/// From producer to consumer N is 1000 and S 5000 ns; back, 600 and 3000. Futex costs ten times what eventfd does, and
/// a peer that was idle for 1 ms twice one that was idle for 1 us.
WakeCosts costs() {
  WakeCosts costs;
  for (const auto& [notifier, factor] : {std::pair("eventfd", 1.0), std::pair("futex", 10.0)}) {
    for (const auto& [idle_ns, twice] : {std::pair(1e3, 1.0), std::pair(1e6, 2.0)}) {
      const double f = factor * twice;
      costs.add({cost_of(notifier, Notification::to_consumer, idle_ns, 1000 * f, 5000 * f),
                 cost_of(notifier, Notification::to_producer, idle_ns, 600 * f, 3000 * f)});
    }
  }
  return costs;
}

/// N_P, S_C, N_C, S_P in ns.
std::vector<double> told(const CalibratedPrediction& expected) {
  const auto& [producer, consumer, queue_size, sleep_energy] = expected.parameters;
  return {producer.notify.count(), consumer.startup.count(), consumer.notify.count(), producer.startup.count()};
}

TEST(CalibratedPrediction, Is_the_closed_form_with_the_medians_of_the_calibration) {
  const WakeCosts calibrated = costs();
  const CalibratedPrediction expected = predict_from(calibrated, scenario_of(WaitKind::block, 2000, 1000));
  ASSERT_TRUE(expected.prediction) << expected.reason;
  EXPECT_EQ(told(expected), (std::vector<double>{1000, 5000, 600, 3000}));
  EXPECT_EQ(expected.prediction->regime, Regime::FC);
  EXPECT_NEAR(expected.prediction->per_item->count(), 2000 + 1000 / 6.0, 1e-9);  // m = 6
  EXPECT_NEAR(*expected.error_pct(*expected.prediction->per_item * 1.021), 2.1, 1e-9);
  EXPECT_NEAR(*expected.error_pct(*expected.prediction->per_item * 0.9), -10, 1e-9);
}

TEST(CalibratedPrediction, Each_notification_has_a_notifier_of_its_own) {
  const WakeCosts calibrated = costs();
  Scenario scenario = scenario_of(WaitKind::block, 2000, 1000);
  scenario.interrupt = "futex";
  EXPECT_EQ(told(predict_from(calibrated, scenario)), (std::vector<double>{1000, 5000, 6000, 30'000}));
  std::swap(scenario.kick, scenario.interrupt);
  EXPECT_EQ(told(predict_from(calibrated, scenario)), (std::vector<double>{10'000, 50'000, 600, 3000}));
}

TEST(CalibratedPrediction, Where_the_device_produces_its_interrupt_is_what_goes_to_the_consumer) {
  const WakeCosts calibrated = costs();
  Scenario scenario = scenario_of(WaitKind::block, 2000, 1000);
  scenario.direction = Direction::rx;
  scenario.interrupt = "futex";
  const CalibratedPrediction expected = predict_from(calibrated, scenario);
  EXPECT_EQ(told(expected), (std::vector<double>{10'000, 50'000, 600, 3000}));
  EXPECT_EQ(expected.to_consumer->notification, Notification::to_consumer) << "measured between the same CPUs";
}

TEST(CalibratedPrediction, Emulated_costs_are_added) {
  const WakeCosts calibrated = costs();
  Scenario scenario = scenario_of(WaitKind::block, 2000, 1000);
  scenario.producer.extra_notify = Nanoseconds(100);
  scenario.consumer.extra_startup = Nanoseconds(20);
  scenario.consumer.extra_notify = Nanoseconds(3);
  scenario.producer.extra_startup = Nanoseconds(0.5);
  EXPECT_EQ(told(predict_from(calibrated, scenario)), (std::vector<double>{1100, 5020, 603, 3000.5}));
}

TEST(CalibratedPrediction, W_k_and_L_are_those_of_the_scenario) {
  const WakeCosts calibrated = costs();
  Scenario scenario = scenario_of(WaitKind::block, 2000, 1000);
  scenario.shape.queue_size = 64;
  scenario.producer.notify_threshold = 3;
  scenario.consumer.notify_threshold = 5;
  const CalibratedPrediction expected = predict_from(calibrated, scenario);
  EXPECT_EQ(expected.parameters.queue_size, 64U);
  EXPECT_EQ(expected.parameters.producer.work, Nanoseconds(2000));
  EXPECT_EQ(expected.parameters.consumer.work, Nanoseconds(1000));
  EXPECT_EQ(expected.parameters.producer.notify_threshold, 3U);
  EXPECT_EQ(expected.parameters.consumer.notify_threshold, 5U);
}

TEST(CalibratedPrediction, The_row_is_of_the_idle_time_that_its_regime_leads_to) {
  const WakeCosts calibrated = costs();
  const auto idle_of = [&](const Scenario& scenario) {
    const CalibratedPrediction expected = predict_from(calibrated, scenario);
    return std::pair(*expected.to_consumer->idle, *expected.to_producer->idle);
  };
  const Nanoseconds briefly(1e3), long_ago(1e6);
  // A fast consumer is idle for less than W_P - W_C; nobody waits for an interrupt.
  EXPECT_EQ(idle_of(scenario_of(WaitKind::block, 2000, 1000)).first, briefly);
  EXPECT_EQ(idle_of(scenario_of(WaitKind::block, 500e3, 1000)).first, long_ago);
  EXPECT_EQ(idle_of(scenario_of(WaitKind::block, 1000, 500e3)).second, long_ago);
  // A fast consumer that is kicked at the 200th item waits for most of them.
  Scenario late = scenario_of(WaitKind::block, 2000, 100);
  late.producer.notify_threshold = 200;
  EXPECT_EQ(idle_of(late).first, long_ago);
  // A consumer slow to start up makes the producer wait for it, which waits long, and the other not.
  Scenario slow = scenario_of(WaitKind::block, 2000, 1000);
  slow.consumer.extra_startup = Nanoseconds(5e6);
  EXPECT_EQ(predict_from(calibrated, slow).prediction->regime, Regime::SCS);
  EXPECT_EQ(idle_of(slow), std::pair(briefly, long_ago));
  // What a side spends on its own notifications is no idling.
  Scenario both = scenario_of(WaitKind::block, 2000, 1600);
  both.shape.queue_size = 8;
  both.producer.extra_startup = both.consumer.extra_startup = Nanoseconds(20e3);
  both.consumer.extra_notify = Nanoseconds(300e3);
  EXPECT_EQ(predict_from(calibrated, both).prediction->regime, Regime::SS);
  EXPECT_EQ(idle_of(both).first, briefly);
  // What is spun before the notification passes while the peer is idle.
  Scenario exits = scenario_of(WaitKind::block, 2000, 1000);
  exits.producer.extra_notify = Nanoseconds(400e3);
  EXPECT_EQ(idle_of(exits).first, long_ago);
}

TEST(CalibratedPrediction, Says_why_there_is_none) {
  const WakeCosts calibrated = costs();
  const auto reason = [&](const Scenario& scenario) {
    const CalibratedPrediction expected = predict_from(calibrated, scenario);
    EXPECT_FALSE(expected.prediction);
    EXPECT_FALSE(expected.error_pct(Nanoseconds(1)));
    return expected.reason;
  };
  EXPECT_THAT(reason(scenario_of(WaitKind::block, 0, 1000)), HasSubstr("W = 0"));
  EXPECT_THAT(reason(scenario_of(WaitKind::poll, 2000, 1000)), HasSubstr("nobody blocks"));
  WakeCosts wrong;
  wrong.add({cost_of("eventfd", Notification::to_consumer, 1e3, -5, 100)});
  wrong.add({cost_of("eventfd", Notification::to_producer, 1e3, 5, 100)});
  const CalibratedPrediction expected = predict_from(wrong, scenario_of(WaitKind::block, 2000, 1000));
  EXPECT_FALSE(expected.prediction);
  EXPECT_THAT(expected.reason, HasSubstr("np is -5 ns"));
}

TEST(CalibratedPrediction, A_notifier_that_was_not_calibrated_is_an_error) {
  Scenario scenario = scenario_of(WaitKind::block, 2000, 1000);
  scenario.kick = "eventfd-uring";
  EXPECT_THROW(predict_from(costs(), scenario), std::out_of_range);
}

}  // namespace
}  // namespace kickbench::bench
