// Each reason to call a result noisy: that it is given, at its bound not yet, and alone.
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

std::vector<std::string> noise_of(std::vector<Repetition> repetitions) {
  return conclude(measurement_of(std::move(repetitions))).noisy_reasons;
}

TEST(Noise, A_quiet_measurement_has_no_reason) {
  EXPECT_THAT(noise_of({repetition_of({{near, 100}, {near, 100}}), repetition_of({{near, 101}})}), IsEmpty());
}

/// A repetition of so many slices in one place, so many elsewhere, and so many during which the threads moved.
Repetition slices(int here, int elsewhere, int moving) {
  Repetition repetition;
  for (int i = 0; i < here; ++i) add_slice(repetition, near, plain_slice(1000, 100));
  for (int i = 0; i < elsewhere; ++i) add_slice(repetition, far, plain_slice(1000, 100));
  for (int i = 0; i < moving; ++i) add_slice(repetition, moved, plain_slice(1000, 100));
  return repetition;
}

TEST(Noise, Fewer_than_half_of_the_slices_in_one_place) {
  EXPECT_THAT(noise_of({slices(7, 0, 8)}),
              ElementsAre("only 7 of 15 slices were in one place, and 8 moved while they ran"));
  EXPECT_THAT(noise_of({slices(2, 1, 2)}),
              ElementsAre("only 2 of 5 slices were in one place, and 2 moved while they ran"));
  EXPECT_THAT(noise_of({slices(4, 3, 2), slices(3, 3, 0)}),
              ElementsAre("only 7 of 15 slices were in one place, and 2 moved while they ran"));
}

TEST(Noise, Slices_left_out_do_not_matter_where_half_of_them_are_left) {
  EXPECT_THAT(noise_of({slices(8, 7, 20)}),
              ElementsAre("only 8 of 35 slices were in one place, and 20 moved while they ran"));
  EXPECT_THAT(noise_of({slices(7, 0, 7)}), IsEmpty());
  EXPECT_THAT(noise_of({slices(2, 1, 1)}), IsEmpty());
  EXPECT_THAT(noise_of({slices(1, 0, 0)}), IsEmpty());
}

TEST(Noise, Slices_that_were_run_again) {
  Measurement measurement = measurement_of({slices(4, 0, 0)});
  measurement.void_slices = {{"the consumer did not get its CPU", 2}};
  EXPECT_THAT(conclude(measurement).noisy_reasons,
              ElementsAre("2 slices were run again: the consumer did not get its CPU"));
}

// What is left is a mixture of places.
TEST(Noise, All_slices_moved) {
  for (const int count : {1, 3, 20}) {
    EXPECT_THAT(noise_of({slices(0, 0, count)}),
                ElementsAre("the threads moved during every slice (line transfer time changed)"));
  }
}

/// 1000 items of 100 ns, of which the CPU of a side was away for so many ns.
Repetition with_gaps(std::int64_t producer_ns, std::int64_t consumer_ns) {
  Slice slice = plain_slice(1000, 100);
  slice.producer.pace.gaps = 3;
  slice.producer.pace.gap_time = TickSpan{2 * producer_ns};
  slice.consumer.pace.gaps = 5;
  slice.consumer.pace.gap_time = TickSpan{2 * consumer_ns};
  Repetition repetition;
  add_slice(repetition, near, slice);
  return repetition;
}

TEST(Noise, A_cpu_that_was_away_for_more_than_2_percent_of_the_time) {
  EXPECT_THAT(noise_of({with_gaps(2000, 2000)}), IsEmpty());
  EXPECT_THAT(noise_of({with_gaps(2100, 0)}),
              ElementsAre("the producer's CPU was away for 2.1 % of the time (3 gaps)"));
  EXPECT_THAT(noise_of({with_gaps(0, 4000)}),
              ElementsAre("the consumer's CPU was away for 4.0 % of the time (5 gaps)"));
  EXPECT_EQ(noise_of({with_gaps(3000, 3000)}).size(), 2U);
}

/// One second of a side, in which so many other threads took its CPU.
SideWindow second_with_switches(std::uint64_t items, std::uint64_t switches) {
  SideWindow side;
  side.items = items;
  side.end = TickTime{2'000'000'000};
  side.switches.involuntary = switches;
  return side;
}

Repetition with_switches(const SideWindow& producer, const SideWindow& consumer) {
  Slice slice;
  slice.producer = producer;
  slice.consumer = consumer;
  Repetition repetition;
  add_slice(repetition, near, slice);
  return repetition;
}

TEST(Noise, A_cpu_that_was_taken_by_other_threads_more_than_25_times_a_second) {
  const SideWindow quiet = second_with_switches(1000, 25);
  EXPECT_THAT(noise_of({with_switches(quiet, quiet)}), IsEmpty());
  EXPECT_THAT(noise_of({with_switches(second_with_switches(1000, 26), quiet)}),
              ElementsAre("another thread took the producer's CPU 26 times a second"));
  EXPECT_THAT(noise_of({with_switches(quiet, second_with_switches(1000, 100))}),
              ElementsAre("another thread took the consumer's CPU 100 times a second"));
}

// Over the null ring each side passes items of its own.
TEST(Noise, A_second_is_a_second_of_the_side_however_many_items_the_other_one_passed) {
  EXPECT_THAT(noise_of({with_switches(second_with_switches(10'000, 25), second_with_switches(1000, 25))}), IsEmpty());
  EXPECT_EQ(noise_of({with_switches(second_with_switches(100, 26), second_with_switches(1000, 0))}).size(), 1U);
}

TEST(Noise, Repetitions_that_differ_by_more_than_5_percent_of_the_headline) {
  EXPECT_THAT(noise_of({repetition_of({{near, 95}}), repetition_of({{near, 100}}), repetition_of({{near, 105}})}),
              IsEmpty());
  EXPECT_THAT(noise_of({repetition_of({{near, 92}}), repetition_of({{near, 100}}), repetition_of({{near, 104}})}),
              ElementsAre("repetitions differ by +-6 %"));
}

TEST(Noise, One_repetition_cannot_differ) { EXPECT_THAT(noise_of({repetition_of({{near, 100}})}), IsEmpty()); }

}  // namespace
}  // namespace kickbench::bench
