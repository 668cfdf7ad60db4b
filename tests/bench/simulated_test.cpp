// A measurement beside the simulator: what it is told of, and when there is nothing to say.
#include "bench/stats/simulated.hpp"

#include <gtest/gtest.h>

#include "bench/stats/verdict.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

model::Histogram only(double ns) { return {.bins = {{Nanoseconds(ns), Nanoseconds(ns), 1}}}; }
Spread spread(double ns) {
  return {.count = 1, .median = Nanoseconds(ns), .mean = Nanoseconds(ns), .p99 = Nanoseconds(ns)};
}

Scenario scenario_of(WaitKind wait, double wp, double wc) {
  Scenario scenario;
  scenario.shape.queue_size = 64;
  for (SideScenario* side : {&scenario.producer, &scenario.consumer}) side->wait = wait;
  scenario.producer.work = Nanoseconds(wp);
  scenario.consumer.work = Nanoseconds(wc);
  return scenario;
}

/// N and S measured as always the same.
Figures steady(double notify, double startup) {
  Figures figures;
  for (SideFigures* side : {&figures.producer, &figures.consumer}) {
    side->notify = spread(notify);
    side->startup = spread(startup);
    side->notify_distribution = only(notify);
    side->startup_distribution = only(startup);
  }
  figures.ns_per_item = Nanoseconds(2500);
  return figures;
}

TEST(SimulatedBeside, Costs_that_never_vary_give_what_the_closed_form_gives) {
  const Scenario scenario = scenario_of(WaitKind::block, 2000, 1000);
  const Figures figures = steady(1000, 5000);
  const SimulationBeside simulated = simulate_beside(scenario, figures);
  const PredictionBeside predicted = predict_beside(scenario, figures);
  ASSERT_TRUE(simulated.per_item) << simulated.reason;
  EXPECT_NEAR(simulated.per_item->count(), predicted.prediction->per_item->count(), 1e-6);
  EXPECT_EQ(simulated.regime, model::Regime::FC);
  EXPECT_NEAR(*simulated.error_pct, 100 * (2500 - simulated.per_item->count()) / simulated.per_item->count(), 1e-9);
}

TEST(SimulatedBeside, Is_told_the_distributions_and_not_only_their_medians) {
  const Scenario scenario = scenario_of(WaitKind::block, 2000, 1000);
  Figures figures = steady(1000, 5000);
  figures.producer.notify_distribution = model::Histogram{
      .bins = {{Nanoseconds(1000), Nanoseconds(1000), 9}, {Nanoseconds(101'000), Nanoseconds(101'000), 1}}};
  const SimulationBeside simulated = simulate_beside(scenario, figures);
  ASSERT_TRUE(simulated.per_item);
  // One kick in ten takes 100 us more, and a kick is due every 6 items.
  EXPECT_GT(*simulated.per_item, *predict_beside(scenario, figures).prediction->per_item + Nanoseconds(1000));
  EXPECT_TRUE(simulated.interval);
}

TEST(SimulatedBeside, The_CPU_is_away_as_often_and_for_as_long_as_it_was) {
  const Scenario scenario = scenario_of(WaitKind::poll, 2000, 1000);
  Figures figures;
  figures.ns_per_item = Nanoseconds(2100);
  EXPECT_EQ(simulate_beside(scenario, figures).per_item, Nanoseconds(2000));
  figures.producer.ns_per_item = Nanoseconds(2100);
  figures.producer.watched = Nanoseconds(2.1e9);
  figures.producer.gap_share = 0.1e9 / 2.1e9;  // of a million items, one in a thousand lost 100 us
  figures.producer.gaps = 1000;
  const SimulationBeside simulated = simulate_beside(scenario, figures);
  ASSERT_TRUE(simulated.interval);
  EXPECT_NEAR(simulated.per_item->count(), 2100, (simulated.interval->upper - simulated.interval->lower).count());
  EXPECT_LT(simulated.interval->upper - simulated.interval->lower, Nanoseconds(100));
  EXPECT_NEAR(simulated.busy_per_item->count(), 4100, 100) << "no CPU time is spent while the CPU is away";
}

