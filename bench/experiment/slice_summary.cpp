#include "bench/experiment/slice_summary.hpp"

#include <algorithm>

namespace kickbench::bench::experiment {
namespace {

Nanoseconds rate_of(const measure::SideWindow& side, const host::Clock& clock) {
  return clock.to_ns(side.end - side.begin) / static_cast<double>(std::max<std::uint64_t>(side.items, 1));
}

SideSummary summary_of(const measure::SideWindow& side, const host::Clock& clock) {
  return {.ns_per_item = rate_of(side, clock),
          .gaps = side.pace.gaps,
          .gap_time = clock.to_ns(side.pace.gap_time),
          .switches = side.switches};
}

}  // namespace

CounterOffset in_ns(const measure::OffsetBounds& offset, const host::Clock& clock) {
  return {.estimate = clock.to_ns(offset.estimate()),
          .uncertainty = clock.to_ns(offset.upper - offset.lower) / 2,
          .corrected = offset.correction() != TickSpan{}};
}

SliceSummary summary_of(const measure::Slice& slice, const host::Clock& clock) {
  SliceSummary summary{.line_class = measure::class_of(slice),
                       .items = slice.consumer.items,
                       .ns_per_item = rate_of(slice.consumer, clock),
                       .measured = clock.to_ns(slice.producer.end - slice.producer.begin),
                       .producer = summary_of(slice.producer, clock),
                       .consumer = summary_of(slice.consumer, clock),
                       .cycles = slice.cycles,
                       .line_before = slice.line_before,
                       .line_after = slice.line_after};
  if (slice.counter_offset) summary.counter_offset = in_ns(*slice.counter_offset, clock);
  return summary;
}

}  // namespace kickbench::bench::experiment
