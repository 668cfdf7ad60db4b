#include <algorithm>
#include <cmath>

#include "bench/host/cpu_list.hpp"
#include "bench/host/doctor_checks.hpp"
#include "bench/host/system_files.hpp"

namespace kickbench::host::doctor {

using Level = Finding::Level;

Finding check_virtual_machine(const Environment& environment) {
  const std::string topic = "virtual-machine";
  const Fact<std::string>& hypervisor = environment.hypervisor;
  if (!hypervisor) {
    return {Level::note, topic, "not known whether this is a virtual machine: " + hypervisor.reason,
            "if it is one, virtual CPUs may move between hardware threads while a run lasts",
            "watch line_transfer_ns in the results: it is measured around every slice"};
  }
  if (*hypervisor == bare_metal) return {Level::ok, topic, "bare metal", {}, {}};
  return {Level::warning, topic, "virtual machine, hypervisor " + *hypervisor,
          "virtual CPUs move between hardware threads while a run lasts: the distance from producer to consumer, and "
          "with it ns per item, N and S, changes by several times; caches and SMT are what the hypervisor claims",
          "nothing inside the machine; placement is measured around every slice (line_transfer_ns), slices that moved "
          "are marked and classes are kept apart. On the hypervisor: pin the virtual CPUs"};
}

Finding check_counter(const Environment& environment, const Clock& clock) {
  const std::string topic = "counter";
  const std::string source(clock.source());
  if (!clock.invariant()) {
    return {
        Level::warning, topic, "the CPU does not promise that the rate of its counter (" + source + ") is constant",
        "every time in the results scales with frequency and idle state, the emulated W too",
        "on a virtual machine pass the invariant TSC on (QEMU: -cpu host,+invtsc,migratable=off); on bare metal hold "
        "the frequency constant and keep CPUs out of deep idle states"};
  }
  const Fact<std::string>& available = environment.available_clocksources;
  if (source == "tsc" && available && !has_word(*available, "tsc")) {
    return {Level::warning, topic, "the kernel does not trust the TSC; it offers the clock sources " + *available,
            "times between two CPUs (S, latency) may be shifted, and times on one CPU may be scaled",
            "look for 'tsc' in the kernel's log; after a firmware update or tsc=reliable it may be trusted again"};
  }
  const double megahertz = clock.ticks_per_ns() * 1e3;
  return {Level::ok, topic, source + " at " + in_words(megahertz) + " MHz, constant rate", {}, {}};
}

Finding check_counter_rate(const ClockCheck& check) {
  // What the noise of a calibration, and the drift of a crystal while it warms up, stay below.
  constexpr double apart_ppm_max = 500;
  const std::string topic = "counter-rate";
  const std::string cause = "the calibrated counter is " + describe(check);
  if (std::abs(check.apart_ppm) <= apart_ppm_max) return {Level::ok, topic, cause, {}, {}};
  return {
      Level::warning, topic, cause,
      "every time in the results is off by as much, the emulated W too: the calibration was disturbed, or the rate of "
      "the counter changes",
      "run it again on a quieter machine; if it stays, see the finding about the counter"};
}

Finding check_counter_cost(const Clock& clock) {
  // What an item costs at 100 million items per second: above it the clock shapes what it times, and above the cost
  // of a system call it cannot time one.
  constexpr Nanoseconds fine{10};
  constexpr Nanoseconds coarse{100};
  const std::string topic = "counter-cost";
  const Nanoseconds least_w = clock.read_cost() + clock.step();
  const std::string cause =
      "a read of the counter takes " + in_words(clock.read_cost()) + " and sees steps of " + in_words(clock.step());
  if (least_w <= fine) return {Level::ok, topic, cause, {}, {}};
  return {least_w <= coarse ? Level::note : Level::warning, topic, cause,
          "an emulated W under about " + in_words(least_w) + " cannot be kept, and a single N or S is off by as much",
          "none on this CPU; W = 0 reads no clock, the effective W is reported, and latency is sampled"};
}

Finding check_usable_cpus(const Topology& topology) {
  const std::string topic = "usable-cpus";
  const std::vector<int>& usable = topology.usable_cpus();
  const std::string cause = std::to_string(usable.size()) + " usable CPUs: " + format_cpu_list(usable);
  const std::string widen = "widen the CPU set (taskset, the cpuset of the cgroup or container) or add CPUs";
  if (usable.size() < 2) {
    return {Level::warning, topic, usable.empty() ? "no usable CPU" : "1 usable CPU: " + format_cpu_list(usable),
            "producer and consumer need a CPU each: nothing is measured, and bench exits with 77", widen};
  }
  if (usable.size() < threads_of_a_run) {
    return {Level::warning, topic, cause,
            "the main thread of the harness, interrupts and all other programs preempt the threads that are measured: "
            "gaps in every rate, long tails of S and latency",
            widen + "; gaps are found by the clock and counted, and count in a row's grade"};
  }
  return {Level::ok, topic, cause, {}, {}};
}

Finding check_smt(const Environment& environment, const Topology& topology) {
  const std::string topic = "smt";
  const auto options = topology.options();
  const bool siblings = std::any_of(options.begin(), options.end(), [](const PlacementOption& option) {
    return option.name == "smt" && option.available;
  });
  const bool active = environment.smt_active && *environment.smt_active;
  if (!siblings && !active) {
    return {Level::ok,
            topic,
            environment.smt_active ? "SMT is off" : "no SMT is visible: " + environment.smt_active.reason,
            {},
            {}};
  }
  return {Level::note, topic, "SMT is on: cores have more than one hardware thread",
          "whatever runs on the sibling of a measured CPU takes up to half of its core: ns per item and S rise and "
          "spread; a spinning pair of siblings slows itself down",
          "measure on different cores (--place l3) and keep their siblings idle, or switch SMT off (write off to "
          "/sys/devices/system/cpu/smt/control)"};
}

Finding check_frequency(const Environment& environment) {
  const std::string topic = "frequency";
  const std::string effect =
      "the counter keeps its rate while cores run slower or faster: N, S and the ring's own cost drift with load and "
      "temperature; W does not, because it is spun on the counter";
  const Fact<std::string>& governor = environment.cpufreq_governor;
  if (!governor) {
    return {Level::note, topic, "the CPU frequency is set outside of this system: " + governor.reason, effect,
            "nothing from here; arms of a comparison are interleaved, so that a drift meets all of them"};
  }
  const std::string driver = environment.cpufreq_driver.value.value_or("unknown driver");
  if (*governor != "performance") {
    return {Level::warning, topic, "cpufreq governor " + *governor + " (" + driver + ")",
            effect + "; a thread that sleeps often runs at a low frequency",
            "for the time of the measurement: cpupower frequency-set -g performance"};
  }
  if (environment.turbo && *environment.turbo) {
    return {Level::note, topic, "cpufreq governor performance (" + driver + "), with turbo", effect,
            "switch turbo off for the steadiest figures (/sys/devices/system/cpu/cpufreq/boost or "
            "intel_pstate/no_turbo)"};
  }
  return {Level::ok, topic, "cpufreq governor performance (" + driver + ")", {}, {}};
}

namespace {

// How a CPU idles as things are: "haltpoll/haltpoll, deepest state 'C6' leaves in 133 us".
std::string idle_policy(const Environment& environment) {
  std::string text = "cpuidle driver " + *environment.cpuidle_driver + ", governor " +
                     environment.cpuidle_governor.value.value_or("unknown");
  for (const IdleState& state : environment.idle_states.value.value_or(std::vector<IdleState>{})) {
    text +=
        ", " + state.name + (state.disabled ? " (disabled)" : "") + " " + std::to_string(state.exit_latency_us) + " us";
  }
  if (!environment.haltpoll) return text;
  const auto poll_ns = environment.haltpoll->find("guest_halt_poll_ns");
  if (poll_ns != environment.haltpoll->end()) text += ", polls for " + poll_ns->second + " ns before it halts";
  return text;
}

bool has_polling_state(const Environment& environment) {
  if (!environment.idle_states) return false;
  const auto& states = *environment.idle_states;
  return !states.empty() && states.front().name == "POLL";
}

bool booted_to_poll(const Environment& environment) {
  return environment.boot_idle_poll && *environment.boot_idle_poll;
}

}  // namespace

std::string why_idle_poll_has_no_effect(const Environment& environment) {
  if (booted_to_poll(environment)) return {};
  if (!environment.cpuidle_driver || *environment.cpuidle_driver == "none") {
    return "idle CPUs halt as the kernel's default has it: no cpuidle driver";
  }
  if (has_polling_state(environment)) return {};
  return "idle CPUs halt, and the kernel has no polling state: " + idle_policy(environment);
}

Finding check_idle(const Environment& environment) {
  const std::string topic = "idle";
  if (booted_to_poll(environment)) {
    return {Level::ok, topic, "idle CPUs poll: booted with idle=poll", {}, {}};
  }
  const std::string effect =
      "waking a thread includes waking its CPU: N and S of everything that blocks or sleeps are several times those of "
      "CPUs that poll when idle";
  if (std::string why = why_idle_poll_has_no_effect(environment); !why.empty()) {
    return {Level::note, topic, std::move(why), effect,
            "--idle poll cannot prevent it here; boot with idle=poll to measure without it"};
  }
  if (environment.cpu_dma_latency_us && *environment.cpu_dma_latency_us == 0) {
    return {Level::ok, topic, "idle CPUs poll: a latency request of 0 us is held by some process", {}, {}};
  }
  const std::string cause = "idle CPUs halt: " + idle_policy(environment);
  if (!environment.cpu_dma_latency.available) {
    return {Level::note, topic, cause, effect,
            "--idle poll is refused (" + environment.cpu_dma_latency.reason + "): run as root to measure with polling"};
  }
  return {Level::note, topic, cause, effect,
          "part of the result, which records it; measure with --idle poll as well to tell the two apart"};
}

}  // namespace kickbench::host::doctor