TEST(WorkWithGaps, Has_as_many_of_them_as_were_counted_and_their_mean_length) {
  SideFigures side;
  EXPECT_EQ(work_with_gaps(Nanoseconds(2000), side).bins.size(), 1U) << "a constant";
  side.ns_per_item = Nanoseconds(2100);
  side.watched = Nanoseconds(2.1e9);
  side.gap_share = 0.1e9 / 2.1e9;
  side.gaps = 1000;
  const auto bins = work_with_gaps(Nanoseconds(2000), side).bins;
  ASSERT_EQ(bins.size(), 2U);
  EXPECT_EQ(bins[0].from, Nanoseconds(2000));
  EXPECT_EQ(bins[0].count, 999'000U);
  EXPECT_NEAR(bins[1].from.count(), 102'000, 1e-6);
  EXPECT_EQ(bins[1].count, 1000U);
}

TEST(SimulatedBeside, N_and_S_are_drawn_as_they_came_together) {
  const Scenario scenario = scenario_of(WaitKind::block, 2000, 1000);
  Figures figures = steady(1000, 5000);
  const Nanoseconds apart = *simulate_beside(scenario, figures).per_item;
  figures.producer.wakes = {{Nanoseconds(1000), Nanoseconds(9000)}};  // m = 10 instead of 6
  EXPECT_NEAR(apart.count(), 2000 + 1000 / 6.0, 1e-6);
  EXPECT_NEAR(simulate_beside(scenario, figures).per_item->count(), 2000 + 1000 / 10.0, 0.1);
}

/// The consumer finds the queue empty 70 ns before the next item, whenever a kick has woken it.
Figures close_race() {
  Figures figures = steady(1000, 30);
  figures.producer.signals = 1;
  figures.producer.wakes = {{Nanoseconds(1000), Nanoseconds(30)}};
  return figures;
}

TEST(SimulatedBeside, Notifications_that_find_their_peer_awake_are_an_event_with_a_cost_of_its_own) {
  const Scenario scenario = scenario_of(WaitKind::block, 2000, 1900);
  Figures figures = close_race();
  figures.ns_per_item = Nanoseconds(2600);
  const SimulationBeside never = simulate_beside(scenario, figures);
  EXPECT_NEAR(never.per_item->count(), 3000, 0.1);
  EXPECT_EQ(never.spurious_signals, 0);
  EXPECT_EQ(never.error_without_spurious_pct, never.error_pct);
  figures.consumer.arm_window = Nanoseconds(80);
  figures.producer.spurious_signals = 0.5;
  figures.producer.notify->mean = Nanoseconds(600);  // of half of them, 1000
  const SimulationBeside half = simulate_beside(scenario, figures);
  EXPECT_NEAR(*half.spurious_signals, 0.5, 1e-4);
  EXPECT_NEAR(half.per_item->count(), 2000 + (1000 + 200) / 2.0, 0.1);
  EXPECT_NEAR(*half.error_pct, 0, 0.01);
  EXPECT_NEAR(*half.error_without_spurious_pct, *never.error_pct, 0.01);
}

TEST(SimulatedBeside, Busy_is_the_part_of_a_start_up_that_is_CPU_time) {
  const Scenario scenario = scenario_of(WaitKind::block, 2000, 1000);
  Figures figures = steady(1000, 5000);  // a kick every 6 items
  EXPECT_NEAR(simulate_beside(scenario, figures).busy_per_item->count(), 3000 + 6000 / 6.0, 1e-6);
  figures.consumer.startup_busy = Nanoseconds(800);
  EXPECT_NEAR(simulate_beside(scenario, figures).busy_per_item->count(), 3000 + 1800 / 6.0, 1e-6);
  EXPECT_NEAR(predict_beside(scenario, figures).prediction->busy_per_item->count(), 3000 + 1800 / 6.0, 1e-6);
}

TEST(SimulatedBeside, Sleeps_are_as_long_as_they_were) {
  Scenario scenario = scenario_of(WaitKind::sleep, 2000, 1000);
  for (SideScenario* side : {&scenario.producer, &scenario.consumer}) side->sleep = Nanoseconds(10'000);
  Figures figures;
  const auto slept = [&](double ns) {
    for (SideFigures* side : {&figures.producer, &figures.consumer}) {
      side->sleep = spread(ns);
      side->sleep_distribution = only(ns);
    }
    return simulate_beside(scenario, figures).per_item;
  };
  EXPECT_NEAR(slept(120'000)->count(), 2000, 1e-6) << "short enough to hide in a queue of 64, which 125 us are";
  EXPECT_GT(slept(600'000)->count(), 3000) << "asked for 10 us, but that long in fact";
}

TEST(SimulatedBeside, Beyond_a_length_is_what_is_left_of_each) {
  const model::Histogram lengths{
      .bins = {{Nanoseconds(50), Nanoseconds(60), 2}, {Nanoseconds(70), Nanoseconds(90), 1}}};
  const auto left = beyond(lengths, Nanoseconds(45)).bins;
  ASSERT_EQ(left.size(), 2U);
  EXPECT_EQ(std::tuple(left[0].from, left[0].to, left[0].count), std::tuple(Nanoseconds(5), Nanoseconds(15), 2U));
  EXPECT_EQ(std::tuple(left[1].from, left[1].to, left[1].count), std::tuple(Nanoseconds(25), Nanoseconds(45), 1U));
}

TEST(SimulatedBeside, Has_latency_and_energy_as_the_closed_form_has_them) {
  const Scenario scenario = scenario_of(WaitKind::poll, 2000, 1000);
  const SimulationBeside simulated = simulate_beside(scenario, steady(0, 0));
  ASSERT_TRUE(simulated.latency_own && simulated.latency_service && simulated.busy_per_item) << simulated.reason;
  EXPECT_NEAR(simulated.latency_own->mean.count(), 3000, 1e-6);
  EXPECT_NEAR(simulated.latency_service->max.count(), 5000, 1e-6) << "a W_P earlier";
  EXPECT_NEAR(simulated.busy_per_item->count(), 4000, 1e-6) << "who polls is busy";
}

TEST(SimulatedBeside, Says_why_there_is_nothing) {
  EXPECT_NE(simulate_beside(scenario_of(WaitKind::block, 0, 1000), steady(1, 1)).reason, "");
  Scenario batched = scenario_of(WaitKind::block, 2000, 1000);
  batched.batch = 8;
  const SimulationBeside simulated = simulate_beside(batched, steady(1000, 5000));
  EXPECT_FALSE(simulated.per_item);
  EXPECT_NE(simulated.reason.find("batches"), std::string::npos);
}

}  // namespace
}  // namespace kickbench::bench
