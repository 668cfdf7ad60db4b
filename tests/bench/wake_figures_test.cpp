// Rounds of a calibration as figures: intervals over rounds, and notifiers compared within each round.
#include "bench/calibration/wake_figures.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "bench/calibration/rounds.hpp"
#include "tests/bench/made_up_costs.hpp"

namespace kickbench::bench {
namespace {

using test::wake_of;

/// A block in which every wake cost the same.
WakeBlock block_of(const std::string& notifier, std::uint32_t round, double notify_ns, double startup_ns,
                   std::optional<LineClass> line_class = LineClass::mid) {
  return {.plan = {.notifier = notifier, .notification = Notification::to_consumer, .idle = {}},
          .round = round,
          .line_class = line_class,
          .wakes = std::vector<TimedWake>(10, {.idle = Nanoseconds(50'000), .wake = wake_of(notify_ns, startup_ns)}),
          .needless = std::vector<Nanoseconds>(10, Nanoseconds(notify_ns / 10)),
          .arming = {},
          .asking = {},
          .away_share = 0};
}

const WakeFigure* find(const std::vector<WakeFigure>& figures, const std::string& state, Quantity quantity) {
  for (const WakeFigure& figure : figures) {
    if (figure.state.name == state && figure.quantity == quantity) return &figure;
  }
  return nullptr;
}

const NotifierRatio* find(const std::vector<NotifierRatio>& ratios, const std::string& state, Quantity quantity) {
  for (const NotifierRatio& ratio : ratios) {
    if (ratio.state.name == state && ratio.quantity == quantity) return &ratio;
  }
  return nullptr;
}

TEST(PeerStates, Cover_all_idle_times_and_overlap_nowhere) {
  EXPECT_FALSE(peer_states().front().waits());
  for (std::size_t i = 2; i < peer_states().size(); ++i) {
    EXPECT_EQ(peer_states()[i].idle_from, peer_states()[i - 1].idle_to);
  }
  EXPECT_EQ(peer_states().back().idle_to, endless);
}

TEST(WakeFigures, Have_the_mean_count_of_system_calls_of_their_kind) {
  std::vector<WakeBlock> blocks{block_of("futex", 0, 1000, 5000), block_of("futex", 1, 1000, 5000)};
  blocks[0].waking_calls = {.notifications = 10, .sender = 10, .waiter = 15};
  blocks[1].waking_calls = {.notifications = 30, .sender = 20, .waiter = 30};
  blocks[0].needless_calls = {.notifications = 48, .sender = 12, .waiter = 0};
  const auto figures = figures_of(blocks);
  const CallsPerNotification woken = find(figures, "20 to 200 us", Quantity::startup)->calls;
  EXPECT_DOUBLE_EQ(woken.sender, 30. / 40);
  EXPECT_DOUBLE_EQ(woken.waiter, 45. / 40);
  const CallsPerNotification running = find(figures, "runs", Quantity::notify)->calls;
  EXPECT_DOUBLE_EQ(running.sender, 12. / 48);
  EXPECT_DOUBLE_EQ(running.waiter, 0);
}

TEST(WakeFigures, Are_medians_of_the_rounds_medians_with_an_interval_over_the_rounds) {
  std::vector<WakeBlock> blocks;
  for (std::uint32_t round = 0; round < 6; ++round) {
    blocks.push_back(block_of("eventfd", round, 1000 + 100 * round, 5000 - 100 * round));
  }
  const auto figures = figures_of(blocks);
  const WakeFigure* const notify = find(figures, "20 to 200 us", Quantity::notify);
  ASSERT_NE(notify, nullptr);
  EXPECT_EQ(notify->estimate.median, 1250);
  ASSERT_TRUE(notify->estimate.interval);
  EXPECT_EQ(notify->estimate.interval->lower, 1000);
  EXPECT_EQ(notify->estimate.interval->upper, 1500);
  EXPECT_GT(notify->estimate.interval->coverage, 0.95);
  EXPECT_EQ(notify->estimate.rounds, 6U);
  EXPECT_EQ(notify->estimate.samples, 60U);
  EXPECT_EQ(notify->estimate.graded.grade, Grade::spoiled) << "half of the interval is 20 % of the median";
  EXPECT_EQ(find(figures, "20 to 200 us", Quantity::startup)->estimate.median, 4750);
  const WakeFigure* const handover = find(figures, "20 to 200 us", Quantity::handover);
  EXPECT_EQ(handover->estimate.interval->lower, 6000) << "the same in all rounds";
  EXPECT_EQ(handover->estimate.graded.grade, Grade::quiet);
  EXPECT_EQ(find(figures, "runs", Quantity::notify)->estimate.median, 125);
  EXPECT_EQ(find(figures, "runs", Quantity::startup), nullptr) << "nobody is woken";
  EXPECT_EQ(find(figures, "just gone", Quantity::notify), nullptr) << "nothing was measured there";
}

TEST(WakeFigures, Are_spoiled_where_the_CPU_was_away_or_rounds_are_few) {
  std::vector<WakeBlock> blocks;
  for (std::uint32_t round = 0; round < 6; ++round) {
    blocks.push_back(block_of("eventfd", round, 1000, 5000));
    blocks.back().away_share = 0.1;
  }
  EXPECT_EQ(find(figures_of(blocks), "runs", Quantity::notify)->estimate.graded.grade, Grade::spoiled);
  for (WakeBlock& block : blocks) block.away_share = 0.01;
  EXPECT_EQ(find(figures_of(blocks), "runs", Quantity::notify)->estimate.graded.grade, Grade::quiet);
  blocks.resize(2);
  EXPECT_EQ(find(figures_of(blocks), "runs", Quantity::notify)->estimate.graded.grade, Grade::spoiled);
}

TEST(NotifierRatios, What_drifts_from_round_to_round_falls_on_both) {
  std::vector<WakeBlock> blocks;
  for (std::uint32_t round = 0; round < 8; ++round) {
    const double drift = 1 + round;
    blocks.push_back(block_of("eventfd", round, 1000 * drift, 4000 * drift));
    blocks.push_back(block_of("futex", round, 500 * drift, 4000 * drift));
  }
  const auto ratios = ratios_of(blocks, "eventfd");
  const NotifierRatio* const notify = find(ratios, "20 to 200 us", Quantity::notify);
  ASSERT_NE(notify, nullptr);
  EXPECT_EQ(notify->notifier, "futex");
  EXPECT_EQ(notify->base, "eventfd");
  EXPECT_DOUBLE_EQ(notify->ratio.median, 0.5);
  EXPECT_DOUBLE_EQ(notify->ratio.interval->lower, 0.5);
  EXPECT_DOUBLE_EQ(notify->ratio.interval->upper, 0.5);
  EXPECT_EQ(notify->ratio.rounds, 8U);
  EXPECT_EQ(notify->ratio.graded.grade, Grade::quiet);
  EXPECT_TRUE(notify->resolved());
  EXPECT_FALSE(find(ratios, "20 to 200 us", Quantity::startup)->resolved()) << "the interval is 1";
  EXPECT_EQ(find(figures_of(blocks), "20 to 200 us", Quantity::notify)->estimate.graded.grade, Grade::spoiled);
}

TEST(NotifierRatios, No_difference_is_resolved_where_the_interval_includes_1) {
  const auto resolved = [](double least) {
    std::vector<WakeBlock> blocks;
    for (std::uint32_t round = 0; round < 8; ++round) {
      blocks.push_back(block_of("eventfd", round, 1000, 1000));
      blocks.push_back(block_of("futex", round, 1000 * (least + 0.1 * round), 1000));
    }
    return find(ratios_of(blocks, "eventfd"), "20 to 200 us", Quantity::notify)->resolved();
  };
  EXPECT_FALSE(resolved(0.8));
  EXPECT_TRUE(resolved(1.2));
  EXPECT_TRUE(resolved(0.1));
}

TEST(NotifierRatios, Rounds_in_which_the_line_was_of_different_classes_are_no_pair) {
  std::vector<WakeBlock> blocks;
  for (std::uint32_t round = 0; round < 8; ++round) {
    blocks.push_back(block_of("eventfd", round, 1000, 1000, round < 5 ? LineClass::mid : LineClass::far));
    blocks.push_back(
        block_of("futex", round, round < 3 ? 2000 : 9000, 1000, round < 3 ? LineClass::mid : LineClass::near));
  }
  const auto ratios = ratios_of(blocks, "eventfd");
  const NotifierRatio* const notify = find(ratios, "20 to 200 us", Quantity::notify);
  ASSERT_NE(notify, nullptr);
  EXPECT_EQ(notify->ratio.rounds, 3U);
  EXPECT_EQ(notify->ratio.median, 2);
  for (const NotifierRatio& ratio : ratios) EXPECT_EQ(ratio.line_class, LineClass::mid);
}

TEST(NotifierRatios, There_is_none_of_a_start_up_that_is_not_above_0) {
  std::vector<WakeBlock> blocks;
  for (std::uint32_t round = 0; round < 4; ++round) {
    blocks.push_back(block_of("eventfd", round, 1000, 1000));
    blocks.push_back(block_of("futex", round, 1000, round == 2 ? -50 : 1000));
  }
  const auto ratios = ratios_of(blocks, "eventfd");
  EXPECT_EQ(find(ratios, "20 to 200 us", Quantity::startup), nullptr);
  EXPECT_NE(find(ratios, "20 to 200 us", Quantity::handover), nullptr);
}

TEST(Rounds, Every_notifier_comes_up_alike_in_each_and_at_every_place_in_turn) {
  const std::vector<std::string> notifiers{"a", "b", "c"};
  const auto text = [](const BlockPlan& plan) {
    return plan.notifier + std::string(name_of(plan.notification)) + std::to_string(plan.idle.from.count());
  };
  std::set<std::string> first;
  std::map<std::string, int> met;
  const std::size_t per_round = blocks_of_round(notifiers, 0).size();
  EXPECT_EQ(per_round, 12U);
  for (std::uint32_t round = 0; round < per_round; ++round) {
    const std::vector<BlockPlan> blocks = blocks_of_round(notifiers, round);
    std::set<std::string> in_round;
    for (const BlockPlan& block : blocks) in_round.insert(text(block));
    EXPECT_EQ(in_round.size(), per_round) << "each once";
    first.insert(text(blocks.front()));
  }
  EXPECT_GE(first.size(), per_round / 2) << "always the same one first";
  EXPECT_TRUE(blocks_of_round({}, 3).empty());
}

TEST(Rounds, Idle_times_reach_from_just_gone_to_long_halted) {
  Nanoseconds shortest = endless;
  Nanoseconds longest{0};
  for (const BlockPlan& block : blocks_of_round({"a"}, 0)) {
    shortest = std::min(shortest, block.idle.from);
    longest = std::max(longest, block.idle.to);
  }
  EXPECT_LE(shortest, idle_ladder().front());
  EXPECT_GE(longest, idle_ladder().back());
}

}  // namespace
}  // namespace kickbench::bench
