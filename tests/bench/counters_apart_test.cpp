// The line probe between two threads whose counters are known to differ.
#include <gtest/gtest.h>
#include <sched.h>

#include <array>
#include <cstdint>
#include <thread>
#include <vector>

#include "bench/measure/line_probe.hpp"
#include "notify/cpu.hpp"

namespace kickbench::bench::measure {
namespace {

void bind_to(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<unsigned>(cpu), &set);
  ASSERT_EQ(sched_setaffinity(0, sizeof set, &set), 0);
}

class CountersApart : public testing::TestWithParam<std::int64_t> {
 protected:
  void SetUp() override {
    cpu_set_t set;
    ASSERT_EQ(sched_getaffinity(0, sizeof set, &set), 0);
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (CPU_ISSET(static_cast<unsigned>(cpu), &set)) cpus_.push_back(cpu);
    }
    if (cpus_.size() < 2) GTEST_SKIP() << "fewer than two usable CPUs";
  }

  /// What both sides find with the counter of the one that pongs ahead by so many ticks.
  std::array<LineReading, 2> probe(std::int64_t ahead) {
    LineProbe probe;
    const StopFlag never;
    std::array<LineReading, 2> found;
    std::thread ponger([&] {
      bind_to(cpus_[1]);
      counter_ahead = {ahead};
      found[1] = probe.pong(never).value();
    });
    std::thread pinger([&] {
      bind_to(cpus_[0]);
      found[0] = probe.ping(never).value();
    });
    pinger.join();
    ponger.join();
    return found;
  }

  std::vector<int> cpus_;
};
// A tick, what SMT siblings could hide, the 9 us and the 1.5 s of counters that were seen apart, and the other way.
INSTANTIATE_TEST_SUITE_P(Ticks, CountersApart,
                         testing::Values(0, 1, 50, 24'454, -24'454, 3'912'700'000, -3'912'700'000));

TEST_P(CountersApart, The_difference_lies_within_its_bounds) {
  // The machine's own counters may differ, too: by what the probe says of them, within as much as it cannot tell.
  const OffsetBounds own = probe(0)[0].offset;
  for (const LineReading& reading : probe(GetParam())) {
    EXPECT_LE(reading.offset.lower, (own.upper + TickSpan{GetParam()}));
    EXPECT_GE(reading.offset.upper, (own.lower + TickSpan{GetParam()}));
    EXPECT_LE(reading.offset.lower, reading.offset.upper);
  }
}

TEST_P(CountersApart, What_is_certain_is_corrected) {
  const OffsetBounds offset = probe(GetParam())[0].offset;
  const std::int64_t width = offset.upper.count - offset.lower.count;
  if (std::abs(GetParam()) > 2 * width) {
    EXPECT_NEAR(static_cast<double>(offset.correction().count), static_cast<double>(GetParam()),
                static_cast<double>(width));
  }
}

}  // namespace
}  // namespace kickbench::bench::measure
