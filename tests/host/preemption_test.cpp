#include "bench/host/preemption.hpp"

#include <gtest/gtest.h>

#include <system_error>

#include "bench/host/topology.hpp"

namespace kickbench::host {
namespace {

TEST(PreemptionProbe, EveryReadIsAGapWhenTheBoundIsBelowZero) {
  const Clock clock = Clock::calibrate();
  const PreemptionProbe probe = watch_for_gaps(clock, Nanoseconds(100'000), Nanoseconds(-1000));
  EXPECT_GT(probe.gaps, 1U);
  EXPECT_NEAR(probe.lost / probe.watched, 1.0, 1e-9);
  EXPECT_GT(probe.longest.count(), 0.0);
  EXPECT_LE(probe.longest, probe.lost);
}

TEST(PreemptionProbe, NothingIsAGapWhenTheBoundIsBeyondTheWatch) {
  const Clock clock = Clock::calibrate();
  const PreemptionProbe probe = watch_for_gaps(clock, Nanoseconds(100'000), Nanoseconds(1e15));
  EXPECT_EQ(probe.gaps, 0U);
  EXPECT_EQ(probe.longest.count(), 0.0);
  EXPECT_EQ(probe.lost.count(), 0.0);
  EXPECT_EQ(probe.bound, Nanoseconds(1e15));
}

TEST(PreemptionProbe, WatchesAtLeastAsLongAsAsked) {
  const Clock clock = Clock::calibrate();
  const PreemptionProbe probe = watch_for_gaps(clock, Nanoseconds(100'000));
  EXPECT_GE(probe.watched.count(), 99'999.0);  // a tick may be lost to rounding
  EXPECT_EQ(probe.bound, preemption_bound);
}

TEST(PreemptionProbe, WatchesSeveralCpusAtOnceEachOnce) {
  const Clock clock = Clock::calibrate();
  const std::vector<int> usable = Topology::probe().usable_cpus();
  const int last = usable.back();
  const auto probes = watch_cpus({last, usable.front(), last}, clock, Nanoseconds(100'000));
  std::vector<int> cpus;
  for (const PreemptionProbe& probe : probes) {
    cpus.push_back(probe.cpu);
    EXPECT_GE(probe.watched.count(), 99'999.0);
  }
  EXPECT_EQ(cpus, usable.size() > 1 ? (std::vector{usable.front(), last}) : std::vector{last});
  EXPECT_THROW(watch_cpus({100'000}, clock, Nanoseconds(1)), std::system_error);
}

}  // namespace
}  // namespace kickbench::host
