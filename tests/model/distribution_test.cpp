// Draws follow their distribution, and what lies outside of a parameter's domain is refused by name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "model/distribution.hpp"
#include "model/simulate.hpp"

namespace kickbench::model {
namespace {

using ::testing::HasSubstr;

constexpr int draws = 200'000;
constexpr Nanoseconds zero{0};

struct Moments {
  double mean = 0;
  double deviation = 0;
  double least = 0;
  double below_mean = 0;  ///< share of draws below the expected mean
};

Moments moments_of(const Distribution& distribution, Nanoseconds lowest = Nanoseconds{-1e300}) {
  Sampler sampler(distribution, lowest, RandomBits(5, 0));
  const double expected = mean_of(distribution, lowest).count();
  Moments moments;
  double squares = 0;
  for (int i = 0; i < draws; ++i) {
    const double value = sampler.draw_ns();
    moments.mean += value / draws;
    squares += (value - expected) * (value - expected) / draws;
    moments.least = std::min(moments.least, value);
    moments.below_mean += (value < expected) / static_cast<double>(draws);
  }
  moments.deviation = std::sqrt(squares);
  return moments;
}

void expect_moments(const Distribution& distribution, double mean, double deviation, double below_mean) {
  const Moments seen = moments_of(distribution);
  EXPECT_NEAR(mean_of(distribution, Nanoseconds{-1e300}).count(), mean, 1e-9 * std::abs(mean));
  EXPECT_NEAR(seen.mean, mean, 5 * deviation / std::sqrt(draws));
  EXPECT_NEAR(seen.deviation, deviation, 0.02 * deviation);
  EXPECT_NEAR(seen.below_mean, below_mean, 0.01);
}

TEST(Distribution, draws_have_the_moments_of_their_distribution) {
  const Nanoseconds mean{2000};
  expect_moments(Exponential{mean}, 2000, 2000, 1 - std::exp(-1));
  expect_moments(Normal{mean, Nanoseconds{300}}, 2000, 300, 0.5);
  expect_moments(Uniform{Nanoseconds{-500}, Nanoseconds{1500}}, 500, 2000 / std::sqrt(12), 0.5);
  expect_moments(Bimodal{Nanoseconds{1000}, Nanoseconds{5000}, 0.1}, 1400, 1200, 0.9);
  const double scale = std::sqrt(std::log1p(0.25));
  expect_moments(Lognormal{mean, Nanoseconds{1000}}, 2000, 1000, 0.5 * std::erfc(-scale / 2 / std::sqrt(2)));
  const Histogram histogram{{{Nanoseconds{-20}, Nanoseconds{-10}, 1}, {Nanoseconds{5}, Nanoseconds{5}, 3}}};
  expect_moments(histogram, 0, std::sqrt((15.0 * 15 + 100.0 / 12) / 4 + 25 * 0.75), 0.25);
}

TEST(Distribution, a_normal_one_is_truncated_where_its_domain_ends) {
  const Normal wide{Nanoseconds{100}, Nanoseconds{100}};
  const Moments seen = moments_of(wide, zero);
  EXPECT_GE(seen.least, 0);
  // 100 + 100 phi(-1) / (1 - Phi(-1))
  EXPECT_NEAR(mean_of(wide, zero).count(), 128.76, 0.01);
  EXPECT_NEAR(seen.mean, 128.76, 1);
}

TEST(Distribution, streams_of_a_seed_differ) {
  RandomBits one(1, 0);
  RandomBits other_stream(1, 1);
  RandomBits other_seed(2, 0);
  const std::uint64_t first = one.next();
  EXPECT_NE(first, other_stream.next());
  EXPECT_NE(first, other_seed.next());
  EXPECT_EQ(first, RandomBits(1, 0).next());
}

TEST(Distribution, histogram_keeps_every_sample_and_the_tail) {
  std::vector<Nanoseconds> samples;
  for (int i = 0; i < 10'000; ++i) samples.emplace_back(i % 100 - 20);
  samples.emplace_back(1e6);
  const Histogram histogram = histogram_of(samples, 32);
  EXPECT_LE(histogram.bins.size(), 32U);
  EXPECT_GE(histogram.bins.size(), 20U);
  std::uint64_t count = 0;
  const Histogram::Bin* previous = nullptr;
  for (const auto& bin : histogram.bins) {
    count += bin.count;
    EXPECT_LE(bin.from, bin.to);
    if (previous != nullptr) {
      EXPECT_GT(bin.from, previous->to);
    }
    previous = &bin;
  }
  EXPECT_EQ(count, samples.size());
  EXPECT_EQ(histogram.bins.front().from, Nanoseconds{-20});
  EXPECT_EQ(histogram.bins.back().to, Nanoseconds{1e6});
  EXPECT_THROW(histogram_of({}), std::invalid_argument);
}

TEST(Distribution, a_histogram_keeps_the_mean_of_a_heavy_tail) {
  std::vector<Nanoseconds> samples;
  double sum = 0;
  for (int rank = 1; rank <= 6000; ++rank) {  // a hundredth of the samples has a fifth of the sum
    samples.emplace_back(1000 * std::pow(6000.0 / rank, 0.67));
    sum += samples.back().count();
  }
  const Histogram histogram = histogram_of(samples);
  EXPECT_LE(histogram.bins.size(), 512U);
  EXPECT_GE(histogram.bins.size(), 400U);
  const Nanoseconds mean = mean_of(histogram, Nanoseconds{0});
  EXPECT_NEAR(mean.count(), sum / 6000, 0.005 * mean.count());
}

System some_system(Sync sync) {
  return system_of(sync, {.producer = {.work = Nanoseconds{2000}, .sleep = Nanoseconds{50}},
                          .consumer = {.work = Nanoseconds{1000}, .sleep = Nanoseconds{50}}});
}

void expect_refused(const System& system, const char* fragment) {
  try {
    check_domain(system);
    FAIL() << "not refused: " << fragment;
  } catch (const DomainError& error) {
    EXPECT_THAT(error.what(), HasSubstr(fragment));
  }
}

TEST(Distribution, what_reaches_out_of_the_domain_is_refused_by_name) {
  const auto with = [](auto change, Sync sync = Sync::notification) {
    System system = some_system(sync);
    change(system);
    return system;
  };
  const Nanoseconds us{1000};
  expect_refused(with([&](System& s) { s.producer.work = Uniform{-us, us}; }), "wp can become negative");
  expect_refused(with([&](System& s) { s.consumer.work = Normal{-us, us}; }), "wc has a negative mean");
  expect_refused(with([&](System& s) { s.consumer.work = Exponential{zero}; }), "wc is 0 ns");
  expect_refused(with([&](System& s) { s.producer.notify = Bimodal{us, -us, 0.5}; }), "np can become negative");
  expect_refused(with([&](System& s) { s.producer.notify = Bimodal{us, us, 1.5}; }), "np must take its second value");
  expect_refused(with([&](System& s) { s.producer.startup = Exponential{-us}; }), "sp has a negative mean");
  expect_refused(with([&](System& s) { s.producer.startup = Uniform{us, -us}; }), "sp is uniform between");
  expect_refused(with([&](System& s) { s.consumer.startup = Lognormal{zero, us}; }), "sc must have a mean");
  expect_refused(with([&](System& s) { s.consumer.startup = Constant{-us}; }),
                 "sc is -1000 ns, but must be at least 0");
  expect_refused(with([&](System& s) { s.producer.startup = Normal{us, -us}; }), "sp has a negative standard");
  expect_refused(with([&](System& s) { s.consumer.oversleep = Constant{-us}; }, Sync::sleep),
                 "consumer-oversleep can become negative");
  expect_refused(with([&](System& s) { s.queue_size = 1U << 25; }), "queue-size is 33554432");
  EXPECT_NO_THROW(check_domain(with([&](System& s) { s.consumer.startup = Normal{-us, us}; })));
  EXPECT_NO_THROW(check_domain(with([&](System& s) { s.producer.notify = Normal{us, us}; })));
}

}  // namespace
}  // namespace kickbench::model
