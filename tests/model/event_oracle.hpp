// The model's event semantics, executed step by step in whole nanoseconds: what the closed forms are checked against.
#pragma once

#include <cstdint>

#include "model/parameters.hpp"

namespace kickbench::model::oracle {

using Time = std::int64_t;

/// Exact sums over whole periods of the steady state that a cold start reaches.
struct Steady {
  std::int64_t items = 0;
  Time elapsed = 0;
  std::int64_t kicks = 0;
  std::int64_t interrupts = 0;
  std::int64_t spurious_kicks = 0;  ///< of the kicks: the consumer found work by itself
  std::int64_t spurious_interrupts = 0;
  std::int64_t producer_sleeps = 0;
  std::int64_t consumer_sleeps = 0;
  Time latency_own_sum = 0;      ///< from the start of the item's own production to the end of its consumption
  Time latency_service_max = 0;  ///< from the start of the previous item's production instead
};

/// How long one side takes from asking for a notification to its second look, and from publishing to its look whether
/// the peer asks for one; in whole nanoseconds.
struct Windows {
  Time arm = 0;
  Time publish = 0;
};

/// Runs from a cold start (queue empty, consumer stopped) until the state repeats, then over one settled period.
/// Every time must be a whole number of nanoseconds and no start-up may begin before its notification (S >= -N).
Steady run(Sync sync, const Parameters& parameters, Windows producer = {}, Windows consumer = {});

}  // namespace kickbench::model::oracle
