// What a cost is drawn from: a constant, a named distribution, or a measured histogram.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "ring/units.hpp"

namespace kickbench::model {

/// Samples as counts in bins, ascending and disjoint; within a bin every value is as likely. A bin may be a single
/// value (from == to), and values may be negative.
struct Histogram {
  struct Bin {
    Nanoseconds from;
    Nanoseconds to;
    std::uint64_t count;  ///< at least 1
  };
  std::vector<Bin> bins;  ///< at least one
};

/// At most `bin_count` bins with about as many samples in each: fine where samples are dense, and finer towards the
/// ends, so that a long tail keeps its mean. Throws std::invalid_argument without samples.
Histogram histogram_of(std::vector<Nanoseconds> samples, std::size_t bin_count = 512);

struct Constant {
  Nanoseconds value{0};
};
struct Exponential {
  Nanoseconds mean;
};
/// Truncated at the lowest value that its parameter may have: draws below are repeated.
struct Normal {
  Nanoseconds mean;
  Nanoseconds deviation;
};
struct Uniform {
  Nanoseconds from;
  Nanoseconds to;
};
/// `second` with that probability, else `first`.
struct Bimodal {
  Nanoseconds first;
  Nanoseconds second;
  double second_probability;
};
/// By mean and standard deviation of the values themselves.
struct Lognormal {
  Nanoseconds mean;
  Nanoseconds deviation;
};

using Distribution = std::variant<Constant, Exponential, Normal, Uniform, Bimodal, Lognormal, Histogram>;

/// The one value of a distribution that has no width; none for the others.
std::optional<Nanoseconds> constant_of(const Distribution& distribution);

/// `lowest` is where a normal distribution is truncated; the others ignore it.
Nanoseconds mean_of(const Distribution& distribution, Nanoseconds lowest);

/// No draw is below; minus infinity for a normal distribution, whose draws are repeated instead.
Nanoseconds least_of(const Distribution& distribution);

/// 64 random bits at a time, the same for the same seed on every machine (xoshiro256++ of Blackman and Vigna).
class RandomBits {
 public:
  /// Different streams of one seed are independent.
  RandomBits(std::uint64_t seed, std::uint64_t stream);

  std::uint64_t next();
  /// In (0, 1], so that its logarithm exists.
  double unit() { return static_cast<double>((next() >> 11) + 1) * 0x1p-53; }

 private:
  std::uint64_t state_[4];
};

/// Draws from a distribution. Truncation of a normal one: at `lowest`.
class Sampler {
 public:
  Sampler(const Distribution& distribution, Nanoseconds lowest, RandomBits random);

  double draw_ns();

 private:
  double normal();
  double draw(const Constant& constant) { return constant.value.count(); }
  double draw(const Exponential& exponential);
  double draw(const Normal& normal);
  double draw(const Uniform& uniform);
  double draw(const Bimodal& bimodal);
  double draw(const Lognormal& lognormal);
  double draw(const Histogram& histogram);

  Distribution distribution_;
  double lowest_ns_;
  RandomBits random_;
  double location_ = 0;  ///< of a lognormal's logarithm
  double scale_ = 0;
  double spare_normal_ = 0;
  bool has_spare_ = false;
  std::vector<std::uint64_t> samples_up_to_;  ///< a histogram's counts, accumulated
};

}  // namespace kickbench::model
