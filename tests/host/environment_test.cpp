#include "bench/host/environment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/host/made_up_root.hpp"

namespace kickbench::host {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Not;
using testing::UnorderedElementsAre;

const std::string cpus = "/sys/devices/system/cpu/";

// A bare-metal server as its kernel shows it.
void write_server(const MadeUpRoot& root) {
  root.write("/proc/cpuinfo",
             "processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 143\n"
             "model name\t: Intel(R) Xeon(R) Gold 6430\nstepping\t: 8\nflags\t\t: fpu tsc constant_tsc nonstop_tsc\n");
  root.write("/proc/self/status", "Name:\tx\nCpus_allowed:\tf\nCpus_allowed_list:\t0-1,3\n");
  root.write("/proc/sys/kernel/osrelease", "6.1.0-18-amd64\n");
  root.write("/proc/sys/kernel/version", "#1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1\n");
  root.write("/sys/kernel/debug/sched/preempt", "none (voluntary) full \n");
  root.write("/proc/stat", "cpu  10 0 20 1000 5 0 1 7 0 0\ncpu0 10 0 20 1000 5 0 1 7 0 0\n");
  root.write("/proc/loadavg", "1.25 0.06 0.01 4/104 3563\n");
  root.write("/proc/cmdline", "root=/dev/sda1 quiet idle=poll\n");
  root.write("/proc/meminfo", "MemTotal: 100 kB\nHugePages_Free:        4\nHugepagesize:       2048 kB\n");
  root.write("/proc/sys/kernel/io_uring_disabled", "2\n");
  root.write("/proc/self/cgroup", "0::/\n");
  root.write("/sys/fs/cgroup/cpu.max", "250000 100000\n");
  root.write("/sys/class/dmi/id/sys_vendor", "Dell Inc.\n");
  root.write("/sys/class/dmi/id/product_name", "PowerEdge R760\n");
  root.write("/sys/class/powercap/intel-rapl:0/name", "package-0\n");
  root.write("/sys/class/powercap/intel-rapl:0/energy_uj", "123456\n");
  root.write("/sys/class/powercap/intel-rapl:0/max_energy_range_uj", "262143328850\n");
  root.write("/sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
  root.write("/sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n");
  root.write("/sys/devices/system/clocksource/clocksource0/available_clocksource", "tsc hpet acpi_pm \n");
  root.write(cpus + "online", "0-3\n");
  root.write(cpus + "isolated", "2-3\n");
  root.write(cpus + "nohz_full", "(null)\n");
  root.write(cpus + "smt/active", "1\n");
  for (const char* cpu : {"cpu0", "cpu1", "cpu2"}) {
    root.write(cpus + cpu + "/cpufreq/scaling_governor", "performance\n");
  }
  root.write(cpus + "cpu3/cpufreq/scaling_governor", "powersave\n");
  root.write(cpus + "cpu0/cpufreq/scaling_driver", "intel_pstate\n");
  root.write(cpus + "intel_pstate/no_turbo", "1\n");
  root.write(cpus + "cpuidle/current_driver", "intel_idle\n");
  root.write(cpus + "cpuidle/current_governor_ro", "menu\n");
  root.write(cpus + "cpu0/cpuidle/state0/name", "POLL\n");
  root.write(cpus + "cpu0/cpuidle/state0/latency", "0\n");
  root.write(cpus + "cpu0/cpuidle/state0/disable", "0\n");
  root.write(cpus + "cpu0/cpuidle/state1/name", "C6\n");
  root.write(cpus + "cpu0/cpuidle/state1/latency", "170\n");
  root.write(cpus + "cpu0/cpuidle/state1/disable", "1\n");
  root.write("/sys/module/haltpoll/parameters/guest_halt_poll_ns", "200000\n");
  root.write("/dev/cpu_dma_latency", std::string("\x00\x94\x35\x77", 4));  // 2'000'000'000: nobody asks
  root.write("/dev/kvm", "");
}

TEST(Environment, ReadsTheProcessor) {
  const MadeUpRoot root;
  write_server(root);
  const Environment environment = Environment::probe(root.path());
  EXPECT_EQ(environment.cpu_model.value, "Intel(R) Xeon(R) Gold 6430");
  EXPECT_EQ(environment.cpu_vendor.value, "GenuineIntel");
  EXPECT_EQ(environment.cpu_signature.value, "6/143/8");
  EXPECT_THAT(environment.online_cpus.value.value(), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(environment.usable_cpus.value.value(), ElementsAre(0, 1, 3));
  EXPECT_EQ(environment.smt_active.value, true);
  EXPECT_EQ(environment.machine.value, "Dell Inc. PowerEdge R760");
  EXPECT_EQ(environment.hypervisor.value, bare_metal);
}

TEST(Environment, ReadsTheKernel) {
  const MadeUpRoot root;
  write_server(root);
  const Environment environment = Environment::probe(root.path());
  EXPECT_EQ(environment.kernel_release.value, "6.1.0-18-amd64");
  EXPECT_EQ(environment.preemption_model.value, "voluntary");
  EXPECT_EQ(environment.clocksource.value, "tsc");
  EXPECT_EQ(environment.available_clocksources.value, "tsc hpet acpi_pm");
  EXPECT_THAT(environment.isolated_cpus.value.value(), ElementsAre(2, 3));
  EXPECT_THAT(environment.nohz_full_cpus.value.value(), IsEmpty());
  EXPECT_EQ(environment.steal_ticks.value, 7U);
  EXPECT_EQ(environment.cpu_ticks.value, 1043U);
  EXPECT_EQ(read_steal_ticks(root.path()).value, 7U);
  EXPECT_EQ(environment.load_average.value, 1.25);
}

TEST(Environment, ReadsFrequencyAndIdle) {
  const MadeUpRoot root;
  write_server(root);
  const Environment environment = Environment::probe(root.path());
  EXPECT_EQ(environment.cpufreq_driver.value, "intel_pstate");
  EXPECT_EQ(environment.cpufreq_governor.value, "performance,powersave");
  EXPECT_EQ(environment.turbo.value, false);
  EXPECT_EQ(environment.cpuidle_driver.value, "intel_idle");
  EXPECT_EQ(environment.cpuidle_governor.value, "menu");
  ASSERT_EQ(environment.idle_states->size(), 2U);
  EXPECT_EQ(environment.idle_states->at(1).name, "C6");
  EXPECT_EQ(environment.idle_states->at(1).exit_latency_us, 170U);
  EXPECT_TRUE(environment.idle_states->at(1).disabled);
  EXPECT_EQ(environment.haltpoll->at("guest_halt_poll_ns"), "200000");
  EXPECT_EQ(environment.boot_idle_poll.value, true);
  EXPECT_EQ(environment.cpu_dma_latency_us.value, 2'000'000'000U);
  EXPECT_TRUE(environment.cpu_dma_latency.available);
}

TEST(Environment, ReadsLimitsAndDevices) {
  const MadeUpRoot root;
  write_server(root);
  const Environment environment = Environment::probe(root.path());
  EXPECT_EQ(environment.cpu_quota_cpus.value, 2.5);
  EXPECT_EQ(environment.transparent_hugepages.value, "madvise");
  EXPECT_EQ(environment.hugepages_free.value, 4U);
  EXPECT_EQ(environment.hugepage_size_kib.value, 2048U);
  EXPECT_EQ(environment.io_uring_disabled.value, 2U);
  EXPECT_TRUE(environment.rapl.available);
  EXPECT_TRUE(environment.kvm.available);
}

TEST(Environment, TheHypervisorFlagMakesAVirtualMachine) {
  const MadeUpRoot root;
  root.write("/proc/cpuinfo", "flags\t\t: fpu tsc hypervisor lahf_lm\n");
  const Environment environment = Environment::probe(root.path());
  ASSERT_TRUE(environment.hypervisor) << environment.hypervisor.reason;
  EXPECT_NE(environment.hypervisor.value, bare_metal);
  EXPECT_FALSE(environment.hypervisor->empty());
}

TEST(Environment, WithoutAFlagTheFirmwareMayNameTheHypervisor) {
  const MadeUpRoot root;
  root.write("/proc/cpuinfo", "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd40\nCPU revision\t: 1\n");
  EXPECT_THAT(Environment::probe(root.path()).hypervisor.reason, HasSubstr("firmware"));
  root.write("/sys/class/dmi/id/sys_vendor", "QEMU\n");
  root.write("/sys/class/dmi/id/product_name", "KVM Virtual Machine\n");
  const Environment environment = Environment::probe(root.path());
  EXPECT_EQ(environment.hypervisor.value, "KVM");
  EXPECT_EQ(environment.cpu_model.value, "0x41/0xd40/1") << "Arm has codes where x86 has names";
}

TEST(Environment, ThePreemptionModelFallsBackToTheVersionAndTheCommandLine) {
  const MadeUpRoot root;
  const auto model = [&root] { return Environment::probe(root.path()).preemption_model.value; };
  root.write("/proc/sys/kernel/version", "#1 SMP PREEMPT_DYNAMIC @0\n");
  EXPECT_EQ(model(), "dynamic");
  root.write("/proc/cmdline", "quiet preempt=full\n");
  EXPECT_EQ(model(), "full");
  root.write("/proc/sys/kernel/version", "#1 SMP PREEMPT_RT Debian\n");
  EXPECT_EQ(model(), "rt");
  root.write("/proc/sys/kernel/version", "#1 SMP Debian\n");
  EXPECT_EQ(model(), "none or voluntary");
}

// Every key of an unreadable machine is null with a reason that names the file; nothing is reported as 0 or "".
TEST(Environment, MissingFilesAreNullWithAReason) {
  const MadeUpRoot root;
  const json facts = to_json(Environment::probe(root.path()));
  for (const char* key : {"cpu_model",
                          "cpu_vendor",
                          "cpu_signature",
                          "online_cpus",
                          "usable_cpus",
                          "smt_active",
                          "machine",
                          "kernel_release",
                          "preemption_model",
                          "clocksource",
                          "available_clocksources",
                          "isolated_cpus",
                          "nohz_full_cpus",
                          "steal_ticks",
                          "cpu_ticks",
                          "load_average",
                          "cpufreq_driver",
                          "turbo",
                          "cpuidle_driver",
                          "cpuidle_governor",
                          "idle_states",
                          "haltpoll",
                          "boot_idle_poll",
                          "cpu_dma_latency_us",
                          "cpu_quota_cpus",
                          "transparent_hugepages",
                          "hugepages_free",
                          "hugepage_size_kib",
                          "io_uring_disabled"}) {
    ASSERT_TRUE(facts.contains(key)) << key;
    EXPECT_TRUE(facts.at(key).is_null()) << key << ": " << facts.at(key);
    ASSERT_TRUE(facts.at("absent").contains(key)) << key;
    EXPECT_THAT(facts.at("absent").at(key).get<std::string>(),
                AllOf(HasSubstr("/"), HasSubstr("No such file"), Not(HasSubstr(root.path().string()))))
        << key;
  }
  for (const char* key : {"rapl", "kvm", "cpu_dma_latency"}) {
    EXPECT_EQ(facts.at(key), false) << key;
    EXPECT_THAT(facts.at("absent").at(key).get<std::string>(), HasSubstr("No such file")) << key;
  }
}

TEST(Environment, DamagedFilesAreUnknownAndQuoted) {
  const MadeUpRoot root;
  root.write(cpus + "online", "zero\n");
  root.write(cpus + "smt/active", "perhaps\n");
  root.write("/proc/stat", "cpu 1 2 x 4 5 6 7 8\n");
  root.write("/proc/loadavg", "idle\n");
  root.write("/proc/sys/kernel/osrelease", "\n");
  root.write("/sys/kernel/mm/transparent_hugepage/enabled", "always madvise never\n");
  root.write("/dev/cpu_dma_latency", "ab");
  const Environment environment = Environment::probe(root.path());
  EXPECT_THAT(environment.online_cpus.reason, HasSubstr("'zero' is not a list of CPUs"));
  EXPECT_THAT(environment.smt_active.reason, HasSubstr("'perhaps'"));
  EXPECT_THAT(environment.steal_ticks.reason, HasSubstr("'x' is not a number"));
  EXPECT_THAT(environment.load_average.reason, HasSubstr("'idle'"));
  EXPECT_THAT(environment.kernel_release.reason, HasSubstr("is empty"));
  EXPECT_THAT(environment.transparent_hugepages.reason, HasSubstr("marks no choice"));
  EXPECT_THAT(environment.cpu_dma_latency_us.reason, HasSubstr("32-bit"));
}

TEST(Environment, AnOldStatWithoutStealIsUnknown) {
  const MadeUpRoot root;
  root.write("/proc/stat", "cpu  10 0 20 1000\n");
  EXPECT_THAT(read_steal_ticks(root.path()).reason, HasSubstr("no steal time"));
}

TEST(Json, KnownFactsHaveNoReasonAndKeepTheirTypes) {
  const MadeUpRoot root;
  write_server(root);
  const json facts = to_json(Environment::probe(root.path()));
  EXPECT_EQ(facts.at("cpu_model"), "Intel(R) Xeon(R) Gold 6430");
  EXPECT_FALSE(facts.value("absent", nlohmann::json::object()).contains("cpu_model"));
  EXPECT_EQ(facts.at("online_cpus"), json::array({0, 1, 2, 3}));
  EXPECT_EQ(facts.at("steal_ticks"), 7);
  EXPECT_EQ(facts.at("turbo"), false);
  EXPECT_EQ(facts.at("idle_states").at(1), (json{{"name", "C6"}, {"exit_latency_us", 170}, {"disabled", true}}));
  EXPECT_EQ(facts.at("kvm"), true);
  EXPECT_FALSE(facts.value("absent", nlohmann::json::object()).contains("kvm"));
  EXPECT_THAT(facts.at("fingerprint").get<std::string>(), testing::SizeIs(16));
  EXPECT_THAT((facts.at("build").get<std::map<std::string, json>>()),
              UnorderedElementsAre(Key("version"), Key("revision"), Key("compiler"), Key("type"), Key("sanitizers"),
                                   Key("optimized")));
}

TEST(Json, StrayBytesOfFirmwareDoNotMakeItInvalid) {
  const MadeUpRoot root;
  root.write("/sys/class/dmi/id/sys_vendor", "Acme\xff\xb2\n");
  const json facts = to_json(Environment::probe(root.path()));
  EXPECT_EQ(facts.at("machine"), "Acme??");
  EXPECT_NO_THROW(facts.dump());
}

TEST(Json, ThisMachineGivesAReasonForEveryNull) {
  const json facts = to_json(Environment::probe());
  for (const auto& [key, value] : facts.items()) {
    const bool lacking = value.is_null() || (value == false && facts.at("absent").contains(key));
    if (!lacking) continue;
    EXPECT_THAT(facts.at("absent").value(key, ""), Not(IsEmpty())) << key;
    EXPECT_NE(facts.at("absent").value(key, ""), "not probed") << key;
  }
  EXPECT_FALSE(facts.at("kernel_release").is_null());
  EXPECT_FALSE(facts.at("topology").is_null());
}

}  // namespace
}  // namespace kickbench::host
