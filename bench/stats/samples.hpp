#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "bench/stats/quantile.hpp"
#include "model/distribution.hpp"
#include "ring/units.hpp"

namespace kickbench::bench::stats {

/// Samples without end in bounded memory: every one at first; when there is no more room every other one is dropped,
/// and from then on only as many are taken. Early and late samples weigh the same.
template <class Sample, std::size_t kept_max>
class EvenlyKept {
 public:
  void add(const std::vector<Sample>& more) {
    for (const Sample& sample : more) {
      if (seen_++ % stride_ == 0) kept_.push_back(sample);
      if (kept_.size() == kept_max) thin();
    }
  }

  void add(const EvenlyKept& other) {
    while (stride_ < other.stride_) thin();
    const std::uint64_t step = stride_ / other.stride_;
    for (std::size_t i = 0; i < other.kept_.size(); i += step) kept_.push_back(other.kept_[i]);
    seen_ += other.seen_;
    while (kept_.size() >= kept_max) thin();
  }

  const std::vector<Sample>& kept() const { return kept_; }
  std::uint64_t seen() const { return seen_; }

 private:
  void thin() {
    for (std::size_t i = 0; 2 * i < kept_.size(); ++i) kept_[i] = kept_[2 * i];
    kept_.resize((kept_.size() + 1) / 2);
    stride_ *= 2;
  }

  std::vector<Sample> kept_;
  std::uint64_t stride_ = 1;
  std::uint64_t seen_ = 0;
};

/// Times kept evenly, and what is said of them.
class Samples : public EvenlyKept<Nanoseconds, 200'000> {
 public:
  /// Count of all that were seen; quantiles and mean of those that were kept. None without samples.
  std::optional<Spread> spread() const {
    std::optional<Spread> spread = spread_of(kept());
    if (spread) spread->count = seen();
    return spread;
  }

  /// Of those that were kept. None without samples.
  std::optional<model::Histogram> histogram() const {
    return kept().empty() ? std::nullopt : std::optional(model::histogram_of(kept()));
  }
};

}  // namespace kickbench::bench::stats
