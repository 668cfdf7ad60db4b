// The strategies that ask for no notification, and what a loop does around any of them.
#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <string_view>
#include <thread>

#include "notify/wait/poll.hpp"
#include "notify/wait/sleep.hpp"
#include "notify/wait/wait_for_work.hpp"
#include "notify/wait/waits.hpp"
#include "tests/notify/scripted.hpp"

namespace kickbench {
namespace {

using namespace std::chrono_literals;
using test::Log;

class WaitTest : public testing::Test {
 protected:
  Log log_;
  test::ScriptedPort port_{log_};
  StopFlag stop_;
  SideRecord own_;
};

using PollWaitTest = WaitTest;

TEST_F(PollWaitTest, Looks_until_there_is_work_and_asks_for_nothing) {
  port_.ready_answers = {false, false, false, true};
  EXPECT_TRUE(PollWait(stop_, own_).until_ready(port_));
  EXPECT_EQ(log_, Log(4, "ready"));
  EXPECT_EQ(own_.counters.empty_polls, 3U);
}

TEST_F(PollWaitTest, Stop_ends_it) {
  port_.on_ready = [&] {
    if (log_.size() == 10) stop_.request();
  };
  EXPECT_FALSE(PollWait(stop_, own_).until_ready(port_));
  EXPECT_EQ(log_.size(), 10U);
}

TEST_F(PollWaitTest, A_fault_ends_it) {
  port_.on_ready = [&] {
    if (log_.size() == 10) port_.fault_found = RingFault::head_in_flight;
  };
  EXPECT_FALSE(PollWait(stop_, own_).until_ready(port_));
  EXPECT_EQ(log_.size(), 10U);
}

TEST_F(PollWaitTest, Work_that_is_there_is_done_before_a_stop) {
  port_.ready_answers = {true};
  stop_.request();
  EXPECT_TRUE(PollWait(stop_, own_).until_ready(port_));
}

using SleepWaitTest = WaitTest;

TEST_F(SleepWaitTest, Sleeps_between_looks_and_asks_for_nothing) {
  port_.ready_answers = {false, false, true};
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(SleepWait(3ms, stop_, own_).until_ready(port_));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 6ms) << "a sleep is never shorter than asked for";
  EXPECT_EQ(log_, Log(3, "ready"));
  EXPECT_EQ(own_.counters.sleeps, 2U);
  ASSERT_EQ(own_.waits.count(), 2U) << "one record a sleep";
  EXPECT_LT(own_.waits[0].begin, own_.waits[0].look);
  EXPECT_LE(own_.waits[0].look, own_.waits[1].begin);
  EXPECT_EQ(own_.waits[0].signal, 0U);
}

TEST_F(SleepWaitTest, A_long_sleep_lasts_its_whole_length) {
  port_.ready_answers = {false, true};
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(SleepWait(120ms, stop_, own_).until_ready(port_));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 120ms);
  EXPECT_EQ(own_.counters.sleeps, 1U);
}

TEST_F(SleepWaitTest, Does_not_sleep_when_there_is_work) {
  port_.ready_answers = {true};
  EXPECT_TRUE(SleepWait(24h, stop_, own_).until_ready(port_));
  EXPECT_EQ(own_.counters.sleeps, 0U);
  EXPECT_EQ(own_.waits.count(), 0U);
}

TEST_F(SleepWaitTest, Stop_before_the_sleep_ends_it) {
  stop_.request();
  EXPECT_FALSE(SleepWait(24h, stop_, own_).until_ready(port_));
  EXPECT_EQ(own_.counters.sleeps, 0U);
}

TEST_F(SleepWaitTest, Stop_cuts_a_long_sleep_short) {
  std::thread stopper([&] {
    std::this_thread::sleep_for(20ms);
    stop_.request();
  });
  EXPECT_FALSE(SleepWait(24h, stop_, own_).until_ready(port_));  // not to return is to fail
  stopper.join();
  EXPECT_EQ(own_.counters.sleeps, 1U);
}

TEST_F(SleepWaitTest, A_fault_ends_it) {
  port_.on_ready = [&] { port_.fault_found = RingFault::used_len_too_long; };
  EXPECT_FALSE(SleepWait(24h, stop_, own_).until_ready(port_));
  EXPECT_EQ(own_.counters.sleeps, 0U);
}

/// A pace whose instants are made up.
struct ScriptedPace {
  static constexpr bool reads_clock = true;
  TickTime paused_at{1000};
  TickTime restarted_at{};
  TickTime pause() noexcept { return paused_at; }
  void restart(TickTime now) noexcept { restarted_at = now; }
};

TEST_F(WaitTest, Time_without_work_is_waiting_and_the_pace_starts_afresh_at_the_look_that_found_some) {
  port_.ready_answers = {false, true};
  ScriptedPace pace;
  PollWait wait(stop_, own_);
  pace.paused_at = read_ticks();
  EXPECT_TRUE(wait_for_work(port_, pace, wait, own_));
  EXPECT_GT(pace.restarted_at, pace.paused_at);
  EXPECT_EQ(own_.counters.waiting, pace.restarted_at - pace.paused_at);
}

TEST_F(WaitTest, A_wait_that_was_given_up_restarts_nothing) {
  stop_.request();
  ScriptedPace pace;
  PollWait wait(stop_, own_);
  EXPECT_FALSE(wait_for_work(port_, pace, wait, own_));
  EXPECT_EQ(pace.restarted_at, TickTime{});
  EXPECT_EQ(own_.counters.waiting, TickSpan{});
}

TEST_F(WaitTest, Polling_without_work_to_emulate_reads_no_clock) {
  port_.ready_answers = {false, true};
  FreePace pace;
  pace.restart({77});
  PollWait wait(stop_, own_);
  EXPECT_TRUE(wait_for_work(port_, pace, wait, own_));
  EXPECT_EQ(own_.counters.waiting, TickSpan{});
  EXPECT_EQ(pace.now(), TickTime{77});
}

TEST_F(WaitTest, A_wait_ends_for_a_fault_or_because_the_run_is_over) {
  EXPECT_EQ(end_of(port_), LoopEnd::stopped);
  port_.fault_found = RingFault::head_in_flight;
  EXPECT_EQ(end_of(port_), LoopEnd::ring_fault);
}

TEST(WaitTable, Names_each_strategy_once) {
  std::set<std::string_view> names;
  std::set<WaitKind> kinds;
  for (const WaitKindRow& row : wait_kinds) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_TRUE(kinds.insert(row.kind).second) << row.name;
    EXPECT_FALSE(row.description.empty());
    EXPECT_EQ(row.needs_notifier, row.kind == WaitKind::block || row.kind == WaitKind::spin_block) << row.name;
  }
  EXPECT_EQ(names.size(), std::variant_size_v<AnyWait>);
}

}  // namespace
}  // namespace kickbench
