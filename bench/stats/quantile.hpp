// Order statistics. Nothing here assumes a distribution.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "ring/units.hpp"

namespace kickbench::bench::stats {

/// The p-quantile, linearly interpolated between order statistics; none without samples.
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
  Nanoseconds p99{};
};

/// None without samples.
std::optional<Spread> spread_of(std::span<const Nanoseconds> samples);

}  // namespace kickbench::bench::stats
