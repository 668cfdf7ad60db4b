#pragma once

#include <optional>

#include "bench/experiment/slice_summary.hpp"
#include "bench/host/topology.hpp"

namespace kickbench::bench::calibration {

/// By how much the counters of two CPUs differ, by a line probe between them while nothing is measured. Takes about a
/// millisecond. None where both threads share a CPU. Throws std::system_error where a thread cannot be started or
/// pinned.
std::optional<experiment::CounterOffset> compare_counters(const host::Placement& placement, const host::Clock& clock);

}  // namespace kickbench::bench::calibration
