// The protocol that loses no wake-up: arm, look once more, wait, look. Step by step, against a scripted port and
// channel.
#include "notify/wait/block.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstdint>

#include "notify/wait/spin_block.hpp"
#include "tests/notify/scripted.hpp"

namespace kickbench {
namespace {

using test::Log;

class BlockingWait : public testing::Test {
 protected:
  BlockWait block(TickSpan startup = {}) { return {channel_, count_, 3, startup, stop_, own_}; }

  Log log_;
  test::ScriptedPort port_{log_};
  test::ScriptedChannel channel_{log_};
  SignalCount count_;
  StopFlag stop_;
  SideRecord own_;
};

using BlockWaitTest = BlockingWait;

TEST_F(BlockWaitTest, Arms_before_it_waits_and_looks_before_it_disarms) {
  port_.ready_answers = {true};
  EXPECT_TRUE(block().until_ready(port_));
  EXPECT_EQ(log_, (Log{"arm 3", "wait", "ready", "disarm"}));
  EXPECT_EQ(own_.counters.blocked_waits, 1U);
  EXPECT_EQ(own_.counters.cancelled_waits, 0U);
  EXPECT_EQ(own_.counters.spurious_wakeups, 0U);
}

TEST_F(BlockWaitTest, Gives_up_when_the_channel_is_broken) {
  channel_.on_wait = [&] { channel_.break_with(EINVAL); };
  EXPECT_FALSE(block().until_ready(port_));
  EXPECT_EQ(log_, (Log{"arm 3", "wait", "ready"})) << "waiting on would be polling";
  EXPECT_EQ(channel_.error(), EINVAL);
}

TEST_F(BlockWaitTest, Never_waits_when_arming_found_work) {
  port_.arm_answers = {ArmOutcome::work_pending};
  EXPECT_TRUE(block().until_ready(port_));
  EXPECT_EQ(log_, (Log{"arm 3", "disarm"}));
  EXPECT_EQ(own_.counters.blocked_waits, 0U);
  EXPECT_EQ(own_.counters.cancelled_waits, 1U);
  EXPECT_EQ(own_.waits.count(), 0U);
}

TEST_F(BlockWaitTest, Arms_again_after_each_spurious_wake_up) {
  port_.ready_answers = {false, false, true};
  EXPECT_TRUE(block().until_ready(port_));
  EXPECT_EQ(log_, (Log{"arm 3", "wait", "ready", "arm 3", "wait", "ready", "arm 3", "wait", "ready", "disarm"}));
  EXPECT_EQ(own_.counters.blocked_waits, 3U);
  EXPECT_EQ(own_.counters.spurious_wakeups, 2U);
  EXPECT_EQ(own_.waits.count(), 1U) << "one wait from the first request to the first look that found work";
}

TEST_F(BlockWaitTest, Work_found_while_arming_again_ends_the_wait) {
  port_.arm_answers = {ArmOutcome::may_sleep, ArmOutcome::work_pending};
  EXPECT_TRUE(block().until_ready(port_));
  EXPECT_EQ(log_, (Log{"arm 3", "wait", "ready", "arm 3", "disarm"}));
  EXPECT_EQ(own_.counters.blocked_waits, 1U);
  EXPECT_EQ(own_.counters.spurious_wakeups, 1U);
  EXPECT_EQ(own_.counters.cancelled_waits, 1U);
}

TEST_F(BlockWaitTest, Records_the_number_of_the_signal_that_was_sent_while_it_waited) {
  count_.sent = 7;
  channel_.on_wait = [&] { count_.sent = 8; };
  port_.ready_answers = {true};
  EXPECT_TRUE(block().until_ready(port_));
  ASSERT_EQ(own_.waits.count(), 1U);
  EXPECT_EQ(own_.waits[0].signal, 8U);
  EXPECT_LE(own_.waits[0].begin, own_.waits[0].look);
}

TEST_F(BlockWaitTest, Records_the_number_of_a_signal_that_beat_it_to_the_channel) {
  count_.sent = 7;
  port_.on_arm = [&] { count_.sent = 8; };  // sent between the request and the wait
  port_.ready_answers = {true};
  EXPECT_TRUE(block().until_ready(port_));
  ASSERT_EQ(own_.waits.count(), 1U);
  EXPECT_EQ(own_.waits[0].signal, 8U);
}

TEST_F(BlockWaitTest, Records_signal_0_where_an_older_latched_one_ended_the_wait) {
  count_.sent = 7;
  port_.ready_answers = {true};
  EXPECT_TRUE(block().until_ready(port_));
  ASSERT_EQ(own_.waits.count(), 1U);
  EXPECT_EQ(own_.waits[0].signal, 0U);
}

TEST_F(BlockWaitTest, Records_signal_0_where_the_only_signal_ended_an_earlier_spurious_wake_up) {
  count_.sent = 7;
  channel_.on_wait = [&] { count_.sent = 8; };  // sent for the first wait; the second ends without another
  port_.ready_answers = {false, true};
  EXPECT_TRUE(block().until_ready(port_));
  ASSERT_EQ(own_.waits.count(), 1U);
  EXPECT_EQ(own_.waits[0].signal, 0U);
}

TEST_F(BlockWaitTest, Startup_is_spun_between_the_wake_up_and_the_look) {
  const TickSpan startup{200'000};
  TickTime woken;
  channel_.on_wait = [&] {
    ++count_.sent;
    woken = read_ticks();
  };
  port_.ready_answers = {true};
  EXPECT_TRUE(block(startup).until_ready(port_));
  ASSERT_EQ(own_.waits.count(), 1U);
  EXPECT_GE(own_.waits[0].look - woken, startup);
}

TEST_F(BlockWaitTest, Startup_is_not_spun_where_an_older_latched_signal_ended_the_wait) {
  const TickSpan startup{1'000'000'000};
  port_.ready_answers = {true};
  EXPECT_TRUE(block(startup).until_ready(port_));
  ASSERT_EQ(own_.waits.count(), 1U);
  EXPECT_EQ(own_.waits[0].signal, 0U);
  EXPECT_LT(own_.waits[0].look - own_.waits[0].begin, startup);
}

TEST_F(BlockWaitTest, A_signal_that_is_sent_while_the_startup_is_spun_did_not_end_the_wait) {
  const TickSpan startup{200'000};
  count_.sent = 7;
  channel_.on_wait = [&] { count_.sent = 8; };
  port_.on_ready = [&] { count_.sent = 9; };  // as late as can be: at the look
  port_.ready_answers = {true};
  EXPECT_TRUE(block(startup).until_ready(port_));
  ASSERT_EQ(own_.waits.count(), 1U);
  EXPECT_EQ(own_.waits[0].signal, 8U);
}

TEST_F(BlockWaitTest, Stop_before_the_wait_ends_it_without_waiting) {
  stop_.request();
  EXPECT_FALSE(block().until_ready(port_));
  EXPECT_EQ(log_, (Log{"arm 3"}));
  EXPECT_EQ(own_.counters.blocked_waits, 0U);
}

TEST_F(BlockWaitTest, Stop_during_the_wait_ends_it) {
  channel_.on_wait = [&] { stop_.request(); };
  EXPECT_FALSE(block().until_ready(port_));
  EXPECT_EQ(log_, (Log{"arm 3", "wait", "ready", "arm 3"}));
}

TEST_F(BlockWaitTest, A_fault_found_while_arming_ends_it_without_waiting) {
  port_.arm_answers = {ArmOutcome::work_pending};
  port_.on_arm = [&] { port_.fault_found = RingFault::used_idx_jump; };
  EXPECT_FALSE(block().until_ready(port_));
  EXPECT_EQ(log_, (Log{"arm 3", "disarm"}));
}

TEST_F(BlockWaitTest, A_fault_found_after_the_wait_ends_it) {
  port_.arm_answers = {ArmOutcome::may_sleep, ArmOutcome::work_pending};
  port_.on_ready = [&] { port_.fault_found = RingFault::used_idx_jump; };
  EXPECT_FALSE(block().until_ready(port_));
  EXPECT_EQ(log_, (Log{"arm 3", "wait", "ready", "arm 3", "disarm"}));
}

TEST_F(BlockWaitTest, Waits_beyond_the_capacity_of_the_record_are_counted) {
  port_.ready_answers = {true};
  for (std::size_t i = 0; i < SideRecord::capacity + 5; ++i) ASSERT_TRUE(block().until_ready(port_));
  EXPECT_EQ(own_.waits.count(), SideRecord::capacity);
  EXPECT_EQ(own_.counters.records_dropped, 5U);
}

class SpinBlockWaitTest : public BlockingWait {
 protected:
  SpinBlockWait spin_block(std::int64_t spin_ticks) { return {{spin_ticks}, block(), stop_, own_}; }
  static constexpr std::int64_t forever = std::int64_t{1} << 60;
};

TEST_F(SpinBlockWaitTest, Does_not_block_when_work_comes_while_spinning) {
  port_.ready_answers = {false, false, true};
  EXPECT_TRUE(spin_block(forever).until_ready(port_));
  EXPECT_EQ(log_, (Log{"ready", "ready", "ready"}));
  EXPECT_EQ(own_.counters.empty_polls, 2U);
  EXPECT_EQ(own_.counters.blocked_waits, 0U);
  EXPECT_EQ(own_.waits.count(), 0U);
}

TEST_F(SpinBlockWaitTest, Blocks_when_the_spin_is_over) {
  port_.ready_answers = {false, true};
  EXPECT_TRUE(spin_block(0).until_ready(port_));
  EXPECT_EQ(log_, (Log{"ready", "arm 3", "wait", "ready", "disarm"}));
  EXPECT_EQ(own_.counters.empty_polls, 1U);
  EXPECT_EQ(own_.counters.blocked_waits, 1U);
}

TEST_F(SpinBlockWaitTest, Spins_for_at_least_its_time) {
  const TickTime begin = read_ticks();
  TickTime armed;
  port_.on_arm = [&] { armed = read_ticks(); };
  channel_.on_wait = [&] { port_.ready_answers = {true}; };
  EXPECT_TRUE(spin_block(100'000).until_ready(port_));
  EXPECT_GE(armed - begin, TickSpan{100'000});
}

TEST_F(SpinBlockWaitTest, Stop_while_spinning_ends_it) {
  port_.on_ready = [&] {
    if (log_.size() == 5) stop_.request();
  };
  EXPECT_FALSE(spin_block(forever).until_ready(port_));
  EXPECT_EQ(log_, Log(5, "ready"));
}

TEST_F(SpinBlockWaitTest, Stop_while_blocked_ends_it) {
  channel_.on_wait = [&] { stop_.request(); };
  EXPECT_FALSE(spin_block(0).until_ready(port_));
}

TEST_F(SpinBlockWaitTest, A_fault_while_spinning_ends_it) {
  port_.on_ready = [&] {
    if (log_.size() == 4) port_.fault_found = RingFault::avail_idx_jump;
  };
  EXPECT_FALSE(spin_block(forever).until_ready(port_));
  EXPECT_EQ(log_, Log(4, "ready"));
}

}  // namespace
}  // namespace kickbench
