// The sender of a notification: numbers, stamps and counts each one.
#include "notify/peer.hpp"

#include <gtest/gtest.h>

#include <cstdint>

#include "tests/notify/scripted.hpp"

namespace kickbench {
namespace {

static_assert(!Peer<NoNotifier>::can_wake && Peer<Channel>::can_wake);

class PeerTest : public testing::Test {
 protected:
  test::Log log_;
  test::ScriptedChannel channel_{log_};
  SignalCount count_;
  SideRecord own_;
};

TEST_F(PeerTest, Whoever_is_woken_by_a_signal_finds_its_number) {
  Peer<Channel> peer(channel_, count_, {}, own_);
  std::uint64_t number_at_signal = 0;
  channel_.on_signal = [&] { number_at_signal = count_.sent; };
  for (std::uint64_t number = 1; number <= 5; ++number) {
    peer.signal(number * 10, {});
    EXPECT_EQ(number_at_signal, number);
  }
  EXPECT_EQ(log_, test::Log(5, "signal"));
}

TEST_F(PeerTest, Each_signal_is_stamped_and_counted) {
  Peer<Channel> peer(channel_, count_, {}, own_);
  TickSpan total;
  for (std::uint64_t i = 0; i < 4; ++i) total += peer.signal(100 + i, {});
  EXPECT_EQ(own_.counters.signals, 4U);
  EXPECT_EQ(own_.counters.notifying, total);
  EXPECT_EQ(own_.counters.publishing, TickSpan{}) << "when the item ended was not known";
  ASSERT_EQ(own_.signals.count(), 4U);
  TickTime last_end = own_.signals[0].begin;
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(own_.signals[i].items, 100 + i);
    EXPECT_LE(last_end, own_.signals[i].begin);
    EXPECT_LE(own_.signals[i].begin, own_.signals[i].end);
    last_end = own_.signals[i].end;
  }
}

TEST_F(PeerTest, Extra_cost_is_spun_by_the_sender_before_the_signal) {
  const TickSpan extra{300'000};
  Peer<Channel> peer(channel_, count_, extra, own_);
  TickTime signalled;
  channel_.on_signal = [&] { signalled = read_ticks(); };
  EXPECT_GE(peer.signal(1, {}), extra);
  EXPECT_GE(signalled - own_.signals[0].begin, extra);
}

TEST_F(PeerTest, Signals_beyond_the_capacity_of_the_record_are_counted) {
  Peer<Channel> peer(channel_, count_, {}, own_);
  for (std::size_t i = 0; i < SideRecord::capacity + 3; ++i) peer.signal(i, {});
  EXPECT_EQ(own_.counters.signals, SideRecord::capacity + 3);
  EXPECT_EQ(own_.signals.count(), SideRecord::capacity);
  EXPECT_EQ(own_.counters.records_dropped, 3U);
  own_.clear();
  EXPECT_EQ(own_.signals.count(), 0U);
  EXPECT_EQ(own_.counters.signals, 0U);
  EXPECT_EQ(own_.counters.notifying, TickSpan{});
}

}  // namespace
}  // namespace kickbench
