// The least W that can be emulated over a ring.
#pragma once

#include <optional>
#include <vector>

#include "bench/host/clock.hpp"
#include "bench/host/topology.hpp"
#include "bench/measure/slice.hpp"
#include "bench/scenario/scenario.hpp"

namespace kickbench::bench::calibration {

/// What an item takes when W is asked to be 1 ns.
struct LeastWork {
  scenario::RingKind ring;
  std::optional<measure::LineClass> line_class;
  Nanoseconds producer;
  Nanoseconds consumer;
};
std::vector<LeastWork> measure_least_work(const host::Placement& placement, const host::Clock& clock);

}  // namespace kickbench::bench::calibration
