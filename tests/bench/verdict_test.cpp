#include "bench/stats/verdict.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/bench/made_up.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

using test::scenario_of;
using test::spread_with_mean;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// N and S measured on both sides: N_P 1100, N_C 600, S_P 3000, S_C 400.
Figures all_measured() {
  Figures figures;
  figures.producer.notify = spread_with_mean(1100);
  figures.consumer.notify = spread_with_mean(600);
  figures.producer.startup = spread_with_mean(3000);
  figures.consumer.startup = spread_with_mean(400);
  return figures;
}

TEST(ModelInput, Is_the_scenario_and_the_measured_means) {
  Scenario scenario = scenario_of(WaitKind::block, 2000, 1000);
  scenario.shape.queue_size = 64;
  scenario.producer.notify_threshold = 3;
  scenario.consumer.notify_threshold = 5;
  const ModelInput input = model_input(scenario, all_measured());
  EXPECT_EQ(input.parameters.queue_size, 64U);
  EXPECT_EQ(input.parameters.producer.work, Nanoseconds(2000));
  EXPECT_EQ(input.parameters.consumer.work, Nanoseconds(1000));
  EXPECT_EQ(input.parameters.producer.notify_threshold, 3U);
  EXPECT_EQ(input.parameters.consumer.notify_threshold, 5U);
  EXPECT_EQ(input.parameters.producer.notify, Nanoseconds(1100));
  EXPECT_EQ(input.parameters.consumer.notify, Nanoseconds(600));
  EXPECT_EQ(input.parameters.producer.startup, Nanoseconds(3000));
  EXPECT_EQ(input.parameters.consumer.startup, Nanoseconds(400));
  EXPECT_THAT(input.assumptions, IsEmpty());
}

TEST(ModelInput, What_one_side_never_did_is_taken_from_the_other_and_said) {
  const Scenario scenario = scenario_of(WaitKind::block, 2000, 1000);
  Figures figures = all_measured();
  figures.consumer.notify.reset();
  figures.producer.startup.reset();
  ModelInput input = model_input(scenario, figures);
  EXPECT_EQ(input.parameters.consumer.notify, Nanoseconds(1100));
  EXPECT_EQ(input.parameters.producer.startup, Nanoseconds(400));
  EXPECT_THAT(input.assumptions,
              ElementsAre("N_C never occurred: N_P taken in its place", "S_P never occurred: S_C taken in its place"));
  figures = all_measured();
  figures.producer.notify.reset();
  figures.consumer.startup.reset();
  input = model_input(scenario, figures);
  EXPECT_EQ(input.parameters.producer.notify, Nanoseconds(600));
  EXPECT_EQ(input.parameters.consumer.startup, Nanoseconds(3000));
  EXPECT_THAT(input.assumptions,
              ElementsAre("N_P never occurred: N_C taken in its place", "S_C never occurred: S_P taken in its place"));
}

TEST(ModelInput, What_neither_side_did_is_taken_as_0_and_said) {
  const ModelInput input = model_input(scenario_of(WaitKind::block, 2000, 1000), {});
  EXPECT_EQ(input.parameters.producer.notify, Nanoseconds(0));
  EXPECT_EQ(input.parameters.consumer.startup, Nanoseconds(0));
  EXPECT_THAT(input.assumptions, ElementsAre("N_P never occurred: taken as 0", "N_C never occurred: taken as 0",
                                             "S_P never occurred: taken as 0", "S_C never occurred: taken as 0"));
}

