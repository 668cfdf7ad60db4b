// Slices are planned in cycles of the regime.
#include "bench/experiment/slice_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/bench/made_up.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

using namespace std::chrono_literals;
using test::scenario_of;

Scenario blocking(std::uint32_t queue_size, Nanoseconds wp, Nanoseconds wc) {
  Scenario scenario = scenario_of(WaitKind::block, wp.count(), wc.count());
  scenario.shape.queue_size = queue_size;
  return scenario;
}

RegimeTiming timing_of(const Scenario& scenario) { return SlicePlanner(scenario).timing(); }

/// SCS, where the closed form has the cycle: the queue fills once and drains once.
Scenario slow_consumer() {
  Scenario scenario = blocking(1024, 10us, 5us);
  scenario.consumer.extra_startup = 20.46ms;
  return scenario;
}

TEST(RegimeTiming, The_cycle_is_from_one_stop_of_the_fast_side_to_the_next) {
  const RegimeTiming scs = timing_of(slow_consumer());
  // S_C + k_C W_C + (m + k_P) W_P, m = (1023 * 5 - 10) / 5 + 1 = 1022
  EXPECT_NEAR(scs.cycle.count(), (20.46ms + 5us + 1023 * 10us) / 1ns, 1);
  EXPECT_TRUE(scs.producer_has_part);
  EXPECT_EQ(scs.transient, 0ns) << "the queue is full after the first start-up";

  Scenario fc = blocking(256, 2us, 1us);
  fc.consumer.extra_startup = 100us;
  EXPECT_NEAR(timing_of(fc).cycle.count(), 101 * 2000.0, 1);
  EXPECT_TRUE(timing_of(fc).producer_has_part);

  Scenario sleeping = scenario_of(WaitKind::sleep, 2000, 1000);
  sleeping.producer.sleep = sleeping.consumer.sleep = 100us;
  EXPECT_NEAR(timing_of(sleeping).cycle.count(), 200'000, 1) << "sFC: Y W_P / (W_P - W_C)";
  EXPECT_FALSE(timing_of(sleeping).producer_has_part) << "it neither stops nor notifies";
  std::swap(sleeping.producer, sleeping.consumer);
  EXPECT_NEAR(timing_of(sleeping).cycle.count(), 200'000, 1) << "sFP";
  EXPECT_TRUE(timing_of(sleeping).producer_has_part);
  sleeping.producer.sleep = 1ms;  // sLS: it sleeps longer than a full queue lasts
  EXPECT_GE(timing_of(sleeping).cycle, 1ms + 256 * 1us);
}

TEST(RegimeTiming, Where_nobody_stops_a_cycle_is_an_item) {
  for (const Scenario& scenario : {blocking(256, 2us, 2us), scenario_of(WaitKind::poll, 2000, 1000)}) {
    EXPECT_EQ(timing_of(scenario).cycle, 2us);
    EXPECT_FALSE(timing_of(scenario).producer_has_part);
  }
}

TEST(RegimeTiming, A_work_of_0_is_planned_with_what_a_ring_needs) {
  const RegimeTiming timing = timing_of(blocking(256, 0us, 0us));
  EXPECT_GT(timing.cycle, 1ns);
  EXPECT_LT(timing.cycle, 10us);
}

TEST(RegimeTiming, Counted_where_a_slice_holds_whole_cycles) {
  Slice slice = test::plain_slice(1000, 200);
  slice.cycles = {.warm_up = 1, .count = 4, .whole = true};
  EXPECT_EQ(counted_cycle(slice, test::half_ns_clock()), 50us);
  slice.cycles.whole = false;
  EXPECT_EQ(counted_cycle(slice, test::half_ns_clock()), std::nullopt);
  slice.cycles = {.warm_up = 1, .count = 0, .whole = true};
  EXPECT_EQ(counted_cycle(slice, test::half_ns_clock()), std::nullopt);
}

TEST(SlicePlan, Two_cycles_of_warm_up_and_edges_that_wait_for_the_next_one) {
  const PlannedSlice slice = plan_slice(slow_consumer(), {.cycle = 30ms, .producer_has_part = true}, 0);
  EXPECT_GE(slice.plan.warm_up, 60ms);
  EXPECT_EQ(slice.plan.measured, slice_measured);
  EXPECT_GE(slice.plan.edge_patience, 60ms);
  EXPECT_FALSE(slice.warm_up_capped);
}

TEST(SlicePlan, Short_cycles_cost_no_time) {
  const PlannedSlice slice = plan_slice(blocking(256, 2us, 1us), {.cycle = 20us, .producer_has_part = true}, 0);
  EXPECT_LE(slice.plan.warm_up + slice.plan.measured + slice.plan.cool_down, 60ms);
}

TEST(SlicePlan, Cycles_that_the_producer_has_no_part_in_are_measured_fifty_times) {
  const auto measured = [](Nanoseconds cycle) {
    return plan_slice(scenario_of(WaitKind::sleep, 2000, 1000), {.cycle = cycle}, 0).plan.measured;
  };
  EXPECT_EQ(measured(10us), slice_measured);
  EXPECT_EQ(measured(2ms), 100ms);
  EXPECT_EQ(measured(20ms), 5 * slice_measured);
}

TEST(SlicePlan, Each_slice_begins_at_another_phase_of_the_cycle) {
  SlicePlanner planner(slow_consumer());
  const Nanoseconds cycle = planner.timing().cycle;
  std::vector<double> phases;
  for (int i = 0; i < 20; ++i) phases.push_back((planner.next().plan.warm_up - 2 * cycle) / cycle);
  std::ranges::sort(phases);
  EXPECT_GE(phases.front(), 0);
  EXPECT_LT(phases.back(), 1);
  for (std::size_t i = 1; i < phases.size(); ++i) EXPECT_LT(phases[i] - phases[i - 1], 0.1) << "evenly";
}

TEST(SlicePlan, A_long_queue_is_given_the_time_to_fill_and_to_drain) {
  // It fills at the difference of the rates: 4096 slots, one in 11 us.
  const Scenario scenario = blocking(4096, 1us, 1.1us);
  const PlannedSlice slice = plan_slice(scenario, timing_of(scenario), 0);
  EXPECT_GE(slice.plan.warm_up, 4096 * 11us);
  EXPECT_GE(slice.plan.cool_down, 4096 * 1.1us);
  EXPECT_LT(SlicePlanner(blocking(256, 1.1us, 1us)).next().plan.warm_up, 10ms) << "it stays empty";
}

TEST(SlicePlan, The_longest_queue_at_a_microsecond_is_not_clipped) {
  for (const auto& [wp, wc] : {std::pair(1us, 1.02us), std::pair(1us, 1.5us)}) {
    const Scenario scenario = blocking(32768, wp, wc);
    const PlannedSlice slice = plan_slice(scenario, timing_of(scenario), 0);
    EXPECT_GE(slice.plan.warm_up, 32768 * wp * (wc / (wc - wp)));
    EXPECT_GE(slice.plan.cool_down, 32768 * wc);
    EXPECT_FALSE(slice.warm_up_capped);
  }
}

TEST(SlicePlan, A_warm_up_that_is_cut_says_so) {
  const Scenario scenario = blocking(32768, 10us, 10.1us);
  const PlannedSlice slice = plan_slice(scenario, timing_of(scenario), 0);
  EXPECT_EQ(slice.plan.warm_up, warm_up_max);
  EXPECT_TRUE(slice.warm_up_capped);
  EXPECT_GE(slice.plan.cool_down, 32768 * 10.1us) << "what drains the queue is never cut";
}

TEST(SlicePlanner, Plans_with_the_cycle_as_it_was_counted) {
  SlicePlanner planner(blocking(256, 2us, 1us));
  Slice slice = test::plain_slice(1000, 20'000);
  slice.cycles = {.warm_up = 1, .count = 2, .whole = true};
  planner.learn(slice, test::half_ns_clock());
  EXPECT_EQ(planner.timing().cycle, 10ms);
  EXPECT_GE(planner.next().plan.warm_up, 20ms);
}

TEST(SlicePlanner, Where_none_was_counted_with_N_and_S_as_they_were_measured) {
  SlicePlanner planner(blocking(256, 2us, 1us));
  const Nanoseconds before = planner.timing().cycle;
  Slice slice = test::plain_slice(1000, 2000);
  slice.to_consumer.notify = {Nanoseconds(1000), Nanoseconds(1000), Nanoseconds(1000)};
  slice.to_consumer.startup = {Nanoseconds(50'000), Nanoseconds(50'000), Nanoseconds(50'000)};
  planner.learn(slice, test::half_ns_clock());
  EXPECT_LT(before, 10us);
  EXPECT_NEAR(planner.timing().cycle.count(), 51 * 2000 + 1000, 1);
}

}  // namespace
}  // namespace kickbench::bench
