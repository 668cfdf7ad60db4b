// What the machine counts while it runs.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <map>
#include <vector>

#include "model/simulate.hpp"

namespace kickbench::model {

/// Spans of time: exact sum and maximum, and a log-linear histogram for quantiles, 256 buckets an octave. It grows with
/// the longest span, so that short simulations stay small. A quantile is the mean of its bucket: exact where all spans
/// in there are equal.
class SpanCounts {
 public:
  void add(std::int64_t span) {
    sum_ += span;
    ++count_;
    max_ = std::max(max_, span);
    const std::size_t index = bucket_of(static_cast<std::uint64_t>(span));
    if (index >= buckets_.size()) [[unlikely]] {
      buckets_.resize(index + 1);
    }
    Bucket& bucket = buckets_[index];
    ++bucket.count;
    bucket.sum += static_cast<double>(span);
  }

  /// Zero without spans.
  LatencySummary summary(std::int64_t ticks_per_ns) const;

 private:
  static constexpr unsigned sub_bits = 8;
  struct Bucket {
    std::uint64_t count = 0;
    double sum = 0;
  };

  static std::size_t bucket_of(std::uint64_t span) {
    if (span < (1U << sub_bits)) return static_cast<std::size_t>(span);
    const auto shift = static_cast<unsigned>(std::bit_width(span)) - sub_bits - 1;
    return (static_cast<std::size_t>(shift) << sub_bits) + static_cast<std::size_t>(span >> shift);
  }
  double quantile(double p) const;

  __extension__ __int128 sum_ = 0;
  std::uint64_t count_ = 0;
  std::int64_t max_ = 0;
  std::vector<Bucket> buckets_;
};

/// How often each size of a batch was seen. Small ones, which come often, take no search.
class BatchCounts {
 public:
  void add(std::uint64_t batch) { ++(batch < small_.size() ? small_[batch] : large_[batch]); }
  std::map<std::uint64_t, std::uint64_t> counts() const;

 private:
  std::array<std::uint64_t, 1024> small_{};
  std::map<std::uint64_t, std::uint64_t> large_;
};

/// Index 0 is the producer, 1 the consumer.
struct Tally {
  std::array<SideTotals, 2> sides;
  std::array<std::uint64_t, 2> stops{};
  std::array<std::uint64_t, 2> stops_with_peer_stopped{};
  std::array<BatchCounts, 2> batches;
  std::uint64_t early_startups = 0;
  SpanCounts latency_own;
  SpanCounts latency_service;
};

}  // namespace kickbench::model
