// The machine as far as it bears on a measurement: recorded with every result, explained by the doctor.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "bench/host/fact.hpp"

namespace kickbench::host {

struct IdleState {
  std::string name;
  std::uint64_t exit_latency_us = 0;
  bool disabled = false;
};

/// How this binary was built.
struct Build {
  std::string version;
  std::string revision;  // of the git checkout it was configured in; "unknown" outside of one
  std::string compiler;
  std::string type;
  std::string sanitizers;  // comma-separated, empty for none
  bool optimized = false;

  static Build current();
};

/// The value of `hypervisor` where there is none.
inline constexpr const char* bare_metal = "none";

struct Environment {
  // Processor
  Fact<std::string> cpu_model;
  Fact<std::string> cpu_vendor;
  Fact<std::string> cpu_signature;  // "family/model/stepping": a cloud's model name may say no more than "EPYC"
  Fact<std::string> topology;       // machine_shape()
  Fact<std::vector<int>> online_cpus;
  Fact<std::vector<int>> usable_cpus;  // of this process
  Fact<bool> smt_active;
  Fact<std::string> hypervisor;  // its name, or bare_metal
  Fact<std::string> machine;     // vendor and product by the firmware (DMI)

  // Kernel
  Fact<std::string> kernel_release;
  Fact<std::string> preemption_model;
  Fact<std::string> clocksource;
  Fact<std::string> available_clocksources;
  Fact<std::vector<int>> isolated_cpus;
  Fact<std::vector<int>> nohz_full_cpus;
  Fact<std::uint64_t> steal_ticks;  // of all CPUs since boot, 10 ms each by the kernel's usual USER_HZ
  Fact<std::uint64_t> cpu_ticks;    // idle included: what steal_ticks is a part of
  Fact<std::uint64_t> timer_slack_ns;
  Fact<double> load_average;  // runnable threads over the last minute

  // Frequency and idle
  Fact<std::string> cpufreq_driver;
  Fact<std::string> cpufreq_governor;  // comma-separated where CPUs differ
  Fact<bool> turbo;
  Fact<std::string> cpuidle_driver;
  Fact<std::string> cpuidle_governor;
  Fact<std::vector<IdleState>> idle_states;  // of CPU 0
  Fact<std::map<std::string, std::string>> haltpoll;
  Fact<bool> boot_idle_poll;               // booted with idle=poll
  Fact<std::uint64_t> cpu_dma_latency_us;  // what processes ask of idle CPUs (PM QoS); 2'000'000'000: nobody asks

  // Limits
  Fact<double> cpu_quota_cpus;
  Fact<std::uint64_t> realtime_priority_limit;  // CAP_SYS_NICE goes beyond it
  Fact<std::uint64_t> memlock_limit_bytes;
  Fact<std::string> transparent_hugepages;
  Fact<std::uint64_t> hugepages_free;
  Fact<std::uint64_t> hugepage_size_kib;

  // What works here
  Capability io_uring;
  Fact<std::uint64_t> io_uring_disabled;  // the sysctl
  Capability memfd;
  Capability perf;
  Capability rapl;
  Capability kvm;
  Capability cpu_dma_latency;  // the device can be written, as --idle poll does

  Build build;

  /// Reads files below `root` and asks the running kernel for the rest. Never throws for a fact that is out of reach.
  static Environment probe(const std::filesystem::path& root = "/");
};

/// snake_case keys that end in their unit; an unknown is null, with the reason in `absent`.
nlohmann::json to_json(const Environment& environment);

/// 16 hexadecimal digits over what makes figures comparable: processor, topology, kernel, hypervisor, idle control,
/// compiler and build type. The same for every run on one machine and build, whatever the load or the affinity.
std::string fingerprint(const Environment& environment);

/// Ticks that the hypervisor took from all CPUs since boot; two reads tell what a run lost, as far as it is accounted.
Fact<std::uint64_t> read_steal_ticks(const std::filesystem::path& root = "/");

}  // namespace kickbench::host
