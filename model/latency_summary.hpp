#pragma once

#include "ring/units.hpp"

namespace kickbench::model {

/// The latency of items, in a few figures.
struct LatencySummary {
  Nanoseconds mean;
  Nanoseconds p50;  ///< quantiles are within 0.4 %
  Nanoseconds p99;
  Nanoseconds max;
};

}  // namespace kickbench::model
