// What is kept of a slice by itself, so that others can select again.
#pragma once

#include <cstdint>
#include <optional>

#include "bench/host/clock.hpp"
#include "bench/measure/slice.hpp"

namespace kickbench::bench::experiment {

/// One side in one slice.
struct SideSummary {
  Nanoseconds ns_per_item{};  ///< by its own window, of the same items as the other side's
  std::uint64_t gaps = 0;     ///< times that its CPU was away
  Nanoseconds gap_time{};
  host::SchedulingCounts switches;
};

/// By how much the consumer's counter is ahead of the producer's.
struct CounterOffset {
  Nanoseconds estimate{};
  Nanoseconds uncertainty{};  ///< it cannot be further off
  bool corrected = false;     ///< it is certain, and taken off S and latency
};
CounterOffset in_ns(const measure::OffsetBounds& offset, const host::Clock& clock);

/// What is kept of each slice, the discarded ones too.
struct SliceSummary {
  std::optional<measure::LineClass> line_class;  ///< none: the threads moved while it ran
  std::uint64_t items = 0;
  Nanoseconds ns_per_item{};  ///< by the consumer's window
  Nanoseconds measured{};     ///< length of the producer's window
  SideSummary producer{};
  SideSummary consumer{};
  WindowCycles cycles{};
  std::optional<Nanoseconds> line_before;
  std::optional<Nanoseconds> line_after;
  std::optional<CounterOffset> counter_offset{};  ///< none where both threads share a CPU
};

SliceSummary summary_of(const measure::Slice& slice, const host::Clock& clock);

}  // namespace kickbench::bench::experiment
