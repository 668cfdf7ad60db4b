// Order statistics. Nothing here assumes a distribution.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ring/units.hpp"

namespace kickbench::bench::stats {

/// The fewest samples that a p-quantile is said of: as many as let one lie beyond it on the average, 100 for p99 and
/// 1000 for p99.9. A median, and the least and the greatest, need one.
constexpr std::uint64_t samples_needed(double p) {
  const double beyond = p < 0.5 ? p : 1 - p;
  return beyond <= 0 || p == 0.5 ? 1 : static_cast<std::uint64_t>(1 / beyond + 0.5);
}

/// Why there is no p-quantile of so few samples: "p99 needs 100 samples, and there are 7".
std::string why_no_quantile(double p, std::uint64_t samples);

/// The p-quantile, linearly interpolated between order statistics; none of fewer samples than it needs.
std::optional<double> quantile(std::vector<double> samples, double p);

inline std::optional<double> median(std::vector<double> samples) { return quantile(std::move(samples), 0.5); }

/// An interval for the median from two order statistics, and the probability with which it covers it (the sign test).
struct MedianInterval {
  double lower;
  double upper;
  double coverage;
};

/// The narrowest symmetric interval that covers with at least `wanted`, or else the whole range with the coverage that
/// it has: five samples can give no more than 0.9375. None for fewer than two samples.
std::optional<MedianInterval> median_interval(std::vector<double> samples, double wanted = 0.95);

/// What is kept of a set of samples, in one line.
struct Spread {
  std::uint64_t count = 0;
  Nanoseconds median{};
  Nanoseconds mean{};
  std::optional<Nanoseconds> p99{};  ///< none of fewer samples than it needs
};

/// None without samples.
std::optional<Spread> spread_of(std::span<const Nanoseconds> samples);

}  // namespace kickbench::bench::stats
