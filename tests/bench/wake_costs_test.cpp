// From the blocks of a calibration to costs that others reckon with: what is put together, and what is not.
#include "bench/calibration/wake_costs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <set>

#include "bench/calibration/costs.hpp"
#include "tests/bench/made_up_costs.hpp"

namespace kickbench::bench {
namespace {

using test::cost_of;
using test::rung_of;
using test::wake_of;
using testing::ElementsAre;

WakeBlock block_of(const std::vector<TimedWake>& wakes, std::optional<LineClass> line_class = LineClass::mid,
                   double away_share = 0) {
  return {.plan = {.notifier = "futex", .notification = Notification::to_consumer, .idle = {}},
          .round = 0,
          .line_class = line_class,
          .wakes = wakes,
          .needless = {},
          .arming = {},
          .asking = {},
          .away_share = away_share};
}

/// So many wakes of a peer that had been idle for so long.
std::vector<TimedWake> wakes_of(std::size_t count, double idle_ns, double notify_ns, double startup_ns = 100) {
  return std::vector<TimedWake>(count, {.idle = Nanoseconds(idle_ns), .wake = wake_of(notify_ns, startup_ns)});
}

std::vector<TimedWake> operator+(std::vector<TimedWake> a, const std::vector<TimedWake>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

std::vector<double> idle_times(const WakeCost& cost) {
  std::vector<double> times;
  for (const model::IdleRung& rung : cost.table) times.push_back(rung.idle.count());
  return times;
}

std::set<double> notify_of(const model::IdleRung& rung) {
  std::set<double> values;
  for (const model::Wake& wake : rung.wakes) values.insert(wake.notify.count());
  return values;
}

TEST(IdleLadder, Reaches_from_just_gone_to_long_halted) {
  const std::vector<Nanoseconds> ladder(idle_ladder().begin(), idle_ladder().end());
  EXPECT_TRUE(std::ranges::is_sorted(ladder));
  EXPECT_LE(ladder.front(), Nanoseconds(50));
  EXPECT_GE(ladder.back(), Nanoseconds(1'000'000));
  for (const double us : {1, 2, 5, 10, 20, 50, 100}) {
    EXPECT_NE(std::ranges::find(ladder, Nanoseconds(1000 * us)), ladder.end()) << us << " us";
  }
}

TEST(WakeCosts, Wakes_go_to_the_rung_that_is_nearest_on_a_logarithmic_scale) {
  // 1400 ns is nearer to 2000 by difference of neither: sqrt(1000 * 1500) is 1225, sqrt(1500 * 2000) is 1732.
  const std::vector blocks{block_of(wakes_of(20, 1200, 1) + wakes_of(20, 1250, 2) + wakes_of(20, 1700, 3) +
                                    wakes_of(20, 1760, 4) + wakes_of(20, -30, 5) + wakes_of(20, 9e9, 6))};
  const WakeCosts costs = wake_costs_of(blocks);
  ASSERT_EQ(costs.all().size(), 1U);
  const WakeCost& cost = costs.all().front();
  EXPECT_THAT(idle_times(cost), ElementsAre(50, 1000, 1500, 2000, 2'000'000));
  EXPECT_THAT(notify_of(cost.table[0]), ElementsAre(5));
  EXPECT_THAT(notify_of(cost.table[1]), ElementsAre(1));
  EXPECT_THAT(notify_of(cost.table[2]), ElementsAre(2, 3));
  EXPECT_THAT(notify_of(cost.table[3]), ElementsAre(4));
  EXPECT_THAT(notify_of(cost.table[4]), ElementsAre(6));
}

TEST(WakeCosts, A_rung_with_few_wakes_leaves_it_to_its_neighbours) {
  const std::vector blocks{block_of(wakes_of(3, 1000, 1) + wakes_of(30, 2000, 2))};
  EXPECT_THAT(idle_times(wake_costs_of(blocks).all().front()), ElementsAre(2000));
  const std::vector none{block_of(wakes_of(3, 1000, 1))};
  EXPECT_TRUE(wake_costs_of(none).all().empty());
}

TEST(WakeCosts, Each_N_keeps_its_S) {
  std::vector<TimedWake> wakes;
  for (int i = 0; i < 100; ++i) wakes.push_back({.idle = Nanoseconds(1000), .wake = wake_of(i, 1000 - i)});
  const std::vector blocks{block_of(wakes)};
  const WakeCosts costs = wake_costs_of(blocks);
  for (const model::Wake& wake : costs.all().front().table.front().wakes) {
    EXPECT_EQ(wake.notify + wake.startup, Nanoseconds(1000));
  }
}

TEST(WakeCosts, Notifiers_ways_and_classes_are_kept_apart) {
  std::vector<WakeBlock> blocks;
  for (const char* const notifier : {"eventfd", "futex"}) {
    for (const Notification notification : {Notification::to_consumer, Notification::to_producer}) {
      for (const auto line_class :
           {std::optional(LineClass::mid), std::optional(LineClass::far), std::optional<LineClass>()}) {
        WakeBlock block = block_of(wakes_of(20, 1000, static_cast<double>(blocks.size()) + 1), line_class);
        block.plan.notifier = notifier;
        block.plan.notification = notification;
        blocks.push_back(block);
      }
    }
  }
  const WakeCosts costs = wake_costs_of(blocks);
  ASSERT_EQ(costs.all().size(), blocks.size());
  for (const WakeBlock& block : blocks) {
    const WakeCost* const cost = costs.find(block.plan.notifier, block.plan.notification, block.line_class);
    ASSERT_NE(cost, nullptr);
    EXPECT_EQ(notify_of(cost->table.front()), std::set{block.wakes.front().wake.notify.count()});
  }
  EXPECT_EQ(costs.find("futex", Notification::to_consumer, LineClass::near), nullptr);
  EXPECT_THAT(costs.notifiers(Notification::to_producer), ElementsAre("eventfd", "futex"));
}

TEST(WakeCosts, Disturbed_blocks_count_only_where_there_are_no_others) {
  const WakeBlock quiet = block_of(wakes_of(20, 1000, 1), LineClass::mid, 0.01);
  const WakeBlock disturbed = block_of(wakes_of(20, 1000, 2), LineClass::mid, 0.2);
  const WakeBlock elsewhere = block_of(wakes_of(20, 1000, 3), LineClass::far, 0.2);
  const std::vector all{quiet, disturbed, elsewhere};
  const WakeCosts costs = wake_costs_of(all);
  const auto values = [&](LineClass line_class) {
    return notify_of(costs.find("futex", Notification::to_consumer, line_class)->table.front());
  };
  EXPECT_THAT(values(LineClass::mid), ElementsAre(1));
  EXPECT_THAT(values(LineClass::far), ElementsAre(3));
}

TEST(WakeCosts, A_wake_in_whose_middle_a_CPU_was_away_does_not_count) {
  const std::vector blocks{block_of(wakes_of(100, 1000, 2000, 8000) + wakes_of(1, 1000, 4e6, 8000) +
                                    wakes_of(1, 1000, 2000, 4e6) +
                                    wakes_of(1, 1000, 4e6, -3.995e6) +  // looked while its waker was away
                                    wakes_of(1, 1000, 2100, 90'000))};  // slow, but nobody knows why
  const WakeCosts costs = wake_costs_of(blocks);
  EXPECT_EQ(costs.all().front().table.front().wakes.size(), 101U);
  EXPECT_THAT(notify_of(costs.all().front().table.front()), ElementsAre(2000, 2100));
}

TEST(WakeCosts, Absences_are_told_by_the_others_and_none_is_short) {
  EXPECT_FALSE(has_absence(Nanoseconds(100'000), Nanoseconds(10)));
  EXPECT_TRUE(has_absence(Nanoseconds(100'001), Nanoseconds(10)));
  EXPECT_FALSE(has_absence(Nanoseconds(300'000), Nanoseconds(30'000)));
  EXPECT_TRUE(has_absence(Nanoseconds(300'001), Nanoseconds(30'000)));
  const std::vector<Nanoseconds> samples{Nanoseconds(5), Nanoseconds(6), Nanoseconds(7), Nanoseconds(1e6)};
  EXPECT_THAT(without_absences(samples), ElementsAre(Nanoseconds(5), Nanoseconds(6), Nanoseconds(7)));
  EXPECT_THAT(without_absences(std::vector<Nanoseconds>()), ElementsAre());
}

TEST(WakeCosts, Early_and_late_rounds_weigh_the_same_where_there_are_too_many) {
  const std::vector blocks{block_of(wakes_of(5000, 1000, 1)), block_of(wakes_of(5000, 1000, 2))};
  const auto costs = wake_costs_of(blocks);
  const std::vector<model::Wake>& kept = costs.all().front().table.front().wakes;
  EXPECT_LT(kept.size(), 600U);
  EXPECT_GT(kept.size(), 200U);
  const auto early = static_cast<double>(std::ranges::count(kept, Nanoseconds(1), &model::Wake::notify));
  EXPECT_NEAR(early / static_cast<double>(kept.size()), 0.5, 0.01);
}

TEST(WakeCosts, Medians_are_of_the_nearest_rung_in_the_class_that_was_met_most) {
  const auto rung = [](double idle_ns, std::vector<double> startups) {
    model::IdleRung made{.idle = Nanoseconds(idle_ns), .wakes = {}};
    for (const double startup : startups) made.wakes.push_back(wake_of(startup / 10, startup));
    return made;
  };
  const WakeCosts costs(
      {cost_of("futex", Notification::to_consumer, {rung_of(1000, 9, 9)}, LineClass::far),
       cost_of("futex", Notification::to_consumer, {rung(1000, {100, 300, 200}), rung(4000, {400, 600, 500})}),
       cost_of("futex", Notification::to_consumer, {rung(1000, std::vector<double>(99, 7.0))}, std::nullopt)});
  EXPECT_EQ(costs.at("futex", Notification::to_consumer, Nanoseconds(1900)).startup, Nanoseconds(200));
  EXPECT_EQ(costs.at("futex", Notification::to_consumer, Nanoseconds(2100)).startup, Nanoseconds(500));
  EXPECT_EQ(costs.at("futex", Notification::to_consumer, Nanoseconds(2100)).notify, Nanoseconds(50));
  EXPECT_THROW(costs.at("futex", Notification::to_producer, Nanoseconds(1)), std::out_of_range);
  EXPECT_THROW(costs.most_met("eventfd", Notification::to_consumer), std::out_of_range);
}

TEST(Costs, Sleeps_are_without_the_times_that_the_CPU_was_away) {
  Facts facts;
  facts.sleeps = {{.asked = Nanoseconds(1000), .oversleeps = {Nanoseconds(50), Nanoseconds(60), Nanoseconds(4e6)}}};
  facts.producer_gaps = {.count = 3, .lost = Nanoseconds(30e3), .watched = Nanoseconds(1e6)};
  const Costs costs = costs_of(facts);
  EXPECT_THAT(costs.sleeps.front().oversleeps, ElementsAre(Nanoseconds(50), Nanoseconds(60)));
  EXPECT_DOUBLE_EQ(costs.producer_gaps.share(), 0.03);
  EXPECT_EQ(costs.consumer_gaps.share(), 0);
}

TEST(SleepCosts, The_length_that_is_nearest_on_a_logarithmic_scale) {
  const std::vector<SleepCost> costs{{Nanoseconds(1000), {}}, {Nanoseconds(100'000), {}}};
  EXPECT_EQ(nearest(costs, Nanoseconds(9'900))->asked, Nanoseconds(1000));
  EXPECT_EQ(nearest(costs, Nanoseconds(10'100))->asked, Nanoseconds(100'000));
  EXPECT_EQ(nearest(std::span<const SleepCost>(), Nanoseconds(1)), nullptr);
}

}  // namespace
}  // namespace kickbench::bench
