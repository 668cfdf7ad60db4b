// What asking the kernel to sleep really takes.
#pragma once

#include <span>
#include <vector>

#include "bench/calibration/pinned_pair.hpp"
#include "bench/host/clock.hpp"
#include "ring/units.hpp"

namespace kickbench::bench::calibration {

struct SleepCost {
  Nanoseconds asked;
  std::vector<Nanoseconds> oversleeps;  ///< by how much each sleep was longer, in the order in which they were seen
};

/// The lengths that are measured, ascending.
std::span<const Nanoseconds> sleep_lengths();

/// A few sleeps of each length, by the producer's thread or by the consumer's, while the other one spins. Throws
/// Cancelled.
std::vector<SleepCost> measure_sleeps(PinnedPair& threads, bool by_producer, const host::Clock& clock);

/// Of the length that is nearest on a logarithmic scale; null without any.
const SleepCost* nearest(std::span<const SleepCost> costs, Nanoseconds asked);

}  // namespace kickbench::bench::calibration
