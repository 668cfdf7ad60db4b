#pragma once

#include <cstdint>
#include <limits>

#include "consumer/latency_histogram.hpp"
#include "ring/units.hpp"

namespace kickbench {

/// The latency of items, by both conventions: from the start of the item's own production, and from the start of the
/// production before, because the worst datum arrives just after the producer sampled. Both end when the item is
/// consumed.
class Latencies {
 public:
  /// An item that carries a stamp and counts. It has a service latency if the item before it did, too. A call, so that
  /// the loop keeps its registers for the items without a stamp; at W > 0, where all have one, W covers it.
  [[gnu::noinline]] void record(std::uint64_t sequence, TickTime produced, TickTime consumed) noexcept {
    own_.record(consumed - produced - ahead_);
    if (sequence == next_) service_.record(consumed - previous_ - ahead_);
    previous_ = produced;
    next_ = sequence + 1;
  }

  /// The consumer's counter is ahead of the producer's by so much: its stamps are taken back to the producer's.
  void use_clock_ahead_by(TickSpan ahead) noexcept { ahead_ = ahead; }

  const LatencyHistogram& own() const noexcept { return own_; }
  const LatencyHistogram& service() const noexcept { return service_; }

  void add(const Latencies& other) noexcept {
    own_.add(other.own_);
    service_.add(other.service_);
  }
  void clear() noexcept { *this = {}; }

 private:
  // Kept here and not in the loop: an item without a stamp touches neither.
  TickTime previous_;
  std::uint64_t next_ = std::numeric_limits<std::uint64_t>::max();  // the item that follows the one at previous_

  TickSpan ahead_;

  LatencyHistogram own_;
  LatencyHistogram service_;
};

}  // namespace kickbench
