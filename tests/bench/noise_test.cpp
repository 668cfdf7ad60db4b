// How sure the headline is: what is concluded from repetitions and slices.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/experiment/measurement.hpp"
#include "tests/bench/made_up_measurement.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

using test::add_slice;
using test::measurement_of;
using test::moved;
using test::plain_slice;
using test::repetition_of;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr LineClass near = LineClass::near;
constexpr LineClass far = LineClass::far;

Noise noise_of(std::vector<Repetition> repetitions) { return conclude(measurement_of(std::move(repetitions))).noise; }

/// A repetition of three slices of 1000 items in so many ns each, of which the CPU of a side was away for a share.
Repetition with_gaps(std::int64_t ns_per_item, double producer_share, double consumer_share) {
  Repetition repetition;
  for (int i = 0; i < 3; ++i) {
    Slice slice = plain_slice(1000, ns_per_item);
    for (const auto& [side, share] :
         {std::pair(&slice.producer, producer_share), std::pair(&slice.consumer, consumer_share)}) {
      side->pace.work = TickSpan{100'000};
      side->pace.gap_time = TickSpan{static_cast<std::int64_t>(share * 2000 * static_cast<double>(ns_per_item))};
    }
    slice.producer.counters.waiting = TickSpan{10};
    slice.consumer.counters.waiting = TickSpan{1000};  // the producer sets the pace
    add_slice(repetition, near, slice);
  }
  return repetition;
}

TEST(Noise, Undisturbed_is_the_time_less_the_gaps_of_the_side_that_sets_the_pace) {
  const Noise noise = noise_of({with_gaps(2000, 0.05, 0.5)});
  EXPECT_EQ(noise.bottleneck, Bottleneck::producer);
  EXPECT_NEAR(noise.undisturbed.value().count(), 1900, 1e-6);
  EXPECT_NEAR(noise.interference_pct.value(), 100 * 0.05 / 0.95, 1e-6) << "g / (1 - g)";
}

TEST(Noise, A_repetition_is_corrected_by_its_own_gaps) {
  // The median of the times is the second's, whose CPU was away less than in the mean of all three.
  const Noise noise = noise_of({with_gaps(2000, 0, 0), with_gaps(2020, 0.01, 0), with_gaps(4000, 0.5, 0)});
  EXPECT_NEAR(noise.undisturbed.value().count(), 2000, 1e-6);
  EXPECT_NEAR(noise.interference_pct.value(), 1, 1e-6);
}

TEST(Noise, Where_no_clock_is_read_interference_is_not_known) {
  const Noise noise = noise_of({repetition_of({{near, 100}, {near, 100}, {near, 100}})});
  EXPECT_FALSE(noise.bottleneck);
  EXPECT_FALSE(noise.interference_pct);
  EXPECT_FALSE(noise.undisturbed);
}

TEST(Noise, Spread_is_half_of_the_interval) {
  EXPECT_NEAR(noise_of({repetition_of({{near, 95}}), repetition_of({{near, 100}}), repetition_of({{near, 107}})})
                  .spread_pct.value(),
              6, 1e-9);
  EXPECT_FALSE(noise_of({repetition_of({{near, 100}})}).spread_pct);
}

TEST(Noise, Slices_have_quantiles_where_there_are_ten_in_the_class) {
  std::vector<std::pair<std::optional<LineClass>, std::int64_t>> slices{{far, 999}};
  for (int i = 1; i <= 9; ++i) slices.emplace_back(near, 100 * i);
  EXPECT_FALSE(noise_of({repetition_of(slices)}).slices_p10);
  slices.emplace_back(near, 1000);
  EXPECT_NEAR(noise_of({repetition_of(slices)}).slices_p10.value().count(), 190, 1e-9);
  EXPECT_NEAR(noise_of({repetition_of(slices)}).slices_p90.value().count(), 910, 1e-9);
}

TEST(Noise, Places_are_told_apart_by_more_than_the_spread) {
  const auto rounds = [](std::int64_t elsewhere) {
    std::vector<Repetition> repetitions;
    for (const std::int64_t ns : {98, 100, 102}) {
      repetitions.push_back(repetition_of({{near, ns}, {near, ns}, {far, elsewhere}, {moved, 500}}));
    }
    return noise_of(std::move(repetitions));
  };
  const Noise noise = rounds(110);
  ASSERT_EQ(noise.places.size(), 3U);
  EXPECT_EQ(noise.places[0].line_class, moved);
  EXPECT_EQ(noise.places[1].slices, 6U);
  EXPECT_EQ(noise.places[1].ns_per_item, Nanoseconds(100));
  EXPECT_NEAR(noise.place_pct.value(), 10, 1e-9);
  EXPECT_TRUE(noise.places_differ());
  EXPECT_FALSE(rounds(101).places_differ()) << "the repetitions themselves differ by 2 %";
}

TEST(Noise, A_steady_measurement_is_quiet) {
  const Graded graded = noise_of({with_gaps(2000, 0, 0), with_gaps(2010, 0, 0)}).graded;
  EXPECT_EQ(graded.grade, Grade::quiet);
  EXPECT_THAT(graded.reasons, IsEmpty());
}

TEST(Noise, Gaps_spread_and_what_is_missing_spoil_it) {
  EXPECT_EQ(noise_of({with_gaps(2000, 0.04, 0), with_gaps(2010, 0.04, 0)}).graded.grade, Grade::usable);
  EXPECT_EQ(noise_of({with_gaps(2000, 0.06, 0), with_gaps(2010, 0.06, 0)}).graded.grade, Grade::spoiled);
  EXPECT_EQ(noise_of({with_gaps(2000, 0, 0), with_gaps(2400, 0, 0)}).graded.grade, Grade::spoiled);
  EXPECT_THAT(noise_of({repetition_of({{near, 100}}), repetition_of({{near, 100}})}).graded.reasons,
              ElementsAre("2 slices in the class, fewer than 3"));
  Measurement measurement = measurement_of({with_gaps(2000, 0, 0), with_gaps(2000, 0, 0)});
  measurement.void_slices = {{"the consumer did not get its CPU", 2}};
  EXPECT_EQ(conclude(measurement).noise.graded.grade, Grade::spoiled);
}

TEST(Noise, Switches_and_a_rate_that_was_not_steady_are_no_reason) {
  Measurement measurement = measurement_of({with_gaps(2000, 0, 0), with_gaps(2000, 0, 0)});
  measurement.settled = false;
  EXPECT_EQ(conclude(measurement).noise.graded.grade, Grade::quiet);
}

TEST(Noise, Full_logs_spoil_it) {
  Slice slice = plain_slice(1000, 100);
  slice.consumer.counters.records_dropped = 5;
  Repetition repetition;
  for (int i = 0; i < 3; ++i) add_slice(repetition, near, slice);
  EXPECT_THAT(noise_of({repetition, repetition}).graded.reasons,
              ElementsAre("the log was full: 30 notifications or waits are not in N and S"));
}

/// The sides take a different time for the same items.
Repetition lopsided() {
  Slice slice = plain_slice(1000, 100);
  slice.producer.end = slice.producer.begin + TickSpan{2 * 98'000};
  Repetition repetition;
  for (int i = 0; i < 3; ++i) add_slice(repetition, near, slice);
  return repetition;
}

TEST(Noise, Sides_that_differ_spoil_it_but_for_a_null_ring) {
  Measurement measurement = measurement_of({lopsided(), lopsided()});
  EXPECT_THAT(conclude(measurement).noise.graded.reasons,
              ElementsAre("producer's and consumer's time per item differ by 2.0 %"));
  measurement.scenario.ring = RingKind::null;
  EXPECT_EQ(conclude(measurement).noise.graded.grade, Grade::quiet);
}

TEST(Noise, Repetitions_in_different_regimes_spoil_it) {
  const auto stopping = [](std::uint64_t stops) {
    Slice slice = plain_slice(10'000, 100);
    slice.stops.consumer_stops = stops;
    slice.consumer.counters.blocked_waits = stops;
    Repetition repetition;
    for (int i = 0; i < 3; ++i) add_slice(repetition, near, slice);
    return repetition;
  };
  Measurement measurement = measurement_of({stopping(0), stopping(2000)});
  measurement.scenario = test::scenario_of(WaitKind::block, 100, 50);
  EXPECT_THAT(conclude(measurement).noise.graded.reasons, ElementsAre("repetitions were in different regimes: EQ, FC"));
}

/// Repetitions that began and ended at these times, in seconds.
std::vector<Repetition> at(const std::vector<std::pair<double, double>>& times) {
  std::vector<Repetition> repetitions;
  for (const auto& [began, ended] : times) {
    repetitions.push_back(repetition_of({{near, 100}}));
    repetitions.back().began = Nanoseconds(1e9 * began);
    repetitions.back().ended = Nanoseconds(1e9 * ended);
  }
  return repetitions;
}

TEST(IntervalKind, Is_interleaved_where_others_had_time_between_any_two_repetitions) {
  EXPECT_EQ(interval_kind(at({{0, 1}, {9.1, 10}, {18.1, 19}})), IntervalKind::interleaved);
  EXPECT_EQ(interval_kind(at({{0, 1}, {9.1, 10}, {17.9, 19}})), IntervalKind::within_run);
  EXPECT_EQ(interval_kind(at({{0, 1}})), IntervalKind::within_run);
  EXPECT_EQ(interval_kind({}), IntervalKind::within_run);
}

TEST(IntervalKind, Goes_with_the_result) {
  EXPECT_EQ(conclude(measurement_of(at({{0, 1}, {10, 11}}))).interval_kind, IntervalKind::interleaved);
  EXPECT_EQ(conclude(measurement_of(at({{0, 1}, {1, 2}}))).interval_kind, IntervalKind::within_run);
}

}  // namespace
}  // namespace kickbench::bench
