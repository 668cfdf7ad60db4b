// How long a slice of a scenario warms up, is measured and cools down.
#pragma once

#include "bench/measure/session.hpp"
#include "bench/scenario/scenario.hpp"

namespace kickbench::bench::experiment {

/// Measured time of one slice.
inline constexpr Nanoseconds slice_measured{45e6};

/// What a slice of a scenario runs before and after its window. A stream starts with an empty queue; where the producer
/// is the faster side the queue fills at the difference of the rates, and until it is full nobody is interrupted. The
/// sum of all three is at most 60 ms, but for queues that take longer than that to fill or to drain.
measure::SlicePlan slice_plan(const scenario::Scenario& scenario);

}  // namespace kickbench::bench::experiment