TEST(ModelInput, Sleeps_are_as_long_as_they_were_or_else_as_asked_for) {
  Scenario scenario = scenario_of(WaitKind::sleep, 2000, 1000);
  scenario.producer.sleep = Nanoseconds(40'000);
  scenario.consumer.sleep = Nanoseconds(50'000);
  Figures figures;
  figures.consumer.sleep = spread_with_mean(53'000);
  const ModelInput input = model_input(scenario, figures);
  EXPECT_EQ(input.parameters.producer.sleep, Nanoseconds(40'000));
  EXPECT_EQ(input.parameters.consumer.sleep, Nanoseconds(53'000));
  EXPECT_THAT(input.assumptions, ElementsAre("Y_E was not seen: taken as 0"));
}

TEST(ModelInput, Busy_waiting_needs_no_assumption_about_notifications) {
  EXPECT_THAT(model_input(scenario_of(WaitKind::poll, 2000, 1000), {}).assumptions, IsEmpty());
}

TEST(ModelInput, W_is_what_was_asked_for_unless_clearly_more_was_spent) {
  const auto effective = [](double asked_ns, std::optional<double> spent_ns) {
    Figures figures;
    if (spent_ns) figures.producer.work = figures.consumer.work = Nanoseconds(*spent_ns);
    const auto parameters = model_input(scenario_of(WaitKind::poll, asked_ns, asked_ns), figures).parameters;
    EXPECT_EQ(parameters.producer.work, parameters.consumer.work);
    return parameters.producer.work.count();
  };
  EXPECT_EQ(effective(1000, std::nullopt), 1000.0);
  EXPECT_EQ(effective(1000, 900.0), 1000.0);
  EXPECT_EQ(effective(1000, 1010.0), 1000.0) << "1 % is tolerated";
  EXPECT_EQ(effective(1000, 1010.1), 1010.1);
  EXPECT_EQ(effective(20, 23.0), 20.0) << "and so are 3 ns";
  EXPECT_EQ(effective(20, 23.1), 23.1);
}

TEST(ModelInput, Each_side_has_its_own_effective_W) {
  Figures figures;
  figures.consumer.work = Nanoseconds(80);
  const auto parameters = model_input(scenario_of(WaitKind::poll, 50, 50), figures).parameters;
  EXPECT_EQ(parameters.producer.work, Nanoseconds(50));
  EXPECT_EQ(parameters.consumer.work, Nanoseconds(80));
}

/// The figures, measured to be 10 % slower than the model says.
PredictionBeside ten_percent_slower(const Scenario& scenario, Figures figures, Nanoseconds predicted) {
  figures.ns_per_item = predicted * 1.1;
  return predict_beside(scenario, figures);
}

TEST(PredictBeside, Blocking_is_the_model_of_notification_with_the_measured_costs) {
  const Scenario scenario = scenario_of(WaitKind::block, 2000, 1000);
  const auto beside = ten_percent_slower(scenario, all_measured(), Nanoseconds(2000 + 1100));  // FC, m = 1
  ASSERT_TRUE(beside.prediction);
  EXPECT_EQ(beside.prediction->regime, model::Regime::FC);
  EXPECT_EQ(beside.prediction->per_item, Nanoseconds(3100));
  EXPECT_NEAR(*beside.error_pct, 10, 1e-9);
  EXPECT_EQ(beside.reason, "");
  EXPECT_THAT(beside.assumptions, IsEmpty());
}

TEST(PredictBeside, A_batch_is_averaged_over_the_start_ups_that_were_seen) {
  const Scenario scenario = scenario_of(WaitKind::block, 2000, 1000);
  Figures figures = all_measured();
  figures.producer.wakes = {{Nanoseconds(1000), Nanoseconds(500)}, {Nanoseconds(2000), Nanoseconds(7500)}};  // m 1, 8
  const auto beside = ten_percent_slower(scenario, figures, Nanoseconds(2000 + 1500 / 4.5));
  EXPECT_NEAR(beside.prediction->per_item->count(), 2000 + 1500 / 4.5, 1e-9);
  EXPECT_NEAR(*beside.error_pct, 10, 1e-9);
}

TEST(PredictBeside, The_gaps_of_the_slower_side_are_in_its_W) {
  Figures figures;
  figures.producer.ns_per_item = figures.consumer.ns_per_item = Nanoseconds(2100);
  figures.producer.gap_share = 0.01;
  figures.consumer.gap_share = 0.02;
  const auto t = [&figures](double wp, double wc) {
    return predict_beside(scenario_of(WaitKind::poll, wp, wc), figures).prediction->per_item->count();
  };
  EXPECT_DOUBLE_EQ(t(2000, 1000), 2021);
  EXPECT_DOUBLE_EQ(t(1000, 2000), 2042);
}

TEST(PredictBeside, Assumptions_are_handed_on) {
  const Scenario scenario = scenario_of(WaitKind::block, 2000, 1000);
  EXPECT_EQ(predict_beside(scenario, {}).assumptions.size(), 4U);
}

TEST(PredictBeside, Polling_is_the_model_of_busy_waiting) {
  const auto beside = ten_percent_slower(scenario_of(WaitKind::poll, 2000, 3000), all_measured(), Nanoseconds(3000));
  ASSERT_TRUE(beside.prediction);
  EXPECT_EQ(beside.prediction->regime, model::Regime::BW);
  EXPECT_NEAR(*beside.error_pct, 10, 1e-9);
}

TEST(PredictBeside, Sleeping_is_the_model_of_sleeping) {
  Scenario scenario = scenario_of(WaitKind::sleep, 2000, 1000);
  scenario.producer.sleep = scenario.consumer.sleep = Nanoseconds(50'000);
  const auto beside = ten_percent_slower(scenario, {}, Nanoseconds(2000));
  ASSERT_TRUE(beside.prediction);
  EXPECT_EQ(beside.prediction->regime, model::Regime::sFC);
  EXPECT_NEAR(*beside.error_pct, 10, 1e-9);
}

TEST(PredictBeside, An_error_can_be_negative) {
  Figures figures;
  figures.ns_per_item = Nanoseconds(1500);
  EXPECT_DOUBLE_EQ(*predict_beside(scenario_of(WaitKind::poll, 2000, 1000), figures).error_pct, -25.0);
}

TEST(PredictBeside, Where_only_bounds_hold_there_is_no_error_and_it_says_so) {
  Scenario scenario = scenario_of(WaitKind::sleep, 2000, 1000);
  scenario.producer.sleep = scenario.consumer.sleep = Nanoseconds(5e6);  // longer than 255 slots hide
  const auto beside = ten_percent_slower(scenario, {}, Nanoseconds(2000));
  ASSERT_TRUE(beside.prediction);
  EXPECT_EQ(beside.prediction->regime, model::Regime::sLS);
  EXPECT_TRUE(beside.prediction->per_item_bounds);
  EXPECT_FALSE(beside.error_pct);
  EXPECT_THAT(beside.reason, HasSubstr("only bounds"));
}

void expect_no_prediction(const Scenario& scenario, const std::string& reason) {
  const auto beside = ten_percent_slower(scenario, all_measured(), Nanoseconds(1000));
  EXPECT_FALSE(beside.prediction);
  EXPECT_FALSE(beside.error_pct);
  EXPECT_THAT(beside.reason, HasSubstr(reason));
}

TEST(PredictBeside, There_is_none_without_a_ring) {
  Scenario scenario = scenario_of(WaitKind::block, 2000, 1000);
  scenario.ring = RingKind::null;
  expect_no_prediction(scenario, "without a ring");
}

TEST(PredictBeside, There_is_none_for_two_sides_on_one_cpu) {
  for (const WaitKind wait : {WaitKind::poll, WaitKind::block, WaitKind::sleep}) {
    Scenario scenario = scenario_of(wait, 2000, 1000);
    scenario.place = "same-core";
    expect_no_prediction(scenario, "take turns on one CPU");
    scenario.place = "1,1";
    expect_no_prediction(scenario, "take turns on one CPU");
  }
}

TEST(PredictBeside, There_is_none_without_emulated_work_on_either_side) {
  expect_no_prediction(scenario_of(WaitKind::block, 0, 1000), "W = 0");
  expect_no_prediction(scenario_of(WaitKind::block, 1000, 0), "W = 0");
}

TEST(PredictBeside, There_is_none_for_waits_that_the_model_does_not_know) {
  for (const WaitKindRow& producer : wait_kinds) {
    for (const WaitKindRow& consumer : wait_kinds) {
      Scenario scenario = scenario_of(producer.kind, 2000, 1000);
      scenario.consumer.wait = consumer.kind;
      scenario.producer.sleep = scenario.consumer.sleep = Nanoseconds(50'000);
      const bool known = producer.kind == consumer.kind && producer.kind != WaitKind::spin_block;
      EXPECT_EQ(predict_beside(scenario, all_measured()).prediction.has_value(), known)
          << producer.name << ", " << consumer.name;
      if (!known) expect_no_prediction(scenario, "both sides blocking, both sleeping or both polling");
    }
  }
}

/// Both sides spend W = 1000 and 2000 ns per item, and take `beyond_ns` of CPU time more.
Figures sleepers(double beyond_ns, double sleeps_per_item) {
  Figures figures;
  for (SideFigures* side : {&figures.producer, &figures.consumer}) side->sleeps = sleeps_per_item / 2;
  figures.producer.work = Nanoseconds(2000);
  figures.consumer.work = Nanoseconds(1000);
  figures.producer.cpu = Nanoseconds(2000 + beyond_ns / 4);
  figures.consumer.cpu = Nanoseconds(1000 + 3 * beyond_ns / 4);
  figures.ns_per_item = Nanoseconds(2000);
  return figures;
}

TEST(PredictBeside, The_energy_of_a_sleep_is_the_cpu_time_beyond_W) {
  Scenario scenario = scenario_of(WaitKind::sleep, 2000, 1000);
  scenario.producer.sleep = scenario.consumer.sleep = Nanoseconds(10'000);
  const auto beside = predict_beside(scenario, sleepers(600, 0.2));
  EXPECT_EQ(model_input(scenario, sleepers(600, 0.2)).parameters.sleep_energy, Nanoseconds(3000));
  // sFC: the consumer sleeps (W_P - W_C) / Y_C times per item.
  EXPECT_DOUBLE_EQ(beside.prediction->busy_per_item->count(), 3000 + 0.1 * 3000);
  EXPECT_THAT(beside.assumptions, IsEmpty());
}

TEST(PredictBeside, Without_a_sleep_or_without_cost_its_energy_is_assumed_and_that_is_said) {
  Scenario scenario = scenario_of(WaitKind::sleep, 2000, 1000);
  scenario.producer.sleep = scenario.consumer.sleep = Nanoseconds(10'000);
  Figures untimed = sleepers(600, 0.2);
  untimed.producer.work.reset();
  for (const Figures& figures : {sleepers(600, 0), sleepers(-100, 0.2), untimed}) {
    const ModelInput input = model_input(scenario, figures);
    EXPECT_EQ(input.parameters.sleep_energy, Nanoseconds(0));
    EXPECT_THAT(input.assumptions, ElementsAre(HasSubstr("Y_E")));
  }
}

TEST(PredictBeside, Says_why_there_is_no_longest_latency) {
  Scenario scenario = scenario_of(WaitKind::block, 2000, 1000);
  EXPECT_TRUE(predict_beside(scenario, all_measured()).prediction->latency_service_max);
  scenario.producer.notify_threshold = 2;
  const auto beside = predict_beside(scenario, all_measured());
  EXPECT_FALSE(beside.prediction->latency_service_max);
  EXPECT_THAT(beside.latency_reason, HasSubstr("k_P = 1"));
  scenario.ring = RingKind::null;
  EXPECT_THAT(predict_beside(scenario, all_measured()).latency_reason, HasSubstr("without a ring"));
}

SideFigures side_of(double t_ns, double notifying_ns, std::optional<double> waiting_ns) {
  SideFigures side;
  side.ns_per_item = Nanoseconds(t_ns);
  side.work = Nanoseconds(1);  // spent; not what is set against T
  side.notifying = Nanoseconds(notifying_ns);
  if (waiting_ns) side.waiting = Nanoseconds(*waiting_ns);
  return side;
}

TEST(Residual, Is_what_W_N_and_waiting_leave_unexplained_of_T) {
  EXPECT_DOUBLE_EQ(*residual_pct(side_of(2000, 300, 700), Nanoseconds(1000)), 0.0);
  EXPECT_DOUBLE_EQ(*residual_pct(side_of(2000, 300, 600), Nanoseconds(1000)), 5.0);
  EXPECT_DOUBLE_EQ(*residual_pct(side_of(2000, 300, 900), Nanoseconds(1000)), -10.0);
  EXPECT_DOUBLE_EQ(*residual_pct(side_of(2000, 0, 700), Nanoseconds(1000)), 15.0);
  EXPECT_DOUBLE_EQ(*residual_pct(side_of(2000, 300, 700), Nanoseconds(500)), 25.0);
}

TEST(Residual, There_is_none_where_time_is_not_taken) {
  EXPECT_FALSE(residual_pct(side_of(2000, 300, std::nullopt), Nanoseconds(1000)));
  SideFigures side = side_of(2000, 300, 700);
  side.work.reset();
  EXPECT_FALSE(residual_pct(side, Nanoseconds(0)));
}

}  // namespace
}  // namespace kickbench::bench
