#include "bench/host/doctor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

#include "bench/host/cgroup.hpp"
#include "bench/host/doctor_checks.hpp"
#include "tests/host/made_up_topology.hpp"

namespace kickbench::host {
namespace {

using Level = Finding::Level;
using Text = Fact<std::string>;
using Count = Fact<std::uint64_t>;
using Flag = Fact<bool>;
using CpuList = Fact<std::vector<int>>;
using testing::AllOf;
using testing::HasSubstr;

const char* const four_cores = "package:1 l3:1 core:4 pu:1";

// Everything the doctor looks at. As made, nothing is wrong with it.
struct Patient {
  Environment environment;
  Topology topology = made_up_topology(four_cores);
  ClockFacts clock{3.0, Nanoseconds(6), Nanoseconds(1), true, "tsc"};
  ClockCheck clock_check{-3.0, Nanoseconds(1e9)};
  PreemptionProbe probe{.watched = Nanoseconds(1e8), .bound = preemption_bound};
  Fact<std::vector<Competitor>> competitors = Fact<std::vector<Competitor>>::known({});

  Patient() {
    environment.hypervisor = Text::known(bare_metal);
    environment.smt_active = Flag::known(false);
    environment.available_clocksources = Text::known("tsc hpet");
    environment.isolated_cpus = CpuList::known({2, 3});
    environment.nohz_full_cpus = CpuList::known({2, 3});
    environment.steal_ticks = Count::known(0);
    environment.cpu_ticks = Count::known(1'000'000);
    environment.timer_slack_ns = Count::known(1);
    environment.load_average = Fact<double>::known(0.1);
    environment.cpufreq_driver = Text::known("intel_pstate");
    environment.cpufreq_governor = Text::known("performance");
    environment.turbo = Flag::known(false);
    environment.cpuidle_driver = Text::known("intel_idle");
    environment.cpuidle_governor = Text::known("menu");
    environment.idle_states = Fact<std::vector<IdleState>>::known({{"POLL", 0, false}, {"C6", 170, false}});
    environment.boot_idle_poll = Flag::known(false);
    environment.cpu_dma_latency_us = Count::known(0);
    environment.cpu_dma_latency = Capability::granted();
    environment.cpu_quota_cpus = Fact<double>::unknown(no_cpu_quota);
    environment.io_uring = Capability::granted();
    environment.memfd = Capability::granted();
    environment.perf = Capability::granted();
    environment.rapl = Capability::granted();
    environment.build = {"0.1.0", "0123456789ab", "gcc 12.2.0", "Release", "", true};
  }

  std::vector<Finding> findings() const {
    return diagnose(environment, topology, Clock(clock), clock_check, probe, competitors);
  }

