// Over a made-up clock, of which a read takes one tick, every deadline is known to the tick: a W that is doubled, a
// deadline that is not set anew or a notification that counts twice shows at once.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

#include "notify/pace.hpp"
#include "notify/spin_for.hpp"
#include "tests/notify/made_up_clock.hpp"

namespace kickbench {
namespace {

using test::made_up_clock;

constexpr TickTime start{5000};
constexpr TickTime at(std::int64_t since_start) { return start + TickSpan{since_start}; }

class ExactPace : public testing::Test {
 protected:
  ExactPace() { made_up_clock = {.now = start}; }
  void TearDown() override { EXPECT_EQ(pace_.now(), pace_.end_of_stamped_item()); }

  /// One item, of which the ring takes `ring`. Returns when it ended.
  TickTime item(std::int64_t ring = 7) {
    EXPECT_EQ(pace_.begin_item(), pace_.now()) << "an item begins where the last one ended";
    made_up_clock.pass({ring});
    pace_.end_item();
    EXPECT_EQ(pace_.now(), made_up_clock.now);
    return pace_.now();
  }

  static constexpr TickSpan work{100};
  static constexpr TickSpan bound{30};
  DeadlinePace pace_{work, bound};
};

TEST_F(ExactPace, Items_end_one_W_after_the_other_whatever_the_ring_takes) {
  pace_.restart(start);
  for (int i = 1; i <= 50; ++i) EXPECT_EQ(item(i), at(100 * i));
  EXPECT_EQ(pace_.pause(), at(5000));
  EXPECT_EQ(pace_.counters().work, TickSpan{5000});
  EXPECT_EQ(pace_.counters().gaps + pace_.counters().overruns, 0U);
}

TEST_F(ExactPace, An_item_that_is_late_up_to_the_bound_delays_no_other) {
  pace_.restart(start);
  EXPECT_EQ(item(129), at(130)) << "late by the bound";
  EXPECT_EQ(item(), at(200));
  EXPECT_EQ(item(109), at(310));
  EXPECT_EQ(item(), at(400));
  pace_.pause();
  EXPECT_EQ(pace_.counters().work, TickSpan{400});
  EXPECT_EQ(pace_.counters().gaps + pace_.counters().overruns, 0U);
}

TEST_F(ExactPace, An_item_that_is_later_is_a_gap_and_the_next_deadline_counts_from_its_end) {
  pace_.restart(start);
  EXPECT_EQ(item(), at(100));
  EXPECT_EQ(item(130), at(231)) << "late by the bound and one tick";
  EXPECT_EQ(item(), at(331));
  EXPECT_EQ(item(5000), at(5332));
  EXPECT_EQ(item(), at(5432));
  EXPECT_EQ(pace_.counters().gaps, 2U);
  EXPECT_EQ(pace_.counters().gap_time, (TickSpan{31 + 4901}));
  EXPECT_EQ(pace_.counters().overruns, 0U);
  pace_.pause();
  EXPECT_EQ(pace_.counters().work, TickSpan{5 * 100}) << "of an item with a gap, W is work";
}

TEST_F(ExactPace, A_gap_in_an_item_that_makes_up_for_the_last_one_is_what_goes_beyond_its_W) {
  pace_.restart(start);
  EXPECT_EQ(item(119), at(120));
  EXPECT_EQ(item(199), at(320)) << "its deadline was at 200, but it took 100 more than W";
  EXPECT_EQ(pace_.counters().gap_time, TickSpan{100});
  EXPECT_EQ(item(), at(420));
  pace_.pause();
  EXPECT_EQ(pace_.counters().work, (TickSpan{120 + 100 + 100}));
}

TEST_F(ExactPace, A_W_below_what_the_ring_takes_starts_anew_when_it_is_late_by_more_than_the_bound) {
  pace_.restart(start);
  for (int i = 1; i <= 3; ++i) EXPECT_EQ(item(109), at(110 * i)) << "10 more than W";
  EXPECT_EQ(pace_.counters().overruns, 0U);
  EXPECT_EQ(item(109), at(440));
  EXPECT_EQ(pace_.counters().overruns, 1U);
  EXPECT_EQ(item(), at(540)) << "what was missed until then is not caught up with";
  EXPECT_EQ(pace_.counters().gaps, 0U);
  pace_.pause();
  EXPECT_EQ(pace_.counters().work, TickSpan{540}) << "W as it was spent";
}

TEST_F(ExactPace, After_a_wait_W_counts_from_the_first_look) {
  pace_.restart(start);
  item(119);  // late: the wait must not carry that over
  EXPECT_EQ(pace_.pause(), at(120));
  made_up_clock.now = at(7777);
  pace_.restart(at(7777));
  EXPECT_EQ(pace_.now(), at(7777));
  EXPECT_EQ(item(), at(7877));
  EXPECT_EQ(item(), at(7977));
  pace_.pause();
  EXPECT_EQ(pace_.counters().work, (TickSpan{120 + 200}));
  EXPECT_EQ(pace_.counters().gaps, 0U) << "waiting is no gap";
}

TEST_F(ExactPace, A_notification_moves_the_deadline_by_what_it_took_once) {
  pace_.restart(start);
  EXPECT_EQ(item(), at(100));
  made_up_clock.pass({40});
  pace_.exclude({40});
  EXPECT_EQ(pace_.now(), at(140));
  EXPECT_EQ(item(), at(240));
  EXPECT_EQ(item(), at(340));
  pace_.pause();
  EXPECT_EQ(pace_.counters().work, TickSpan{300}) << "N is not W";
}

TEST_F(ExactPace, What_the_ring_takes_around_a_notification_stays_inside_the_next_W) {
  pace_.restart(start);
  EXPECT_EQ(item(), at(100));
  made_up_clock.pass({9 + 40});
  pace_.exclude({40});
  EXPECT_EQ(item(), at(240));
}

TEST_F(ExactPace, Pausing_twice_counts_work_once) {
  pace_.restart(start);
  item();
  pace_.pause();
  EXPECT_EQ(pace_.pause(), at(100));
  EXPECT_EQ(pace_.counters().work, TickSpan{100});
}

TEST_F(ExactPace, The_clock_is_read_once_an_item_where_the_ring_takes_all_of_W) {
  pace_.restart(start);
  const std::uint64_t reads = made_up_clock.reads;
  for (int i = 0; i < 10; ++i) item(99);
  EXPECT_EQ(made_up_clock.reads - reads, 10U);
  pace_.pause();
  EXPECT_EQ(made_up_clock.reads - reads, 10U);
}

TEST(ExactFreePace, Reads_the_clock_for_two_items_of_128_and_nowhere_else) {
  made_up_clock = {.now = start};
  FreePace pace;
  pace.restart(start);
  for (int item = 1; item <= 10 * 128; ++item) {
    made_up_clock.pass({50});
    const std::uint64_t reads = made_up_clock.reads;
    const TickTime stamp = pace.begin_item();
    pace.end_item();
    const bool stamped = item % 128 < 2;
    ASSERT_EQ(made_up_clock.reads - reads, stamped ? 1U : 0U) << item;
    ASSERT_EQ(stamp, stamped ? made_up_clock.now : TickTime{}) << item;
  }
}

TEST(ExactSpin, Ends_with_the_first_read_at_or_after_its_span) {
  for (const std::int64_t span : {0, 1, 2, 1000}) {
    made_up_clock = {.now = start};
    spin_for({span});
    EXPECT_EQ(made_up_clock.now, at(1 + std::max<std::int64_t>(span, 1)));
  }
}

}  // namespace
}  // namespace kickbench
