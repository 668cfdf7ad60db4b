// Whether a slice says anything: pure functions over what both sides left behind.
#pragma once

#include <string>

#include "bench/host/clock.hpp"
#include "bench/host/topology.hpp"
#include "bench/measure/side.hpp"

namespace kickbench::bench::measure {

/// Why a side was not on its CPU for all of the slice; empty if both were. A side that was lost has no report.
std::string why_off_cpu(const SideReport* producer, const SideReport* consumer, const host::Placement& placement);

/// Why nothing can be said of the slice, of which both sides came to their end; empty if it is sound.
std::string why_void(const SideReport& producer, const SideReport& consumer, const host::Placement& placement,
                     const host::Clock& clock);

}  // namespace kickbench::bench::measure
