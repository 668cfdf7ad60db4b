#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "bench/host/environment.hpp"

namespace kickbench::host {
namespace {

using Text = Fact<std::string>;

Environment machine() {
  Environment environment;
  environment.cpu_model = Text::known("AMD EPYC");
  environment.cpu_signature = Text::known("25/1/1");
  environment.topology = Text::known("package:1 numanode:1 l3:1 l2:4 core:4 pu:4");
  environment.kernel_release = Text::known("6.1.0");
  environment.hypervisor = Text::known("KVMKVMKVM");
  environment.cpuidle_driver = Text::known("haltpoll");
  environment.cpuidle_governor = Text::known("menu");
  environment.build = {"0.1.0", "0123456789ab", "gcc 12.2.0", "Release", "", true};
  return environment;
}

// Written down, because results of last year must stay comparable: it may change only with the fields it covers.
TEST(Fingerprint, IsTheSameInEveryBuildAndForEver) { EXPECT_EQ(fingerprint(machine()), "3792b1d59603391f"); }

TEST(Fingerprint, IgnoresWhatChangesFromRunToRun) {
  Environment later = machine();
  later.load_average = Fact<double>::known(3.5);
  later.steal_ticks = Fact<std::uint64_t>::known(12345);
  later.usable_cpus = Fact<std::vector<int>>::known({2, 3});
  later.cpu_dma_latency_us = Fact<std::uint64_t>::known(0);
  later.cpufreq_governor = Text::known("performance");
  later.perf = Capability::granted();
  EXPECT_EQ(fingerprint(later), fingerprint(machine()));
}

TEST(Fingerprint, TellsMachinesAndBuildsApart) {
  std::vector<Environment> others(11, machine());
  others[1].cpu_model = Text::known("AMD EPYC 2");
  others[2].cpu_signature = Text::known("25/1/2");
  others[3].topology = Text::known("package:1 numanode:1 l3:2 l2:4 core:4 pu:4");
  others[4].kernel_release = Text::known("6.1.1");
  others[5].hypervisor = Text::known(bare_metal);
  others[6].cpuidle_driver = Text::unknown("gone");
  others[7].cpuidle_governor = Text::known("teo");
  others[8].build.compiler = "clang 14.0.6";
  others[9].build.type = "Debug";
  others[10].build.sanitizers = "thread";
  std::set<std::string> prints;
  for (const Environment& environment : others) prints.insert(fingerprint(environment));
  EXPECT_EQ(prints.size(), others.size());
}

TEST(Fingerprint, DoesNotConfuseAdjacentFields) {
  Environment one = machine();
  one.cpuidle_driver = Text::known("ab");
  one.cpuidle_governor = Text::known("c");
  Environment other = machine();
  other.cpuidle_driver = Text::known("a");
  other.cpuidle_governor = Text::known("bc");
  EXPECT_NE(fingerprint(one), fingerprint(other));
}

TEST(Fingerprint, TwoProbesOfThisMachineAgree) {
  EXPECT_EQ(fingerprint(Environment::probe()), fingerprint(Environment::probe()));
}

}  // namespace
}  // namespace kickbench::host
