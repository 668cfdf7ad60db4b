#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

#include "consumer/latency_histogram.hpp"

namespace kickbench {
namespace {

constexpr std::uint64_t longest = std::numeric_limits<std::int64_t>::max();  // of a TickSpan

/// The least value of a bucket, by the definition: 32 buckets an octave, the first two octaves value by value.
std::uint64_t least_of(std::size_t bucket) {
  if (bucket < 32) return bucket;
  return std::uint64_t{32 + bucket % 32} << (bucket / 32 - 1);
}

TEST(LatencyBuckets, Buckets_follow_each_other_without_gap_or_overlap_up_to_the_longest_span) {
  for (std::size_t bucket = 0; bucket < LatencyHistogram::bucket_count; ++bucket) {
    ASSERT_EQ(LatencyHistogram::bucket_of(least_of(bucket)), bucket);
    if (bucket == 0) continue;
    ASSERT_EQ(LatencyHistogram::bucket_of(least_of(bucket) - 1), bucket - 1);
  }
  EXPECT_EQ(LatencyHistogram::bucket_of(longest), LatencyHistogram::bucket_count - 1);
}

TEST(LatencyBuckets, Bucket_of_never_decreases) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t a = (random() & longest) >> (random() % 63);
    const std::uint64_t b = (random() & longest) >> (random() % 63);
    ASSERT_LE(LatencyHistogram::bucket_of(std::min(a, b)), LatencyHistogram::bucket_of(std::max(a, b)))
        << a << ", " << b;
  }
}

/// Half a bucket's width: 1.6 % of the least value in it.
void expect_known_to_half_a_bucket(std::uint64_t value) {
  const double exact = static_cast<double>(value);
  const double middle = LatencyHistogram::middle_of(LatencyHistogram::bucket_of(value));
  ASSERT_LE(std::abs(middle - exact), exact / 64) << value;
  if (value < 64) {
    ASSERT_EQ(middle, exact);
  }
}

TEST(LatencyBuckets, The_middle_of_a_bucket_is_within_half_its_width_of_every_value_in_it) {
  for (std::size_t bucket = 0; least_of(bucket) < std::uint64_t{1} << 62; ++bucket) {
    expect_known_to_half_a_bucket(least_of(bucket));
    expect_known_to_half_a_bucket(least_of(bucket + 1) - 1);
  }
  std::mt19937_64 random(2);
  for (int i = 0; i < 100'000; ++i) expect_known_to_half_a_bucket((random() >> 2) >> (random() % 62));
}

TEST(LatencyBuckets, Spans_below_zero_count_as_zero_and_the_longest_has_a_bucket) {
  LatencyHistogram histogram;
  histogram.record(TickSpan{-1});
  histogram.record(TickSpan{std::numeric_limits<std::int64_t>::min()});
  histogram.record(TickSpan{0});
  histogram.record(TickSpan{std::numeric_limits<std::int64_t>::max()});
  EXPECT_EQ(histogram.count_at(0), 3U);
  EXPECT_EQ(histogram.count_at(LatencyHistogram::bucket_count - 1), 1U);
}

}  // namespace
}  // namespace kickbench
