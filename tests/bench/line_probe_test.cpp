#include "bench/measure/line_probe.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/bench/live.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

class LineProbeTest : public test::TwoCpus {};

TEST_F(LineProbeTest, Two_threads_bounce_a_line_as_often_as_they_like) {
  LineProbe probe;
  const StopFlag never;
  constexpr int times = 3;
  std::thread other([&] {
    host::pin_this_thread(placement_.consumer_cpu);
    for (int i = 0; i < times; ++i) probe.pong(never);
  });
  std::thread pinger([&] {
    host::pin_this_thread(placement_.producer_cpu);
    for (int i = 0; i < times; ++i) {
      const TickTime begin = read_ticks();
      const auto one_way = probe.ping(never);
      const TickSpan elapsed = read_ticks() - begin;
      ASSERT_TRUE(one_way);
      EXPECT_GT(*one_way, TickSpan{0});
      // 15 bursts of 64 round trips, of which 8 took the median or longer.
      EXPECT_LE(one_way->count * 2 * 64 * 8, elapsed.count);
    }
  });
  pinger.join();
  other.join();
}

TEST(LineProbe, Ping_without_a_partner_ends_on_stop_and_has_no_answer) {
  LineProbe probe;
  StopFlag stop;
  std::optional<TickSpan> one_way = TickSpan{1};
  std::thread alone([&] { one_way = probe.ping(stop); });
  stop.request();
  alone.join();
  EXPECT_EQ(one_way, std::nullopt);
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

}  // namespace
}  // namespace kickbench::bench
