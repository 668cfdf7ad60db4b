// Made-up facts: what the pure functions of a measurement are fed with.
#pragma once

#include <cstdint>
#include <optional>

#include "bench/host/clock.hpp"
#include "bench/measure/slice.hpp"
#include "bench/scenario/scenario.hpp"
#include "bench/stats/quantile.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench::test {

/// Two ticks a nanosecond: whoever confuses ticks with nanoseconds is off by a factor of two.
inline const host::Clock& half_ns_clock() {
  static const host::Clock clock({.ticks_per_ns = 2.0,
                                  .read_cost = Nanoseconds(10),
                                  .step = Nanoseconds(0.5),
                                  .invariant = true,
                                  .source = "tsc"});
  return clock;
}

inline Scenario scenario_of(WaitKind wait, double wp_ns, double wc_ns) {
  Scenario scenario;
  scenario.producer.work = Nanoseconds(wp_ns);
  scenario.consumer.work = Nanoseconds(wc_ns);
  scenario.producer.wait = scenario.consumer.wait = wait;
  return scenario;
}

inline Spread spread_with_mean(double mean_ns) {
  return {.count = 3, .median = Nanoseconds(1e6), .mean = Nanoseconds(mean_ns), .p99 = Nanoseconds(2e6)};
}

inline Spread spread_with_median(double median_ns) {
  return {.count = 3, .median = Nanoseconds(median_ns), .mean = Nanoseconds(1e6), .p99 = Nanoseconds(2e6)};
}

/// A slice in which both sides passed `items` in `ns_per_item` each, and nothing else happened.
inline Slice plain_slice(std::uint64_t items, std::int64_t ns_per_item, std::optional<double> line_ns = std::nullopt) {
  Slice slice;
  for (SideWindow* side : {&slice.producer, &slice.consumer}) {
    side->items = items;
    side->begin = TickTime{1000};
    side->end = TickTime{1000 + 2 * ns_per_item * static_cast<std::int64_t>(items)};
  }
  if (line_ns) slice.line_before = slice.line_after = Nanoseconds(*line_ns);
  return slice;
}

}  // namespace kickbench::bench::test
