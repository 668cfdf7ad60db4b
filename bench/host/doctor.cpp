#include "bench/host/doctor.hpp"

#include <array>
#include <cmath>
#include <cstdio>

#include "bench/host/doctor_checks.hpp"

namespace kickbench::host {

namespace doctor {

using Level = Finding::Level;

Finding check_io_uring(const Environment& environment) {
  const std::string topic = "io_uring";
  if (environment.io_uring.available) return {Level::ok, topic, "io_uring works", {}, {}};
  return {
      Level::note, topic, "io_uring is refused: " + environment.io_uring.reason,
      "notifiers that use io_uring are skipped, with this reason",
      "allow it (sysctl kernel.io_uring_disabled=0, the container's seccomp profile), or do without these notifiers"};
}

Finding check_memfd(const Environment& environment) {
  const std::string topic = "memfd";
  if (environment.memfd.available) return {Level::ok, topic, "shared memory can be sealed", {}, {}};
  return {Level::note, topic, "no sealed memory: " + environment.memfd.reason,
          "the queue lies in a file of /dev/shm; with --processes, a peer that makes it smaller ends the run by SIGBUS",
          "allow memfd_create (the container's seccomp profile), or keep to threads"};
}

Finding check_perf(const Environment& environment) {
  const std::string topic = "perf";
  if (environment.perf.available) return {Level::ok, topic, "hardware counters work", {}, {}};
  return {Level::note, topic, "no hardware counters: " + environment.perf.reason,
          "cycles and instructions per item are not reported, and a change of frequency can only be guessed from time",
          "sysctl kernel.perf_event_paranoid=2 or lower where the hardware has counters; a virtual machine needs a "
          "virtual PMU from its host"};
}

Finding check_energy(const Environment& environment) {
  const std::string topic = "energy";
  if (environment.rapl.available) return {Level::ok, topic, "the package's energy counter (RAPL) is readable", {}, {}};
  return {Level::note, topic, "no energy counter (RAPL): " + environment.rapl.reason,
          "energy per item is not measured; CPU time per item is, on both sides",
          "run as root on bare metal; a virtual machine has no such counter"};
}

Finding check_build(const Environment& environment) {
  const Build& build = environment.build;
  Finding finding{Level::ok, "build", build.type + " build by " + build.compiler, {}, {}};
  if (!build.sanitizers.empty()) {
    finding.level = Level::warning;
    finding.cause += ", with sanitizers: " + build.sanitizers;
    finding.effect = "every memory access is instrumented: rates, N and S are several times off";
  } else if (!build.optimized) {
    finding.level = Level::warning;
    finding.cause += ", not optimised";
    finding.effect =
        "the ring and the loops cost several times what they cost in a release build: T and the least W rise";
  }
  if (finding.level == Level::warning) finding.fix = "measure with the release build: cmake --preset release";
  return finding;
}

std::string in_words(double number) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.2f", number);
  std::string words = text.data();
  words.erase(words.find_last_not_of('0') + 1);
  if (words.back() == '.') words.pop_back();
  return words;
}

std::string in_words(Nanoseconds time) {
  const double ns = std::abs(time.count());
  if (ns < 1e3) return in_words(time.count()) + " ns";
  if (ns < 1e6) return in_words(time.count() / 1e3) + " us";
  if (ns < 1e9) return in_words(time.count() / 1e6) + " ms";
  return in_words(time.count() / 1e9) + " s";
}

}  // namespace doctor

std::vector<Finding> diagnose(const Environment& environment, const Topology& topology, const Clock& clock,
                              const ClockCheck& clock_check, const PreemptionProbe& probe,
                              const Fact<std::vector<Competitor>>& competitors) {
  using namespace doctor;
  return {
      check_virtual_machine(environment),
      check_usable_cpus(topology),
      check_smt(environment, topology),
      check_isolation(environment, topology),
      check_cpu_quota(environment, topology),
      check_load(environment, topology),
      check_competitors(competitors),
      check_preemption(probe),
      check_steal(environment),
      check_frequency(environment),
      check_idle(environment),
      check_counter(environment, clock),
      check_counter_rate(clock_check),
      check_counter_cost(clock),
      check_timer_slack(environment),
      check_io_uring(environment),
      check_memfd(environment),
      check_perf(environment),
      check_energy(environment),
      check_build(environment),
  };
}

}  // namespace kickbench::host
