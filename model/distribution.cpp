#include "model/distribution.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>

namespace kickbench::model {
namespace {

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

std::uint64_t split_mix(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

std::uint64_t rotated_left(std::uint64_t x, int by) { return (x << by) | (x >> (64 - by)); }

Nanoseconds truncated_mean(const Normal& normal, Nanoseconds lowest) {
  if (normal.deviation == Nanoseconds{0}) return normal.mean;
  const double cut = (lowest - normal.mean) / normal.deviation;
  const double density = std::exp(-cut * cut / 2) / std::sqrt(2 * std::numbers::pi);
  const double kept = std::erfc(cut / std::numbers::sqrt2) / 2;
  return normal.mean + normal.deviation * (density / kept);
}

Nanoseconds mean_of_bins(const Histogram& histogram) {
  double sum = 0;
  double count = 0;
  for (const auto& bin : histogram.bins) {
    sum += (bin.from.count() + bin.to.count()) / 2 * static_cast<double>(bin.count);
    count += static_cast<double>(bin.count);
  }
  return Nanoseconds(sum / count);
}

}  // namespace

Histogram histogram_of(std::vector<Nanoseconds> samples, std::size_t bin_count) {
  if (samples.empty()) throw std::invalid_argument("a histogram needs samples");
  std::ranges::sort(samples);
  Histogram histogram;
  const std::size_t count = samples.size();
  // Towards both ends each bin has half as many samples as the one before: a few far out in a bin with many nearer ones
  // would be taken for as many all over it, and the mean for more than it is.
  const std::size_t tail_bins = static_cast<std::size_t>(std::bit_width(count));
  const bool has_tails = bin_count > 4 * tail_bins;
  const std::size_t body_bins = bin_count - (has_tails ? 2 * tail_bins : 0);
  const std::size_t per_bin = std::max<std::size_t>(1, (count + body_bins - 1) / body_bins);
  for (std::size_t begin = 0; begin < count;) {
    const std::size_t outwards = has_tails ? std::min(begin + 1, (count - begin + 1) / 2) : per_bin;
    // Equal samples stay together, so that no two bins overlap.
    const Nanoseconds last = samples[std::min(begin + std::min(outwards, per_bin), count) - 1];
    const auto end = static_cast<std::size_t>(std::ranges::upper_bound(samples, last) - samples.begin());
    histogram.bins.push_back({samples[begin], last, end - begin});
    begin = end;
  }
  return histogram;
}

std::optional<Nanoseconds> constant_of(const Distribution& distribution) {
  const auto if_equal = [](Nanoseconds a, Nanoseconds b) { return a == b ? std::optional(a) : std::nullopt; };
  return std::visit(Overloaded{
                        [](const Constant& c) { return std::optional(c.value); },
                        [&](const Exponential& e) { return if_equal(e.mean, Nanoseconds{0}); },
                        [&](const Normal& n) { return if_equal(n.mean, n.mean + n.deviation); },
                        [&](const Uniform& u) { return if_equal(u.from, u.to); },
                        [&](const Bimodal& b) {
                          if (b.second_probability == 0) return std::optional(b.first);
                          return b.second_probability == 1 ? std::optional(b.second) : if_equal(b.first, b.second);
                        },
                        [&](const Lognormal& l) { return if_equal(l.mean, l.mean + l.deviation); },
                        [&](const Histogram& h) { return if_equal(h.bins.front().from, h.bins.back().to); },
                    },
                    distribution);
}

Nanoseconds mean_of(const Distribution& distribution, Nanoseconds lowest) {
  return std::visit(Overloaded{
                        [](const Constant& c) { return c.value; },
                        [](const Exponential& e) { return e.mean; },
                        [lowest](const Normal& n) { return truncated_mean(n, lowest); },
                        [](const Uniform& u) { return u.from == u.to ? u.from : (u.from + u.to) / 2; },
                        [](const Bimodal& b) { return b.first + b.second_probability * (b.second - b.first); },
                        [](const Lognormal& l) { return l.mean; },
                        [](const Histogram& h) { return mean_of_bins(h); },
                    },
                    distribution);
}

Nanoseconds least_of(const Distribution& distribution) {
  const Nanoseconds minus_infinity{-std::numeric_limits<double>::infinity()};
  return std::visit(Overloaded{
                        [](const Constant& c) { return c.value; },
                        [](const Exponential& e) { return std::min(e.mean, Nanoseconds{0}); },
                        [&](const Normal& n) { return n.deviation == Nanoseconds{0} ? n.mean : minus_infinity; },
                        [](const Uniform& u) { return u.from; },
                        [](const Bimodal& b) { return std::min(b.first, b.second); },
                        [](const Lognormal& l) { return std::min(l.mean, Nanoseconds{0}); },
                        [](const Histogram& h) { return h.bins.front().from; },
                    },
                    distribution);
}

RandomBits::RandomBits(std::uint64_t seed, std::uint64_t stream) {
  std::uint64_t mixed = seed;
  mixed = split_mix(mixed) + stream;
  for (std::uint64_t& word : state_) word = split_mix(mixed);
}

std::uint64_t RandomBits::next() {
  const std::uint64_t result = rotated_left(state_[0] + state_[3], 23) + state_[0];
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = rotated_left(state_[3], 45);
  return result;
}

Sampler::Sampler(const Distribution& distribution, Nanoseconds lowest, RandomBits random)
    : distribution_(distribution), lowest_ns_(lowest.count()), random_(random) {
  if (const auto* lognormal = std::get_if<Lognormal>(&distribution_)) {
    const double variation = lognormal->deviation / lognormal->mean;
    scale_ = std::sqrt(std::log1p(variation * variation));
    location_ = std::log(lognormal->mean.count()) - scale_ * scale_ / 2;
  }
  if (const auto* histogram = std::get_if<Histogram>(&distribution_)) {
    std::uint64_t sum = 0;
    for (const auto& bin : histogram->bins) samples_up_to_.push_back(sum += bin.count);
  }
}

double Sampler::draw_ns() {
  return std::visit([this](const auto& distribution) { return draw(distribution); }, distribution_);
}

/// Marsaglia's polar method: two at a time.
double Sampler::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_normal_;
  }
  double x = 0;
  double y = 0;
  double square = 0;
  do {
    x = 2 * random_.unit() - 1;
    y = 2 * random_.unit() - 1;
    square = x * x + y * y;
  } while (square >= 1 || square == 0);
  const double factor = std::sqrt(-2 * std::log(square) / square);
  spare_normal_ = y * factor;
  has_spare_ = true;
  return x * factor;
}

double Sampler::draw(const Exponential& exponential) { return -exponential.mean.count() * std::log(random_.unit()); }

double Sampler::draw(const Normal& distribution) {
  double value = 0;
  do {
    value = distribution.mean.count() + distribution.deviation.count() * normal();
  } while (value < lowest_ns_);
  return value;
}

double Sampler::draw(const Uniform& uniform) {
  return uniform.from.count() + random_.unit() * (uniform.to - uniform.from).count();
}

double Sampler::draw(const Bimodal& bimodal) {
  return (random_.unit() <= bimodal.second_probability ? bimodal.second : bimodal.first).count();
}

double Sampler::draw(const Lognormal&) { return std::exp(location_ + scale_ * normal()); }

double Sampler::draw(const Histogram& histogram) {
  const double wanted = random_.unit() * static_cast<double>(samples_up_to_.back());
  const auto bin =
      std::ranges::lower_bound(samples_up_to_, wanted, {}, [](std::uint64_t n) { return static_cast<double>(n); });
  const auto& [from, to, count] = histogram.bins[static_cast<std::size_t>(bin - samples_up_to_.begin())];
  return from == to ? from.count() : from.count() + random_.unit() * (to - from).count();
}

}  // namespace kickbench::model
