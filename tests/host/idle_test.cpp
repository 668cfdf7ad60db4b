#include "bench/host/idle.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

#include "bench/host/topology.hpp"
#include "tests/host/made_up_root.hpp"

namespace kickbench::host {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string refusal_of(const std::string& device) {
  try {
    const IdlePolling polling(device);
  } catch (const IdleError& error) {
    return error.what();
  }
  return "not refused";
}

TEST(IdlePolling, AMissingDeviceIsNamedWithCauseAndRemedy) {
  const MadeUpRoot root;
  const std::string device = root.path() / "cpu_dma_latency";
  EXPECT_THAT(refusal_of(device), AllOf(HasSubstr(device), HasSubstr("No such file"), HasSubstr("--idle as-is")));
  EXPECT_FALSE(std::filesystem::exists(device)) << "a missing device must not be created as a file";
}

TEST(IdlePolling, AFailedWriteIsNamedWithCauseAndRemedy) {
  EXPECT_THAT(refusal_of("/dev/full"), AllOf(HasSubstr("writing to /dev/full"), HasSubstr("--idle as-is")));
}

TEST(IdlePolling, AsksForALatencyOfZeroInFourBytes) {
  const MadeUpRoot root;
  root.write("cpu_dma_latency", "");
  const std::filesystem::path device = root.path() / "cpu_dma_latency";
  { const IdlePolling polling(device); }
  std::ifstream file(device, std::ios::binary);
  const std::string content((std::istreambuf_iterator<char>(file)), {});
  EXPECT_EQ(content, std::string(4, '\0'));
}

TEST(IdlePeriods, AreCountedByWhetherTheStateTakesTimeToLeave) {
  const MadeUpRoot root;
  const std::string states = "/sys/devices/system/cpu/cpu3/cpuidle/state";
  const std::array<std::pair<const char*, const char*>, 3> kinds{{{"0", "70"}, {"2", "5"}, {"133", "6"}}};
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    root.write(states + std::to_string(i) + "/latency", kinds[i].first);
    root.write(states + std::to_string(i) + "/usage", kinds[i].second);
  }
  const Fact<IdlePeriods> periods = read_idle_periods(3, root.path());
  ASSERT_TRUE(periods) << periods.reason;
  EXPECT_EQ(periods->polled, 70U);
  EXPECT_EQ(periods->halted, 11U);
  const Fact<IdlePeriods> other = read_idle_periods(1, root.path());
  EXPECT_FALSE(other) << "not counted is not 0";
  EXPECT_THAT(other.reason, HasSubstr("cpu1/cpuidle/state0"));
}

IdleSample counted(std::uint64_t polled, std::uint64_t halted) {
  return {Fact<IdlePeriods>::known({polled, halted}), Nanoseconds(5000)};
}
IdleSample timed(double wake_up_ns) { return {Fact<IdlePeriods>::unknown("no cpuidle"), Nanoseconds(wake_up_ns)}; }

TEST(Polling, TookHoldIfIdleCpusPolledByTheCounters) {
  EXPECT_EQ(judge_polling(counted(0, 20), counted(19, 1)).took_hold, true);
  EXPECT_EQ(judge_polling(counted(0, 20), counted(18, 2)).took_hold, false);
  EXPECT_EQ(judge_polling(counted(20, 0), counted(20, 0)).took_hold, true) << "they polled before, too";
  EXPECT_EQ(judge_polling(timed(50'000), counted(0, 20)).took_hold, false) << "counters say more than times";
  EXPECT_THAT(judge_polling(counted(0, 20), counted(3, 17)).because, HasSubstr("3 of 20 idle periods polled"));
}

TEST(Polling, IsNotKnownOfACpuThatWasHardlyIdle) {
  const PollingEvidence evidence = judge_polling(counted(0, 20), counted(9, 0));
  EXPECT_EQ(evidence.took_hold, std::nullopt);
  EXPECT_THAT(evidence.because, HasSubstr("hardly idle"));
}

TEST(Polling, WithoutCountersTookHoldIfWakingBecameMuchShorter) {
  EXPECT_EQ(judge_polling(timed(30'000), timed(6000)).took_hold, true);
  EXPECT_EQ(judge_polling(timed(30'000), timed(20'000)).took_hold, true);
  EXPECT_EQ(judge_polling(timed(30'000), timed(20'001)).took_hold, false);
  EXPECT_EQ(judge_polling(timed(0), timed(0)).took_hold, std::nullopt);
  EXPECT_THAT(judge_polling(timed(30'000), timed(6000)).because,
              AllOf(HasSubstr("6 us under the request and 30 us without"), HasSubstr("no cpuidle")));
}

TEST(Polling, ASampleOfThisHostIsTaken) {
  const IdleSample sample = sample_idle(Topology::probe().usable_cpus().front());
  EXPECT_GE(sample.wake_up, Nanoseconds(0)) << "a sleep does not end early";
  EXPECT_TRUE(sample.periods || !sample.periods.reason.empty());
  EXPECT_THROW(sample_idle(1 << 20), std::system_error);
}

}  // namespace
}  // namespace kickbench::host
