#include "bench/stats/quantile.hpp"
#include "tests/bench/names.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>
#include <random>

namespace kickbench::bench {
namespace {

using Binomials = std::array<std::array<std::uint64_t, 41>, 41>;

constexpr Binomials pascal() {
  Binomials c{};
  for (std::size_t n = 0; n < c.size(); ++n) {
    c[n][0] = 1;
    for (std::size_t k = 1; k <= n; ++k) c[n][k] = c[n - 1][k - 1] + c[n - 1][k];
  }
  return c;
}
constexpr Binomials binomial = pascal();

/// P(x_(d+1) <= median <= x_(n-d)), exactly: sums of integers below 2^40 over a power of two.
double coverage(std::size_t n, std::size_t d) {
  std::uint64_t tail = 0;
  for (std::size_t i = 0; i <= d; ++i) tail += binomial[n][i];
  return 1 - std::ldexp(static_cast<double>(tail), 1 - static_cast<int>(n));
}

/// 0, 1, 2 ...: each sample is its own rank. In random order.
std::vector<double> ranks(std::size_t n, std::mt19937& random) {
  std::vector<double> samples(n);
  std::iota(samples.begin(), samples.end(), 0.0);
  std::ranges::shuffle(samples, random);
  return samples;
}

TEST(Quantile, Interpolates_between_order_statistics) {
  std::mt19937 random(1);
  std::uniform_int_distribution<int> value(-5, 5);  // few values, so that there are ties
  for (std::size_t n = 1; n <= 40; ++n) {
    std::vector<double> samples(n);
    for (double& sample : samples) sample = value(random);
    std::vector<double> sorted = samples;
    std::ranges::sort(sorted);
    for (const double p : {0.0, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1.0}) {
      if (n < samples_needed(p)) {
        ASSERT_FALSE(quantile(samples, p)) << "n " << n << ", p " << p;
        continue;
      }
      const double position = p * static_cast<double>(n - 1);
      const double below = sorted[static_cast<std::size_t>(std::floor(position))];
      const double above = sorted[static_cast<std::size_t>(std::ceil(position))];
      const double expected = below + (position - std::floor(position)) * (above - below);
      ASSERT_NEAR(*quantile(samples, p), expected, 1e-12) << "n " << n << ", p " << p;
    }
  }
}

TEST(Quantile, Does_not_depend_on_the_order_of_the_samples) {
  std::vector<double> samples{3, 1, 2, 2};
  do {
    EXPECT_EQ(*quantile(samples, 0.0), 1.0);
    EXPECT_EQ(*median(samples), 2.0);
    EXPECT_EQ(*quantile(samples, 1.0), 3.0);
  } while (std::ranges::next_permutation(samples).found);
}

TEST(Quantile, Median_is_the_middle_or_the_mean_of_both_middles) {
  EXPECT_EQ(*median({7}), 7.0);
  EXPECT_EQ(*median({1, 100, 2}), 2.0);
  EXPECT_EQ(*median({1, 100, 2, 4}), 3.0);
}

TEST(Quantile, Needs_as_many_samples_as_let_one_lie_beyond_it) {
  for (const auto& [p, needed] :
       {std::pair(0.0, 1), std::pair(0.01, 100), std::pair(0.1, 10), std::pair(0.25, 4), std::pair(0.5, 1),
        std::pair(0.9, 10), std::pair(0.99, 100), std::pair(0.999, 1000), std::pair(1.0, 1)}) {
    EXPECT_EQ(samples_needed(p), static_cast<std::uint64_t>(needed)) << p;
  }
  EXPECT_FALSE(quantile(std::vector<double>(99), 0.99));
  EXPECT_TRUE(quantile(std::vector<double>(100), 0.99));
  EXPECT_EQ(why_no_quantile(0.99, 7), "p99 needs 100 samples, and there are 7");
  EXPECT_EQ(why_no_quantile(0.999, 999), "p99.9 needs 1000 samples, and there are 999");
}

TEST(Quantile, There_is_none_without_samples) {
  EXPECT_FALSE(quantile({}, 0.5));
  EXPECT_FALSE(median({}));
}

TEST(MedianInterval, Is_the_narrowest_symmetric_one_that_covers_what_was_wanted) {
  std::mt19937 random(2);
  for (std::size_t n = 2; n <= 40; ++n) {
    for (const double wanted : {0.3, 0.6, 0.8, 0.9, 0.95, 0.99, 0.999}) {
      std::size_t best = 0;  // the whole range, whatever it covers
      for (std::size_t d = 0; 2 * d + 1 <= n; ++d) {
        if (coverage(n, d) >= wanted) best = d;
      }
      const auto interval = median_interval(ranks(n, random), wanted);
      ASSERT_TRUE(interval);
      EXPECT_EQ(interval->lower, static_cast<double>(best)) << "n " << n << ", wanted " << wanted;
      EXPECT_EQ(interval->upper, static_cast<double>(n - 1 - best)) << "n " << n << ", wanted " << wanted;
      EXPECT_NEAR(interval->coverage, coverage(n, best), 1e-12) << "n " << n << ", wanted " << wanted;
    }
  }
}

// The same probability from first principles: each sample lies below the true median or above it, like a coin.
TEST(MedianInterval, States_the_share_of_all_coin_tosses_in_which_it_covers_the_median) {
  std::mt19937 random(3);
  for (unsigned n = 2; n <= 14; ++n) {
    const auto interval = median_interval(ranks(n, random), 0.8);
    ASSERT_TRUE(interval);
    unsigned covered = 0;
    for (unsigned tosses = 0; tosses < 1U << n; ++tosses) {
      const int below = std::popcount(tosses);  // the true median lies between ranks below - 1 and below
      covered += below - 1 >= static_cast<int>(interval->lower) && below <= static_cast<int>(interval->upper);
    }
    EXPECT_NEAR(interval->coverage, covered / std::exp2(n), 1e-12) << "n " << n;
  }
}

TEST(MedianInterval, Five_samples_cover_no_more_than_their_range_does) {
  const auto interval = median_interval({5, 3, 1, 4, 2});
  ASSERT_TRUE(interval);
  EXPECT_EQ(interval->lower, 1.0);
  EXPECT_EQ(interval->upper, 5.0);
  EXPECT_EQ(interval->coverage, 0.9375);
}

TEST(MedianInterval, Ties_narrow_it_and_change_no_coverage) {
  const auto equal = median_interval({4, 4, 4, 4, 4, 4});
  ASSERT_TRUE(equal);
  EXPECT_EQ(equal->lower, 4.0);
  EXPECT_EQ(equal->upper, 4.0);
  EXPECT_EQ(equal->coverage, coverage(6, 0));
  const auto some = median_interval({9, 1, 1, 1, 1, 1, 1, 1, 9}, 0.95);  // 9 samples: the second from either end
  ASSERT_TRUE(some);
  EXPECT_EQ(some->lower, 1.0);
  EXPECT_EQ(some->upper, 9.0);
  EXPECT_EQ(some->coverage, coverage(9, 1));
}

TEST(MedianInterval, There_is_none_for_fewer_than_two_samples) {
  EXPECT_FALSE(median_interval({}));
  EXPECT_FALSE(median_interval({1}));
}

TEST(Spread, Is_count_median_mean_and_p99_of_unsorted_signed_samples) {
  std::vector<Nanoseconds> samples;
  for (int i = 100; i >= 0; --i) samples.emplace_back(2 * i - 50);  // -50, -48 ... 150
  samples.emplace_back(1000);
  const auto spread = spread_of(samples);
  ASSERT_TRUE(spread);
  EXPECT_EQ(spread->count, 102U);
  EXPECT_DOUBLE_EQ(spread->median.count(), 51.0);
  EXPECT_DOUBLE_EQ(spread->mean.count(), (101 * 50 + 1000) / 102.0);
  EXPECT_NEAR(spread->p99.value().count(), 149.98, 1e-9);  // 99 % of the way: a hundredth short of rank 100
}

TEST(Spread, Of_one_sample_is_that_sample) {
  const std::array one{Nanoseconds(-7)};
  const auto spread = spread_of(one);
  ASSERT_TRUE(spread);
  EXPECT_EQ(spread->count, 1U);
  EXPECT_EQ(spread->median, one[0]);
  EXPECT_EQ(spread->mean, one[0]);
  EXPECT_FALSE(spread->p99);
}

TEST(Spread, Has_no_p99_of_fewer_than_100_samples) {
  EXPECT_FALSE(spread_of(std::vector<Nanoseconds>(99, Nanoseconds(5)))->p99);
  EXPECT_EQ(spread_of(std::vector<Nanoseconds>(100, Nanoseconds(5)))->p99, Nanoseconds(5));
}

TEST(Spread, There_is_none_without_samples) { EXPECT_FALSE(spread_of({})); }

}  // namespace
}  // namespace kickbench::bench
