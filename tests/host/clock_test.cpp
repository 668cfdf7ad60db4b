#include "bench/host/clock.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <ctime>
#include <thread>

#include "bench/host/thread.hpp"
#include "bench/host/topology.hpp"

namespace kickbench::host {
namespace {

Clock made_up_clock(double ticks_per_ns) {
  return Clock({.ticks_per_ns = ticks_per_ns,
                .read_cost = Nanoseconds(10),
                .step = Nanoseconds(0.5),
                .invariant = true,
                .source = "tsc"});
}

TEST(Clock, ConvertsByItsRate) {
  const Clock clock = made_up_clock(2.5);
  EXPECT_DOUBLE_EQ(clock.to_ns(TickSpan{5}).count(), 2.0);
  EXPECT_EQ(clock.to_ticks(Nanoseconds(2)), TickSpan{5});
}

TEST(Clock, SpansMayBeNegativeAndZero) {
  const Clock clock = made_up_clock(2.5);
  EXPECT_DOUBLE_EQ(clock.to_ns(TickSpan{-5}).count(), -2.0);
  EXPECT_EQ(clock.to_ticks(Nanoseconds(-2)), TickSpan{-5});
  EXPECT_EQ(clock.to_ns(TickSpan{0}).count(), 0.0);
}

TEST(Clock, TicksAreRoundedToTheNearest) {
  const Clock clock = made_up_clock(1.0);
  EXPECT_EQ(clock.to_ticks(Nanoseconds(1.4)), TickSpan{1});
  EXPECT_EQ(clock.to_ticks(Nanoseconds(1.6)), TickSpan{2});
  EXPECT_EQ(clock.to_ticks(Nanoseconds(-1.6)), TickSpan{-2});
}

TEST(Clock, RoundTripOfTicksIsExactOverHours) {
  const Clock clock = made_up_clock(2.4454327);
  for (std::int64_t ticks = 1; ticks < 30'000'000'000'000; ticks = ticks * 3 + 1) {
    EXPECT_EQ(clock.to_ticks(clock.to_ns(TickSpan{ticks})), TickSpan{ticks});
  }
}

TEST(Clock, ReportsTheFactsItWasMadeOf) {
  const Clock clock = made_up_clock(3.0);
  EXPECT_DOUBLE_EQ(clock.ticks_per_ns(), 3.0);
  EXPECT_EQ(clock.read_cost(), Nanoseconds(10));
  EXPECT_EQ(clock.step(), Nanoseconds(0.5));
  EXPECT_TRUE(clock.invariant());
  EXPECT_EQ(clock.source(), "tsc");
}

TEST(Clock, CalibrationGivesAUsableClockOfThisMachine) {
  const Clock clock = Clock::calibrate();
  EXPECT_TRUE(std::isfinite(clock.ticks_per_ns()));
  EXPECT_GT(clock.ticks_per_ns(), 0.0);
  EXPECT_GT(clock.read_cost().count(), 0.0);
  EXPECT_GT(clock.step().count(), 0.0);
  EXPECT_EQ(clock.source(), tick_source());
}

TEST(Clock, A_check_says_by_how_much_its_spans_are_longer) {
  const Clock clock = made_up_clock(2.0);
  const ClockCheck exact = clock.check({{1000}, 50}, {{1000 + 2'000'000}, 50 + 1'000'000});
  EXPECT_NEAR(exact.apart_ppm, 0.0, 1e-6);
  EXPECT_EQ(exact.over, Nanoseconds(1e6));
  EXPECT_NEAR(clock.check({{0}, 0}, {{2'000'400}, 1'000'000}).apart_ppm, 200.0, 1e-6);
  EXPECT_NEAR(clock.check({{0}, 0}, {{1'999'800}, 1'000'000}).apart_ppm, -100.0, 1e-6);
}

struct Reading {
  std::int64_t ticks;
  std::int64_t raw_ns;
};

/// Both clocks, by means of this test's own. Between two reads of the counter as close as can be had.
Reading read_both() {
  Reading best{};
  for (std::int64_t attempt = 0, narrowest = -1; attempt < 1000; ++attempt) {
    const std::int64_t before = read_ticks().count;
    timespec raw{};
    clock_gettime(CLOCK_MONOTONIC_RAW, &raw);
    const std::int64_t after = read_ticks().count;
    if (after < before || (narrowest >= 0 && after - before >= narrowest)) continue;
    narrowest = after - before;
    best = {before + narrowest / 2, std::int64_t{raw.tv_sec} * 1'000'000'000 + raw.tv_nsec};
  }
  return best;
}

// The one check that knows what a nanosecond is: everything else compares the clock with itself.
TEST(Clock, A_span_is_as_long_as_by_CLOCK_MONOTONIC_RAW) {
  const Clock clock = Clock::calibrate();
  const Reading begin = read_both();
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
  const Reading end = read_both();
  const double by_clock = clock.to_ns(TickSpan{end.ticks - begin.ticks}).count();
  const auto by_kernel = static_cast<double>(end.raw_ns - begin.raw_ns);
  EXPECT_NEAR(by_clock / by_kernel, 1.0, 0.005);
  // And back: as many ticks as the kernel's time is worth.
  EXPECT_NEAR(
      static_cast<double>(clock.to_ticks(Nanoseconds(by_kernel)).count) / static_cast<double>(end.ticks - begin.ticks),
      1.0, 0.005);
  EXPECT_NEAR(clock.check_since({{begin.ticks}, begin.raw_ns}).apart_ppm, 0.0, 5000.0);
}

TEST(Clock, TwoCalibrationsAgree) {
  const double first = Clock::calibrate().ticks_per_ns();
  const double second = Clock::calibrate().ticks_per_ns();
  // Brackets of well under a microsecond at both ends of 50 ms; the bound leaves room for a machine under load.
  EXPECT_NEAR(first / second, 1.0, 0.01);
}

TEST(Clock, TimeDoesNotRunBackwardsOnOneCpu) {
  pin_this_thread(Topology::probe().usable_cpus().front());
  TickTime previous = read_ticks();
  for (int read = 0; read < 10'000; ++read) {
    const TickTime now = read_ticks();
    ASSERT_GE(now, previous);
    previous = now;
  }
}

}  // namespace
}  // namespace kickbench::host
