// Looks for the moments in which a thread that only spins does not run.
#pragma once

#include <cstdint>
#include <vector>

#include "bench/host/clock.hpp"
#include "ring/units.hpp"

namespace kickbench::host {

/// What a spinning thread missed. Steal time does not show these: a hypervisor accounts for few of them.
struct PreemptionProbe {
  int cpu = -1;            // where it looked; -1 for wherever the caller ran
  std::uint64_t gaps = 0;  // jumps of the counter over the bound
  Nanoseconds longest{};   // of the gaps; 0 when there was none
  Nanoseconds lost{};      // in all gaps
  Nanoseconds watched{};   // how long it looked
  Nanoseconds bound{};     // the shortest jump that counts
};

inline constexpr Nanoseconds preemption_bound{10'000};

/// Spins on the calling thread for `duration`, reading the counter. Pin the thread first: a migration counts as a gap.
PreemptionProbe watch_for_gaps(const Clock& clock, Nanoseconds duration, Nanoseconds bound = preemption_bound);

/// The same on each of these CPUs, all at once, on threads that are pinned there; a CPU that is named twice is watched
/// once. Throws std::system_error that names the CPU.
std::vector<PreemptionProbe> watch_cpus(const std::vector<int>& cpus, const Clock& clock, Nanoseconds duration);

}  // namespace kickbench::host
