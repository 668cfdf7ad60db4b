#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "bench/stats/quantile.hpp"
#include "model/distribution.hpp"
#include "ring/units.hpp"

namespace kickbench::bench {

/// Samples without end in bounded memory: every one at first; when there is no more room every other one is dropped,
/// and from then on only as many are taken. Early and late samples weigh the same.
class Samples {
 public:
  void add(const std::vector<Nanoseconds>& more) {
    for (const Nanoseconds sample : more) {
      if (seen_++ % stride_ == 0) kept_.push_back(sample);
      if (kept_.size() == kept_max) thin();
    }
  }

  void add(const Samples& other) {
    while (stride_ < other.stride_) thin();
    const std::uint64_t step = stride_ / other.stride_;
    for (std::size_t i = 0; i < other.kept_.size(); i += step) kept_.push_back(other.kept_[i]);
    seen_ += other.seen_;
    while (kept_.size() >= kept_max) thin();
  }

  /// Count of all that were seen; quantiles and mean of those that were kept. None without samples.
  std::optional<Spread> spread() const {
    std::optional<Spread> spread = spread_of(kept_);
    if (spread) spread->count = seen_;
    return spread;
  }

  /// Of those that were kept. None without samples.
  std::optional<model::Histogram> histogram() const {
    return kept_.empty() ? std::nullopt : std::optional(model::histogram_of(kept_));
  }

 private:
  static constexpr std::size_t kept_max = 200'000;

  void thin() {
    for (std::size_t i = 0; 2 * i < kept_.size(); ++i) kept_[i] = kept_[2 * i];
    kept_.resize((kept_.size() + 1) / 2);
    stride_ *= 2;
  }

  std::vector<Nanoseconds> kept_;
  std::uint64_t stride_ = 1;
  std::uint64_t seen_ = 0;
};

}  // namespace kickbench::bench
