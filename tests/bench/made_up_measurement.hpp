// Made-up measurements: repetitions of slices whose figures are known beforehand.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "bench/experiment/measurement.hpp"
#include "tests/bench/made_up.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench::test {

inline constexpr std::optional<LineClass> moved = std::nullopt;

inline void add_slice(Repetition& repetition, std::optional<LineClass> line_class, const Slice& slice) {
  repetition.slices.push_back(summary_of(slice, half_ns_clock()));
  repetition.slices.back().line_class = line_class;
  repetition.tallies.try_emplace(line_class, half_ns_clock()).first->second.add(slice);
}

/// A repetition of plain slices of 1000 items, each given by its class and its rate.
inline Repetition repetition_of(const std::vector<std::pair<std::optional<LineClass>, std::int64_t>>& slices) {
  Repetition repetition;
  for (const auto& [line_class, ns_per_item] : slices) {
    add_slice(repetition, line_class, plain_slice(1000, ns_per_item));
  }
  return repetition;
}

inline Measurement measurement_of(std::vector<Repetition> repetitions) {
  Measurement measurement;
  measurement.scenario = scenario_of(WaitKind::poll, 100, 50);
  measurement.placement = {.producer_cpu = 2, .consumer_cpu = 3, .name = "l3", .reason = "made up"};
  measurement.warm_up_per_slice = Nanoseconds(5e6);
  measurement.settling_slices = 2;
  measurement.settled = true;
  measurement.repetitions = std::move(repetitions);
  return measurement;
}

}  // namespace kickbench::bench::test
