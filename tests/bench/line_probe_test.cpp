#include "bench/measure/line_probe.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "bench/host/thread.hpp"
#include "tests/bench/live.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

class LineProbeTest : public test::TwoCpus {};

TEST_F(LineProbeTest, Two_threads_bounce_a_line_as_often_as_they_like) {
  LineProbe probe;
  const StopFlag never;
  constexpr int times = 3;
  std::vector<LineReading> pinged, ponged;
  std::thread other([&] {
    host::pin_this_thread(placement_.consumer_cpu);
    for (int i = 0; i < times; ++i) ponged.push_back(probe.pong(never).value());
  });
  std::thread pinger([&] {
    host::pin_this_thread(placement_.producer_cpu);
    for (int i = 0; i < times; ++i) {
      const TickTime begin = read_ticks();
      const auto reading = probe.ping(never);
      const TickSpan elapsed = read_ticks() - begin;
      ASSERT_TRUE(reading);
      EXPECT_GT(reading->one_way, TickSpan{0});
      // 15 bursts of 64 round trips, of which 8 took the median or longer.
      EXPECT_LE(reading->one_way.count * 2 * 64 * 8, elapsed.count);
      EXPECT_LE(reading->offset.lower, reading->offset.upper);
      pinged.push_back(*reading);
    }
  });
  pinger.join();
  other.join();
  ASSERT_EQ(pinged.size(), ponged.size());
  for (std::size_t i = 0; i < pinged.size(); ++i) {
    EXPECT_EQ(pinged[i].one_way, ponged[i].one_way) << "both sides know the same";
    EXPECT_EQ(pinged[i].offset.lower, ponged[i].offset.lower);
    EXPECT_EQ(pinged[i].offset.upper, ponged[i].offset.upper);
  }
}

// Spinning for a whole time slice at each turn, they would take a minute.
TEST(LineProbe, Two_threads_that_share_a_CPU_come_to_an_end) {
  const int cpu = host::Topology::probe().usable_cpus().front();
  LineProbe probe;
  const StopFlag never;
  std::thread other([&] {
    host::pin_this_thread(cpu);
    EXPECT_TRUE(probe.pong(never));
  });
  std::thread pinger([&] {
    host::pin_this_thread(cpu);
    EXPECT_TRUE(probe.ping(never));
  });
  pinger.join();
  other.join();
}

TEST(LineProbe, Ping_without_a_partner_ends_on_stop_and_has_no_answer) {
  LineProbe probe;
  StopFlag stop;
  std::optional<LineReading> reading = LineReading{};
  std::thread alone([&] { reading = probe.ping(stop); });
  stop.request();
  alone.join();
  EXPECT_FALSE(reading);
}

TEST(LineProbe, Pong_without_a_partner_ends_on_stop) {
  LineProbe probe;
  StopFlag stop;
  std::atomic<bool> ended = false;
  std::thread alone([&] {
    probe.pong(stop);
    ended = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  EXPECT_FALSE(ended);
  stop.request();
  alone.join();
}

TEST(OffsetBounds, The_estimate_is_in_the_middle_and_a_correction_only_where_there_must_be_a_difference) {
  const OffsetBounds in_step{.lower = {-30}, .upper = {10}};
  EXPECT_EQ(in_step.estimate(), TickSpan{-10});
  EXPECT_EQ(in_step.correction(), TickSpan{0});
  EXPECT_EQ((OffsetBounds{.lower = {0}, .upper = {40}}.correction()), TickSpan{0});
  EXPECT_EQ((OffsetBounds{.lower = {-40}, .upper = {0}}.correction()), TickSpan{0});
  EXPECT_EQ((OffsetBounds{.lower = {1}, .upper = {41}}.correction()), TickSpan{21});
  EXPECT_EQ((OffsetBounds{.lower = {-41}, .upper = {-1}}.correction()), TickSpan{-21});
}

TEST(OffsetBounds, Disagree_where_both_cannot_be_true) {
  const OffsetBounds one{.lower = {-30}, .upper = {10}};
  EXPECT_FALSE(disagree(one, one));
  EXPECT_FALSE(disagree(one, {.lower = {10}, .upper = {50}}));
  EXPECT_FALSE(disagree({.lower = {10}, .upper = {50}}, one));
  EXPECT_TRUE(disagree(one, {.lower = {11}, .upper = {50}}));
  EXPECT_TRUE(disagree({.lower = {11}, .upper = {50}}, one));
}

}  // namespace
}  // namespace kickbench::bench
