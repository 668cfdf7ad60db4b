#include "bench/host/preemption.hpp"

#include <algorithm>
#include <future>
#include <set>

#include "bench/host/thread.hpp"

namespace kickbench::host {

PreemptionProbe watch_for_gaps(const Clock& clock, Nanoseconds duration, Nanoseconds bound) {
  const TickSpan bound_ticks = clock.to_ticks(bound);
  std::uint64_t gaps = 0;
  TickSpan longest;
  TickSpan lost;
  const TickTime start = read_ticks();
  const TickTime end = start + clock.to_ticks(duration);
  TickTime previous = start;
  while (previous < end) {
    const TickTime now = read_ticks();
    const TickSpan jump = now - previous;
    previous = now;
    if (jump <= bound_ticks) continue;
    ++gaps;
    lost += jump;
    longest = std::max(longest, jump);
  }
  return {.cpu = -1,
          .gaps = gaps,
          .longest = clock.to_ns(longest),
          .lost = clock.to_ns(lost),
          .watched = clock.to_ns(previous - start),
          .bound = bound};
}

std::vector<PreemptionProbe> watch_cpus(const std::vector<int>& cpus, const Clock& clock, Nanoseconds duration) {
  std::vector<std::future<PreemptionProbe>> watching;
  for (const int cpu : std::set<int>(cpus.begin(), cpus.end())) {
    watching.push_back(std::async(std::launch::async, [cpu, duration, &clock] {
      pin_this_thread(cpu);
      PreemptionProbe probe = watch_for_gaps(clock, duration);
      probe.cpu = cpu;
      return probe;
    }));
  }
  std::vector<PreemptionProbe> probes;
  for (auto& probe : watching) probes.push_back(probe.get());
  return probes;
}

}  // namespace kickbench::host
