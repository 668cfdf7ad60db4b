// Emulated work: never less than asked for, and every tick of it accounted for. Nothing here asserts that something was
// quick.
#include "notify/pace.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <thread>

#include "notify/spin_for.hpp"

namespace kickbench {
namespace {

constexpr TickSpan never_a_gap{std::int64_t{1} << 60};

void do_items(DeadlinePace& pace, int count) {
  for (int i = 0; i < count; ++i) {
    ASSERT_EQ(pace.begin_item(), pace.now()) << "an item begins where the last one ended";
    pace.end_item();
  }
}

class DeadlineWork : public testing::TestWithParam<std::int64_t> {
 protected:
  TickSpan work() const { return {GetParam()}; }
};
INSTANTIATE_TEST_SUITE_P(Ticks, DeadlineWork, testing::Values(1, 10, 100, 1000, 20'000));

TEST_P(DeadlineWork, Items_take_at_least_their_work) {
  constexpr int item_count = 500;
  DeadlinePace pace(work(), never_a_gap);
  const TickTime start = read_ticks();
  pace.restart(start);
  for (int i = 1; i <= item_count; ++i) {
    do_items(pace, 1);
    ASSERT_GE(pace.now() - start, TickSpan{i * work().count});
    ASSERT_EQ(pace.end_of_stamped_item(), pace.now());
  }
  EXPECT_GE(read_ticks(), pace.now()) << "now() is an instant that has passed";
}

TEST_P(DeadlineWork, Every_tick_is_work_gap_or_excluded) {
  constexpr int item_count = 500;
  DeadlinePace pace(work(), {5000});
  const TickTime start = read_ticks();
  pace.restart(start);
  do_items(pace, item_count);
  const TickSpan excluded{12'345};
  pace.exclude(excluded);
  do_items(pace, item_count);
  ASSERT_EQ(pace.pause(), pace.now());
  const PaceCounters& counters = pace.counters();
  EXPECT_EQ(counters.work + counters.gap_time + excluded, pace.now() - start);
  EXPECT_GE(counters.work, TickSpan{2 * item_count * work().count});
  EXPECT_EQ(counters.gap_time > TickSpan{}, counters.gaps > 0);
}

TEST(DeadlinePace, What_lies_between_pause_and_restart_is_no_work) {
  DeadlinePace pace({1000}, never_a_gap);
  const TickTime start = read_ticks();
  pace.restart(start);
  do_items(pace, 10);
  const TickTime paused = pace.pause();
  const TickTime resumed = paused + TickSpan{50'000'000};
  pace.restart(resumed);
  EXPECT_EQ(pace.now(), resumed);
  pace.pause();
  EXPECT_EQ(pace.counters().work, paused - start);
}

TEST(DeadlinePace, Pausing_twice_counts_work_once) {
  DeadlinePace pace({1000}, never_a_gap);
  const TickTime start = read_ticks();
  pace.restart(start);
  do_items(pace, 10);
  pace.pause();
  pace.pause();
  EXPECT_EQ(pace.counters().work, pace.now() - start);
}

TEST(DeadlinePace, Excluded_span_moves_the_next_deadline) {
  const TickSpan work{2000};
  const TickSpan notification{3'000'000};
  DeadlinePace pace(work, never_a_gap);
  const TickTime start = read_ticks();
  pace.restart(start);
  do_items(pace, 1);
  const TickTime before = pace.now();
  pace.exclude(notification);
  EXPECT_EQ(pace.now(), before + notification);
  do_items(pace, 1);
  EXPECT_GE(pace.now() - start, notification + work + work);
  pace.pause();
  EXPECT_EQ(pace.counters().work, pace.now() - start - notification);
}

TEST(DeadlinePace, A_deadline_missed_by_a_little_is_caught_up_with) {
  DeadlinePace pace({1'000'000}, {900'000'000});
  const TickTime start = read_ticks();
  pace.restart(start);
  pace.begin_item();
  while (read_ticks() - start < TickSpan{2'500'000}) {
  }
  pace.end_item();
  do_items(pace, 9);
  EXPECT_GE(pace.now() - start, TickSpan{10'000'000}) << "deadlines are absolute";
  EXPECT_EQ(pace.counters().overruns, 0U);
  EXPECT_EQ(pace.counters().gaps, 0U);
}

TEST(DeadlinePace, Time_taken_away_beyond_the_bound_is_a_gap_and_no_work) {
  const TickSpan work{1000};
  DeadlinePace pace(work, {100'000});
  const TickTime start = read_ticks();
  pace.restart(start);
  const TickTime begun = pace.begin_item();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const TickSpan away = read_ticks() - begun;
  pace.end_item();
  ASSERT_GT(away, TickSpan{1'000'000}) << "a counter that slow needs another bound in this test";
  EXPECT_EQ(pace.counters().gaps, 1U);
  EXPECT_EQ(pace.counters().overruns, 0U);
  EXPECT_GE(pace.counters().gap_time, away - work);
  const TickTime resumed = pace.now();
  pace.pause();
  EXPECT_EQ(pace.counters().work, work) << "of the item that was interrupted, W is work";
  do_items(pace, 1);
  EXPECT_GE(pace.now() - resumed, work) << "the next deadline counts from the end of the gap";
}

TEST(DeadlinePace, Work_shorter_than_what_it_costs_to_emulate_overruns) {
  DeadlinePace pace({1}, {50'000});
  pace.restart(read_ticks());
  std::uint64_t item_count = 0;
  while (pace.counters().overruns < 3) {
    ASSERT_LT(item_count, 100'000'000U) << "1 tick is too little for a clock read, yet no overrun was counted";
    ++item_count;
    pace.begin_item();
    pace.end_item();
  }
}

TEST(FreePace, Stamps_two_items_in_a_row_of_128) {
  static_assert(FreePace::sample_period == 128 && !FreePace::reads_clock && DeadlinePace::reads_clock);
  FreePace pace;
  pace.restart(read_ticks());
  TickTime last_stamp = pace.now();
  for (int item = 1; item <= 128 * 20; ++item) {
    const TickTime stamp = pace.begin_item();
    ASSERT_EQ(stamp != TickTime{}, item % 128 < 2) << item;
    pace.end_item();
    if (stamp == TickTime{}) continue;
    EXPECT_GE(stamp, last_stamp);
    EXPECT_EQ(pace.now(), stamp);
    EXPECT_GE(pace.end_of_stamped_item(), stamp);
    last_stamp = stamp;
  }
}

TEST(FreePace, Excluded_span_moves_its_clock_and_counts_nothing) {
  FreePace pace;
  pace.restart({1000});
  pace.exclude({234});
  EXPECT_EQ(pace.now(), TickTime{1234});
  EXPECT_GE(pace.pause(), TickTime{1234});
  EXPECT_EQ(pace.counters().work, TickSpan{});
  EXPECT_EQ(pace.counters().gaps + pace.counters().overruns, 0U);
}

TEST(SpinFor, Takes_at_least_its_span) {
  for (const std::int64_t span : {0, 1, 100, 100'000}) {
    const TickTime begin = read_ticks();
    spin_for({span});
    EXPECT_GE(read_ticks() - begin, TickSpan{span});
  }
}

}  // namespace
}  // namespace kickbench
