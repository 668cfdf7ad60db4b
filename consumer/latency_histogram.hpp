#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <numeric>

#include "ring/units.hpp"

namespace kickbench {

/// A log-linear histogram of spans in ticks: 32 buckets an octave, so a value is known to 3 %; sum and maximum are
/// exact. Recording is a handful of instructions and touches two lines. Spans below zero count as zero.
class LatencyHistogram {
 public:
  static constexpr unsigned sub_bits = 5;
  static constexpr std::size_t bucket_count = (64 - sub_bits) << sub_bits;

  void record(TickSpan span) noexcept {
    const auto value = static_cast<std::uint64_t>(span.count < 0 ? 0 : span.count);
    ++buckets_[bucket_of(value)];
    sum_ += value;
    max_ = std::max(max_, value);
  }

  std::uint64_t count_at(std::size_t bucket) const noexcept { return buckets_[bucket]; }
  std::uint64_t count() const noexcept { return std::accumulate(buckets_.begin(), buckets_.end(), std::uint64_t{0}); }
  /// In ticks.
  std::uint64_t sum() const noexcept { return sum_; }
  std::uint64_t max() const noexcept { return max_; }

  /// The middle of the spans that fall into a bucket.
  static constexpr double middle_of(std::size_t bucket) noexcept {
    const std::size_t octave = bucket >> sub_bits;
    const double within = static_cast<double>(bucket & ((1U << sub_bits) - 1));
    if (octave == 0) return within;
    const double width = static_cast<double>(std::uint64_t{1} << (octave - 1));
    return (static_cast<double>(1U << sub_bits) + within + 0.5) * width - 0.5;
  }

  static constexpr std::size_t bucket_of(std::uint64_t value) noexcept {
    if (value < (1U << sub_bits)) return static_cast<std::size_t>(value);
    const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - sub_bits - 1;
    return (static_cast<std::size_t>(shift) << sub_bits) + static_cast<std::size_t>(value >> shift);
  }

  void add(const LatencyHistogram& other) noexcept {
    for (std::size_t i = 0; i < bucket_count; ++i) buckets_[i] += other.buckets_[i];
    sum_ += other.sum_;
    max_ = std::max(max_, other.max_);
  }
  void clear() noexcept { *this = {}; }

 private:
  std::uint64_t sum_ = 0;
  std::uint64_t max_ = 0;
  std::array<std::uint64_t, bucket_count> buckets_{};
};

}  // namespace kickbench
