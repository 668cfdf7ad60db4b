#include <algorithm>

#include "bench/host/cgroup.hpp"
#include "bench/host/cpu_list.hpp"
#include "bench/host/doctor_checks.hpp"

namespace kickbench::host::doctor {

using Level = Finding::Level;

namespace {

// A share of lost time above this shifts a median, not only the tail.
constexpr double serious_share = 0.001;

std::string percent(double share) { return in_words(share * 100) + " %"; }

}  // namespace

Finding check_preemption(const PreemptionProbe& probe) {
  const std::string topic = "preemption";
  const std::string cause = std::to_string(probe.gaps) + " gaps over " + in_words(probe.bound) + " in " +
                            in_words(probe.watched) + " of spinning";
  if (probe.gaps == 0) return {Level::ok, topic, cause, {}, {}};
  const double share = probe.lost / probe.watched;
  return {
      share < serious_share ? Level::note : Level::warning, topic,
      cause + ", the longest " + in_words(probe.longest) + ", " + percent(share) + " of the time",
      "a thread that is measured stands still that often: p99 and maximum of S and latency, and rates in proportion; "
      "steal time hides most of it on a virtual machine",
      "fewer other programs, isolated CPUs, interrupts moved away (/proc/irq/*/smp_affinity); each side counts its "
      "gaps, and they count in a row's grade"};
}

Finding check_steal(const Environment& environment) {
  const std::string topic = "steal";
  const Fact<std::uint64_t>& steal = environment.steal_ticks;
  if (!steal) {
    return {Level::note, topic, "steal time is not known: " + steal.reason,
            "time that a hypervisor takes away cannot be told from other preemption", "gaps are found by the clock"};
  }
  if (*steal == 0) return {Level::ok, topic, "no steal time since boot", {}, {}};
  const double all = environment.cpu_ticks ? static_cast<double>(*environment.cpu_ticks) : 0;
  const double share = all > 0 ? static_cast<double>(*steal) / all : 0;
  return {all > 0 && share < serious_share ? Level::note : Level::warning, topic,
          std::to_string(*steal) + " ticks of steal time since boot" +
              (all > 0 ? ", " + percent(share) + " of all CPU time, idle included" : std::string()),
          "the hypervisor runs others on these CPUs meanwhile: gaps in rates, long tails of S and latency; what is "
          "accounted is a part of it",
          "nothing inside the machine; ask for dedicated CPUs. Gaps are found by the clock, and steal is recorded per "
          "repetition"};
}

Finding check_isolation(const Environment& environment, const Topology& topology) {
  const std::string topic = "isolation";
  const std::string effect =
      "the scheduler puts other threads on the measured CPUs, and the timer tick interrupts them: tails of S and "
      "latency";
  const std::vector<int> isolated = environment.isolated_cpus.value.value_or(std::vector<int>{});
  if (isolated.empty()) {
    return {Level::note, topic,
            environment.isolated_cpus ? "no CPU is isolated from the scheduler"
                                      : "not known whether CPUs are isolated: " + environment.isolated_cpus.reason,
            effect, "boot with isolcpus= and nohz_full= for the quietest figures, and measure there with --place P,C"};
  }
  std::vector<int> reachable;
  for (const int cpu : topology.usable_cpus()) {
    if (std::find(isolated.begin(), isolated.end(), cpu) != isolated.end()) reachable.push_back(cpu);
  }
  const std::string list = format_cpu_list(isolated);
  if (reachable.size() < 2) {
    return {Level::note, topic, "CPUs " + list + " are isolated, but this process may not use two of them", effect,
            "start it with taskset -c and a list that holds two isolated CPUs and one other"};
  }
  const std::vector<int> tickless = environment.nohz_full_cpus.value.value_or(std::vector<int>{});
  return {Level::ok,
          topic,
          "CPUs " + format_cpu_list(reachable) + " are isolated and usable (--place P,C); tickless: " +
              (tickless.empty() ? "none" : format_cpu_list(tickless)),
          {},
          {}};
}

Finding check_cpu_quota(const Environment& environment, const Topology& topology) {
  const std::string topic = "cpu-quota";
  const Fact<double>& quota = environment.cpu_quota_cpus;
  if (!quota && quota.reason == no_cpu_quota) return {Level::ok, topic, no_cpu_quota, {}, {}};
  if (!quota) {
    return {Level::note, topic, "not known whether a CPU quota is set: " + quota.reason,
            "a quota would stop all threads for the rest of a period", "gaps are found by the clock"};
  }
  const std::string cause = "the cgroup allows " + in_words(*quota) + " CPUs";
  const auto needed = static_cast<double>(std::min(topology.usable_cpus().size(), threads_of_a_run));
  if (*quota >= needed) return {Level::ok, topic, cause + ", enough for a run", {}, {}};
  return {Level::warning, topic, cause + ", and a run spins on up to " + in_words(needed),
          "when the quota is used up, the kernel stops all threads for the rest of the period: gaps of tens of "
          "milliseconds, rates cut to the quota",
          "raise or remove it (cpu.max of the cgroup; docker run --cpus, limits.cpu of the pod)"};
}

Finding check_load(const Environment& environment, const Topology& topology) {
  const std::string topic = "load";
  const Fact<double>& load = environment.load_average;
  if (!load) {
    return {Level::note, topic, "the load is not known: " + load.reason, "other programs compete for caches and CPUs",
            "measure on a machine that does nothing else"};
  }
  constexpr double quiet = 0.5;  // less than one thread busy half of the time
  const std::string cause = "load average " + in_words(*load);
  if (*load < quiet) return {Level::ok, topic, cause, {}, {}};
  const double wanted = *load + static_cast<double>(threads_of_a_run);
  const bool crowded = wanted > static_cast<double>(topology.usable_cpus().size());
  return {crowded ? Level::warning : Level::note, topic,
          cause + ", with " + std::to_string(topology.usable_cpus().size()) + " usable CPUs",
          crowded ? "there are more busy threads than CPUs: the measured ones are preempted, in all numbers"
                  : "other programs share caches, memory and turbo with the measured threads: rates and S spread",
          "stop what runs beside; a comparison interleaves its arms and measures the noise of now"};
}

Finding check_competitors(const Fact<std::vector<Competitor>>& competitors) {
  constexpr double negligible = 0.02;  // a tick or less of the time that one looks
  constexpr std::size_t named_max = 5;
  const std::string topic = "competitors";
  const std::string effect =
      "a measured thread shares its CPU with it, a niced one too: gaps in rates and in W, N and S of a CPU that is "
      "never "
      "idle, fewer notifications per item";
  if (!competitors) {
    return {Level::note, topic, "not known who else runs on the measured CPUs: " + competitors.reason, effect,
            "gaps are found by the clock, and count in a row's grade"};
  }
  std::string names;
  std::size_t count = 0;
  for (const Competitor& competitor : *competitors) {
    if (competitor.share <= negligible || ++count > named_max) continue;
    names += (names.empty() ? "" : ", ") + ("'" + competitor.name + "'") + " (pid " + std::to_string(competitor.pid) +
             ", nice " + std::to_string(competitor.nice) + ") took " + percent(competitor.share) + " of CPU " +
             std::to_string(competitor.cpu);
  }
  if (count == 0) return {Level::ok, topic, "nobody else runs on the measured CPUs", {}, {}};
  if (count > named_max) names += ", and " + std::to_string(count - named_max) + " more";
  return {Level::warning, topic, names, effect,
          "stop them, keep them on other CPUs (taskset -p), or measure elsewhere (--place P,C)"};
}

Finding check_timer_slack(const Environment& environment) {
  const std::string topic = "timer-slack";
  const Fact<std::uint64_t>& slack = environment.timer_slack_ns;
  if (!slack) {
    return {Level::note, topic, "the timer slack is not known: " + slack.reason,
            "a sleep may end later than asked by as much as the slack", "the measured length of sleeps is reported"};
  }
  const std::string cause = "a timed sleep may end " + in_words(Nanoseconds(static_cast<double>(*slack))) + " late";
  if (*slack <= 1000) return {Level::ok, topic, cause, {}, {}};
  return {Level::note, topic, cause, "sleeps of the sleep strategy (Y_P, Y_C) would be longer than asked",
          "the measured threads ask for 1 ns themselves; nothing to do"};
}

}  // namespace kickbench::host::doctor
