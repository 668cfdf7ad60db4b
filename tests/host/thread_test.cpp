#include "bench/host/thread.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/prctl.h>

#include <algorithm>
#include <string>
#include <system_error>
#include <thread>

#include "bench/host/topology.hpp"
#include "notify/cpu.hpp"

namespace kickbench::host {
namespace {

TEST(Thread, PinnedThreadRunsThere) {
  for (const int cpu : Topology::probe().usable_cpus()) {
    int seen = -1;
    std::thread([&] {
      pin_this_thread(cpu);
      seen = sched_getcpu();
    }).join();
    EXPECT_EQ(seen, cpu);
  }
}

TEST(Thread, KnowsWhetherItIsStillPinned) {
  const auto cpus = Topology::probe().usable_cpus();
  std::thread([&] {
    if (cpus.size() > 1) {
      EXPECT_FALSE(is_pinned_to(cpus[0])) << "it may run elsewhere";
    }
    pin_this_thread(cpus[0]);
    EXPECT_TRUE(is_pinned_to(cpus[0]));
    for (const int other : cpus) EXPECT_EQ(is_pinned_to(other), other == cpus[0]);
    if (cpus.size() > 1) {
      cpu_set_t both;
      CPU_ZERO(&both);
      for (const int cpu : {cpus[0], cpus[1]}) CPU_SET(static_cast<unsigned>(cpu), &both);
      ASSERT_EQ(sched_setaffinity(0, sizeof both, &both), 0);
      EXPECT_FALSE(is_pinned_to(cpus[0])) << "even while it runs there";
    }
  }).join();
}

TEST(Thread, APinnedThreadDoesNotNarrowTheTopology) {
  const auto before = Topology::probe().usable_cpus();
  std::vector<int> after;
  std::thread([&] {
    pin_this_thread(before.front());
    after = Topology::probe().usable_cpus();
  }).join();
  EXPECT_EQ(after, before);
}

TEST(Thread, PinningToACpuThatIsNotThereNamesIt) {
  for (const int cpu : {-1, 1'000'000}) {
    try {
      pin_this_thread(cpu);
      ADD_FAILURE() << "pinned to CPU " << cpu;
    } catch (const std::system_error& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr("CPU " + std::to_string(cpu)));
      EXPECT_EQ(error.code(), std::errc::invalid_argument);
    }
  }
}

TEST(Thread, LeastTimerSlackHoldsForTheThreadThatAsked) {
  const int before = prctl(PR_GET_TIMERSLACK, 0UL, 0UL, 0UL, 0UL);
  int inside = -1;
  std::thread([&] {
    use_least_timer_slack();
    inside = prctl(PR_GET_TIMERSLACK, 0UL, 0UL, 0UL, 0UL);
  }).join();
  EXPECT_EQ(inside, 1);
  EXPECT_EQ(prctl(PR_GET_TIMERSLACK, 0UL, 0UL, 0UL, 0UL), before);
}

TEST(Thread, CpuTimeGrowsWithWorkOfThisThreadAlone) {
  const Nanoseconds start = this_thread_cpu_time();
  for (int i = 0; i < 1'000'000; ++i) asm volatile("");
  const Nanoseconds worked = this_thread_cpu_time() - start;
  EXPECT_GT(worked.count(), 0.0);

  Nanoseconds of_new_thread{};
  std::thread([&] { of_new_thread = this_thread_cpu_time(); }).join();
  EXPECT_GE(of_new_thread.count(), 0.0);
  EXPECT_LT(of_new_thread, this_thread_cpu_time());
}

TEST(Thread, WaitingIsAVoluntarySwitch) {
  const SchedulingCounts before = this_thread_scheduling();
  std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_GT(this_thread_scheduling().voluntary, before.voluntary);
}

}  // namespace
}  // namespace kickbench::host
