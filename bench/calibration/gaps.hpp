// How often and for how long a CPU is away from a thread that only spins.
#pragma once

#include <cstdint>

#include "bench/host/preemption.hpp"
#include "ring/units.hpp"

namespace kickbench::bench::calibration {

/// Sums over the times that it was watched.
struct Gaps {
  std::uint64_t count = 0;
  Nanoseconds lost{};
  Nanoseconds watched{};

  void add(const host::PreemptionProbe& probe) {
    count += probe.gaps;
    lost += probe.lost;
    watched += probe.watched;
  }
  /// Of the time; 0 where nobody watched.
  double share() const { return watched > Nanoseconds(0) ? lost / watched : 0; }
};

}  // namespace kickbench::bench::calibration