  Finding on(const std::string& topic) const {
    for (Finding& finding : findings()) {
      if (finding.topic == topic) return finding;
    }
    throw std::runtime_error("no finding on " + topic);
  }
};

TEST(Doctor, AHealthyMachineIsOkInEverything) {
  for (const Finding& finding : Patient().findings()) {
    EXPECT_EQ(finding.level, Level::ok) << finding.topic << ": " << finding.cause;
  }
}

TEST(Doctor, OneFindingForEachTopic) {
  std::set<std::string> topics;
  const auto findings = Patient().findings();
  for (const Finding& finding : findings) topics.insert(finding.topic);
  EXPECT_EQ(topics.size(), findings.size());
}

// A machine about which nothing at all is known.
TEST(Doctor, WhatIsUnknownIsNeverOkByDefaultAndEveryFindingIsComplete) {
  Patient patient;
  patient.environment = Environment{};
  patient.competitors = Fact<std::vector<Competitor>>::unknown("/proc: No such file or directory");
  for (const Finding& finding : patient.findings()) {
    EXPECT_FALSE(finding.cause.empty()) << finding.topic;
    if (finding.level == Level::ok) {
      EXPECT_TRUE(finding.effect.empty() && finding.fix.empty()) << finding.topic;
    } else {
      EXPECT_TRUE(!finding.effect.empty() && !finding.fix.empty()) << finding.topic;
    }
  }
  for (const char* topic : {"virtual-machine", "isolation", "cpu-quota", "load", "steal", "frequency", "idle",
                            "timer-slack", "io_uring", "memfd", "perf", "energy", "competitors"}) {
    EXPECT_EQ(patient.on(topic).level, Level::note) << topic;
  }
}

TEST(Doctor, CompetitorsAreNamedAFewOfThem) {
  Patient patient;
  std::vector<Competitor> competitors{
      {.pid = 4711, .name = "cc1plus", .nice = 10, .cpu = 1, .share = 0.98},
      {.pid = 12, .name = "kworker", .nice = 0, .cpu = 0, .share = 0.02},
  };
  patient.competitors = Fact<std::vector<Competitor>>::known(competitors);
  Finding finding = patient.on("competitors");
  EXPECT_EQ(finding.level, Level::warning);
  EXPECT_EQ(finding.cause, "'cc1plus' (pid 4711, nice 10) took 98 % of CPU 1");
  competitors.assign(7, competitors.front());
  patient.competitors = Fact<std::vector<Competitor>>::known(competitors);
  EXPECT_THAT(patient.on("competitors").cause, HasSubstr("of CPU 1, and 2 more"));
  patient.competitors = Fact<std::vector<Competitor>>::unknown("/proc: No such file or directory");
  EXPECT_THAT(patient.on("competitors").cause, HasSubstr("not known who else runs on the measured CPUs: /proc"));
}

TEST(Doctor, VirtualMachine) {
  Patient patient;
  patient.environment.hypervisor = Text::known("KVMKVMKVM");
  const Finding finding = patient.on("virtual-machine");
  EXPECT_EQ(finding.level, Level::warning);
  EXPECT_THAT(finding.cause, HasSubstr("KVMKVMKVM"));
  EXPECT_THAT(finding.fix, HasSubstr("line_transfer_ns"));
}

TEST(Doctor, CounterWithoutConstantRate) {
  Patient patient;
  patient.clock.invariant = false;
  EXPECT_EQ(patient.on("counter").level, Level::warning);
}

TEST(Doctor, TscThatTheKernelDistrusts) {
  Patient patient;
  patient.environment.available_clocksources = Text::known("hpet acpi_pm");
  EXPECT_EQ(patient.on("counter").level, Level::warning);
  EXPECT_THAT(patient.on("counter").cause, HasSubstr("hpet acpi_pm"));
  patient.clock.source = "cntvct";
  EXPECT_EQ(patient.on("counter").level, Level::ok) << "clock sources of x86 say nothing about another counter";
}

TEST(Doctor, ACounterThatDriftsFromTheKernelsClockIsNamedWhicheverWayItDrifts) {
  Patient patient;
  EXPECT_EQ(patient.on("counter-rate").level, Level::ok);
  EXPECT_THAT(patient.on("counter-rate").cause, HasSubstr("3.0 ppm"));
  for (const double apart_ppm : {-501.0, 501.0}) {
    patient.clock_check.apart_ppm = apart_ppm;
    EXPECT_EQ(patient.on("counter-rate").level, Level::warning);
    EXPECT_THAT(patient.on("counter-rate").cause, HasSubstr("501.0 ppm apart from CLOCK_MONOTONIC_RAW over 1.00 s"));
  }
}

TEST(Doctor, ExpensiveCounterReadsNameTheLeastW) {
  Patient patient;
  patient.clock.read_cost = Nanoseconds(20);
  patient.clock.step = Nanoseconds(10);
  EXPECT_EQ(patient.on("counter-cost").level, Level::note);
  EXPECT_THAT(patient.on("counter-cost").effect, HasSubstr("30 ns"));
  patient.clock.read_cost = Nanoseconds(1500);
  EXPECT_EQ(patient.on("counter-cost").level, Level::warning);
  EXPECT_THAT(patient.on("counter-cost").effect, HasSubstr("1.51 us"));
}

TEST(Doctor, TooFewCpus) {
  Patient patient;
  patient.topology = made_up_topology(four_cores, {1, 2});
  EXPECT_EQ(patient.on("usable-cpus").level, Level::warning);
  EXPECT_THAT(patient.on("usable-cpus").effect, HasSubstr("main thread"));
  patient.topology = made_up_topology(four_cores, {3});
  EXPECT_THAT(patient.on("usable-cpus").effect, HasSubstr("77"));
  patient.topology = made_up_topology(four_cores, {1, 2, 3});
  EXPECT_EQ(patient.on("usable-cpus").level, Level::ok);
}

TEST(Doctor, SmtIsSeenInTheTopologyAndInTheKernel) {
  Patient patient;
  patient.topology = made_up_topology("l3:1 core:2 pu:2");
  EXPECT_EQ(patient.on("smt").level, Level::note);
  patient.topology = made_up_topology(four_cores);
  patient.environment.smt_active = Flag::known(true);
  EXPECT_EQ(patient.on("smt").level, Level::note) << "siblings outside the CPU set disturb as well";
}

TEST(Doctor, FrequencyGovernor) {
  Patient patient;
  patient.environment.cpufreq_governor = Text::known("powersave");
  EXPECT_EQ(patient.on("frequency").level, Level::warning);
  EXPECT_THAT(patient.on("frequency").cause, AllOf(HasSubstr("powersave"), HasSubstr("intel_pstate")));
  patient.environment.cpufreq_governor = Text::known("performance");
  patient.environment.turbo = Flag::known(true);
  EXPECT_EQ(patient.on("frequency").level, Level::note);
}

TEST(Doctor, IdleCpusThatHaltPointAtIdlePoll) {
  Patient patient;
  patient.environment.cpu_dma_latency_us = Count::known(2'000'000'000);
  patient.environment.haltpoll = Fact<std::map<std::string, std::string>>::known({{"guest_halt_poll_ns", "0"}});
  const Finding finding = patient.on("idle");
  EXPECT_EQ(finding.level, Level::note);
  EXPECT_THAT(finding.cause, AllOf(HasSubstr("intel_idle"), HasSubstr("C6 170 us"), HasSubstr("polls for 0 ns")));
  EXPECT_THAT(finding.fix, HasSubstr("measure with --idle poll"));
}

TEST(Doctor, IdlePollThatIsRefusedSaysWhy) {
  Patient patient;
  patient.environment.cpu_dma_latency_us = Count::unknown("closed");
  patient.environment.cpu_dma_latency = Capability::refused("/dev/cpu_dma_latency: Permission denied");
  EXPECT_THAT(patient.on("idle").fix, AllOf(HasSubstr("refused"), HasSubstr("Permission denied")));
}

TEST(Doctor, WhyIdlePollHasNoEffectIsTheCauseOfTheFinding) {
  Patient patient;
  const auto why = [&] { return doctor::why_idle_poll_has_no_effect(patient.environment); };
  EXPECT_EQ(why(), "") << "there is a polling state";
  patient.environment.cpu_dma_latency_us = Count::known(0);
  EXPECT_EQ(why(), "") << "and it is in force";
  patient.environment.idle_states = Fact<std::vector<IdleState>>::known({{"WFI", 1, false}});
  EXPECT_THAT(why(), AllOf(HasSubstr("no polling state"), HasSubstr("WFI 1 us")));
  EXPECT_EQ(why(), patient.on("idle").cause);
  patient.environment.cpuidle_driver = Text::known("none");
  EXPECT_THAT(why(), HasSubstr("no cpuidle driver"));
  EXPECT_EQ(why(), patient.on("idle").cause);
  patient.environment.boot_idle_poll = Flag::known(true);
  EXPECT_EQ(why(), "") << "they poll without it";
}

TEST(Doctor, IdlePollThatHasNoEffectIsNotOffered) {
  Patient patient;
  patient.environment.cpuidle_driver = Text::known("none");
  EXPECT_THAT(patient.on("idle").fix, HasSubstr("cannot prevent it"));
  patient.environment.cpuidle_driver = Text::known("psci_idle");
  patient.environment.idle_states = Fact<std::vector<IdleState>>::known({{"WFI", 1, false}});
  EXPECT_THAT(patient.on("idle").fix, HasSubstr("cannot prevent it"));
  patient.environment.boot_idle_poll = Flag::known(true);
  EXPECT_EQ(patient.on("idle").level, Level::ok);
}

TEST(Doctor, PreemptionGapsByTheirShareOfTime) {
  Patient patient;
  patient.probe = {0, 3, Nanoseconds(20'000), Nanoseconds(50'000), Nanoseconds(1e8), preemption_bound};
  EXPECT_EQ(patient.on("preemption").level, Level::note);
  EXPECT_THAT(patient.on("preemption").cause,
              AllOf(HasSubstr("3 gaps over 10 us in 100 ms"), HasSubstr("longest 20 us")));
  patient.probe.lost = Nanoseconds(1e6);
  EXPECT_EQ(patient.on("preemption").level, Level::warning);
  EXPECT_THAT(patient.on("preemption").cause, HasSubstr("1 % of the time"));
}

TEST(Doctor, StealByItsShareOfTime) {
  Patient patient;
  patient.environment.steal_ticks = Count::known(10);
  EXPECT_EQ(patient.on("steal").level, Level::note);
  patient.environment.steal_ticks = Count::known(10'000);
  EXPECT_EQ(patient.on("steal").level, Level::warning);
  EXPECT_THAT(patient.on("steal").cause, AllOf(HasSubstr("10000 ticks"), HasSubstr("1 %")));
}

TEST(Doctor, Isolation) {
  Patient patient;
  patient.environment.isolated_cpus = CpuList::known({});
  EXPECT_THAT(patient.on("isolation").cause, HasSubstr("no CPU is isolated"));
  patient.environment.isolated_cpus = CpuList::known({6, 7});
  EXPECT_EQ(patient.on("isolation").level, Level::note);
  EXPECT_THAT(patient.on("isolation").cause, HasSubstr("6-7"));
  EXPECT_THAT(patient.on("isolation").fix, HasSubstr("taskset"));
}

TEST(Doctor, CpuQuota) {
  Patient patient;
  patient.environment.cpu_quota_cpus = Fact<double>::known(1.5);
  EXPECT_EQ(patient.on("cpu-quota").level, Level::warning);
  EXPECT_THAT(patient.on("cpu-quota").cause, HasSubstr("1.5 CPUs"));
  patient.environment.cpu_quota_cpus = Fact<double>::known(4);
  EXPECT_EQ(patient.on("cpu-quota").level, Level::ok);
}

TEST(Doctor, Load) {
  Patient patient;
  patient.environment.load_average = Fact<double>::known(0.9);
  EXPECT_EQ(patient.on("load").level, Level::note);
  patient.environment.load_average = Fact<double>::known(3.2);
  EXPECT_EQ(patient.on("load").level, Level::warning);
}

TEST(Doctor, TimerSlack) {
  Patient patient;
  patient.environment.timer_slack_ns = Count::known(50'000);
  EXPECT_EQ(patient.on("timer-slack").level, Level::note);
  EXPECT_THAT(patient.on("timer-slack").cause, HasSubstr("50 us"));
}

TEST(Doctor, RefusedCapabilitiesCarryTheirReason) {
  Patient patient;
  Environment& environment = patient.environment;
  for (Capability* capability : {&environment.io_uring, &environment.memfd, &environment.perf, &environment.rapl}) {
    *capability = Capability::refused("because");
  }
  for (const char* topic : {"io_uring", "memfd", "perf", "energy"}) {
    EXPECT_EQ(patient.on(topic).level, Level::note) << topic;
    EXPECT_THAT(patient.on(topic).cause, HasSubstr("because")) << topic;
  }
}

TEST(Doctor, BuildsThatAreNotForMeasuring) {
  Patient patient;
  patient.environment.build = {"0.1.0", "0123456789ab", "gcc 12.2.0", "Debug", "", false};
  EXPECT_EQ(patient.on("build").level, Level::warning);
  patient.environment.build = {"0.1.0", "0123456789ab", "gcc 12.2.0", "RelWithDebInfo", "address,undefined", true};
  EXPECT_EQ(patient.on("build").level, Level::warning);
  EXPECT_THAT(patient.on("build").cause, HasSubstr("address,undefined"));
}

}  // namespace
}  // namespace kickbench::host
