#include "consumer/latency_histogram.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>

namespace kickbench {
namespace {

constexpr std::uint64_t span_max = std::numeric_limits<std::int64_t>::max();

TEST(LatencyHistogram, Buckets_are_monotonous_and_without_gaps) {
  std::size_t last = 0;
  for (std::uint64_t value = 0; value < (1U << 20); ++value) {
    const std::size_t bucket = LatencyHistogram::bucket_of(value);
    ASSERT_TRUE(bucket == last || bucket == last + 1) << value;
    last = bucket;
  }
}

TEST(LatencyHistogram, The_longest_span_falls_into_the_last_bucket) {
  EXPECT_EQ(LatencyHistogram::bucket_of(span_max), LatencyHistogram::bucket_count - 1);
}

TEST(LatencyHistogram, A_bucket_is_known_to_3_percent_by_its_middle) {
  for (std::uint64_t value = 1; value < span_max / 3; value += value / 7 + 1) {
    const double middle = LatencyHistogram::middle_of(LatencyHistogram::bucket_of(value));
    ASSERT_LE(std::abs(middle - static_cast<double>(value)), 0.03 * static_cast<double>(value)) << value;
  }
  for (std::uint64_t value = 0; value < 64; ++value) {
    EXPECT_EQ(LatencyHistogram::middle_of(LatencyHistogram::bucket_of(value)), static_cast<double>(value));
  }
}

TEST(LatencyHistogram, The_middle_of_a_bucket_is_the_mean_of_its_values) {
  for (std::size_t bucket = 0; bucket < 9 * 32; ++bucket) {
    double sum = 0;
    double count = 0;
    for (std::uint64_t value = 0; value < (1U << 14); ++value) {
      if (LatencyHistogram::bucket_of(value) != bucket) continue;
      sum += static_cast<double>(value);
      count += 1;
    }
    ASSERT_GT(count, 0) << bucket;
    EXPECT_DOUBLE_EQ(LatencyHistogram::middle_of(bucket), sum / count) << bucket;
  }
}

TEST(LatencyHistogram, Counts_adds_and_clears) {
  LatencyHistogram histogram;
  LatencyHistogram other;
  for (int i = 0; i < 5; ++i) histogram.record({1000});
  histogram.record({-7});
  other.record({1000});
  other.record({0});
  histogram.add(other);
  EXPECT_EQ(histogram.count_at(LatencyHistogram::bucket_of(1000)), 6U);
  EXPECT_EQ(histogram.count_at(0), 2U) << "a negative span counts as 0";
  EXPECT_EQ(histogram.count(), 8U);
  histogram.record({static_cast<std::int64_t>(span_max)});
  EXPECT_EQ(histogram.count_at(LatencyHistogram::bucket_count - 1), 1U);
  histogram.clear();
  for (std::size_t i = 0; i < LatencyHistogram::bucket_count; ++i) ASSERT_EQ(histogram.count_at(i), 0U);
}

TEST(LatencyHistogram, Sum_and_maximum_are_exact) {
  LatencyHistogram histogram;
  LatencyHistogram other;
  EXPECT_EQ(histogram.count() + histogram.sum() + histogram.max(), 0U);
  for (const std::int64_t span : {1'000'001, 1'000'003, -50, 7}) histogram.record({span});
  EXPECT_EQ(histogram.sum(), 2'000'011U) << "a negative span counts as 0";
  EXPECT_EQ(histogram.max(), 1'000'003U);
  other.record({1'000'002});
  histogram.add(other);
  EXPECT_EQ(histogram.sum(), 3'000'013U);
  EXPECT_EQ(histogram.max(), 1'000'003U) << "the larger of both";
  other.add(histogram);
  EXPECT_EQ(other.max(), 1'000'003U);
  histogram.clear();
  EXPECT_EQ(histogram.count() + histogram.sum() + histogram.max(), 0U);
}

}  // namespace
}  // namespace kickbench
