#include "bench/experiment/slice_summary.hpp"

#include <gtest/gtest.h>

#include "tests/bench/made_up.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

using test::half_ns_clock;

TEST(SliceSummary, Keeps_what_is_needed_to_select_again) {
  Slice slice = test::plain_slice(1000, 200, 25);
  slice.producer.end += TickSpan{2000};  // two ticks a nanosecond: 1 ns an item
  slice.producer.pace.gaps = 3;
  slice.producer.pace.gap_time = {500};
  slice.consumer.switches = {.voluntary = 7, .involuntary = 2};
  slice.cycles = {.warm_up = 4, .count = 9, .whole = true};
  slice.counter_offset = OffsetBounds{.lower = {100}, .upper = {140}};
  const SliceSummary summary = summary_of(slice, half_ns_clock());
  EXPECT_EQ(summary.line_class, LineClass::mid);
  EXPECT_EQ(summary.items, 1000U);
  EXPECT_EQ(summary.ns_per_item, Nanoseconds(200));
  EXPECT_EQ(summary.measured, Nanoseconds(201'000));
  EXPECT_EQ(summary.producer.ns_per_item, Nanoseconds(201));
  EXPECT_EQ(summary.producer.gaps, 3U);
  EXPECT_EQ(summary.producer.gap_time, Nanoseconds(250));
  EXPECT_EQ(summary.consumer.ns_per_item, Nanoseconds(200));
  EXPECT_EQ(summary.consumer.gaps, 0U);
  EXPECT_EQ(summary.consumer.switches.voluntary, 7U);
  EXPECT_EQ(summary.consumer.switches.involuntary, 2U);
  EXPECT_EQ(summary.cycles.warm_up, 4U);
  EXPECT_EQ(summary.cycles.count, 9U);
  EXPECT_TRUE(summary.cycles.whole);
  EXPECT_EQ(summary.line_before, Nanoseconds(25));
  EXPECT_EQ(summary.line_after, Nanoseconds(25));
  ASSERT_TRUE(summary.counter_offset);
  EXPECT_EQ(summary.counter_offset->estimate, Nanoseconds(60));
  EXPECT_EQ(summary.counter_offset->uncertainty, Nanoseconds(10));
  EXPECT_TRUE(summary.counter_offset->corrected);
}

TEST(SliceSummary, Of_threads_that_share_a_CPU_has_no_line_and_no_offset) {
  const SliceSummary summary = summary_of(test::plain_slice(10, 5), half_ns_clock());
  EXPECT_EQ(summary.line_class, LineClass::unknown);
  EXPECT_FALSE(summary.line_before);
  EXPECT_FALSE(summary.counter_offset);
}

TEST(SliceSummary, An_offset_that_may_be_none_is_not_corrected) {
  Slice slice = test::plain_slice(10, 5, 25);
  slice.counter_offset = OffsetBounds{.lower = {-100}, .upper = {80}};
  const auto offset = summary_of(slice, half_ns_clock()).counter_offset.value();
  EXPECT_EQ(offset.estimate, Nanoseconds(-5));
  EXPECT_EQ(offset.uncertainty, Nanoseconds(45));
  EXPECT_FALSE(offset.corrected);
}

}  // namespace
}  // namespace kickbench::bench
