#include "bench/host/clock.hpp"

#include <gtest/gtest.h>

#include <cmath>

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
