#include "bench/stats/quantile.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numeric>

namespace kickbench::bench::stats {
namespace {

double interpolate(std::span<const double> sorted, double p) {
  const double position = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], position - static_cast<double>(below));
}

}  // namespace

std::string why_no_quantile(double p, std::uint64_t samples) {
  std::array<char, 100> text{};
  std::snprintf(text.data(), text.size(), "p%g needs %llu samples, and there are %llu", 100 * p,
                static_cast<unsigned long long>(samples_needed(p)), static_cast<unsigned long long>(samples));
  return text.data();
}

std::optional<double> quantile(std::vector<double> samples, double p) {
  if (samples.size() < samples_needed(p)) return std::nullopt;
  std::ranges::sort(samples);
  return interpolate(samples, p);
}

std::optional<MedianInterval> median_interval(std::vector<double> samples, double wanted) {
  const std::size_t n = samples.size();
  if (n < 2) return std::nullopt;
  std::ranges::sort(samples);
  // P(median outside [x_(d+1), x_(n-d)]) = 2 P(Binomial(n, 1/2) <= d).
  double term = std::pow(0.5, static_cast<double>(n));
  double tail = term;
  std::size_t d = 0;
  while (true) {
    const double next_term = term * static_cast<double>(n - d) / static_cast<double>(d + 1);
    if (2 * (d + 2) > n + 1 || 1 - 2 * (tail + next_term) < wanted) break;
    term = next_term;
    tail += next_term;
    ++d;
  }
  return MedianInterval{.lower = samples[d], .upper = samples[n - 1 - d], .coverage = 1 - 2 * tail};
}

std::optional<Spread> spread_of(std::span<const Nanoseconds> samples) {
  if (samples.empty()) return std::nullopt;
  std::vector<double> sorted(samples.size());
  std::ranges::transform(samples, sorted.begin(), [](Nanoseconds t) { return t.count(); });
  std::ranges::sort(sorted);
  const double sum = std::accumulate(sorted.begin(), sorted.end(), 0.0);
  Spread spread{.count = sorted.size(),
                .median = Nanoseconds(interpolate(sorted, 0.5)),
                .mean = Nanoseconds(sum / static_cast<double>(sorted.size())),
                .p99 = std::nullopt};
  if (sorted.size() >= samples_needed(0.99)) spread.p99 = Nanoseconds(interpolate(sorted, 0.99));
  return spread;
}

}  // namespace kickbench::bench::stats
