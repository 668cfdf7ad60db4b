// Ratios of two rings round by round, of rounds that both spent in the same place.
#include "bench/experiment/comparison.hpp"

#include <gtest/gtest.h>

#include "tests/bench/made_up_measurement.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

using test::measurement_of;
using test::moved;
using test::repetition_of;

constexpr LineClass near = LineClass::near;
constexpr LineClass far = LineClass::far;

using Round = std::pair<std::optional<LineClass>, std::int64_t>;

/// A slice in each round.
Measurement rounds(const std::vector<Round>& slices) {
  std::vector<Repetition> repetitions;
  for (const Round& slice : slices) repetitions.push_back(repetition_of({slice}));
  return measurement_of(std::move(repetitions));
}

TEST(PairedRatio, Is_the_median_of_the_rounds_ratios_not_the_ratio_of_medians) {
  // The medians of both are 200.
  const Measurement base = rounds({{near, 100}, {near, 200}, {near, 300}});
  const Measurement one = rounds({{near, 200}, {near, 400}, {near, 150}});
  const auto ratio = paired_ratio(one, base);
  ASSERT_TRUE(ratio);
  EXPECT_EQ(ratio->rounds, 3U);
  EXPECT_DOUBLE_EQ(ratio->median, 2);
}

TEST(PairedRatio, Of_itself_is_one) {
  const Measurement base = rounds({{near, 100}, {far, 170}});
  const auto ratio = paired_ratio(base, base);
  ASSERT_TRUE(ratio);
  EXPECT_EQ(ratio->rounds, 2U);
  EXPECT_DOUBLE_EQ(ratio->median, 1);
}

TEST(PairedRatio, Leaves_rounds_out_in_which_the_places_differ_or_one_moved) {
  const Measurement base = rounds({{near, 100}, {near, 100}, {far, 100}, {moved, 100}, {moved, 100}});
  const Measurement one = rounds({{far, 900}, {near, 300}, {moved, 900}, {near, 900}, {moved, 900}});
  const auto ratio = paired_ratio(one, base);
  ASSERT_TRUE(ratio);
  EXPECT_EQ(ratio->rounds, 1U);
  EXPECT_DOUBLE_EQ(ratio->median, 3);
  EXPECT_FALSE(ratio->interval) << "one round has no spread";
}

TEST(PairedRatio, Counts_only_rounds_that_both_have_complete) {
  const Measurement base = rounds({{near, 100}, {near, 100}});
  const Measurement one = rounds({{near, 200}});
  const auto ratio = paired_ratio(one, base);
  ASSERT_TRUE(ratio);
  EXPECT_EQ(ratio->rounds, 1U);
  EXPECT_FALSE(paired_ratio(rounds({{far, 200}}), base));
  EXPECT_FALSE(paired_ratio(measurement_of({}), base));
}

}  // namespace
}  // namespace kickbench::bench
