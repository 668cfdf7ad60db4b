#include "model/simulate_tally.hpp"

namespace kickbench::model {

double SpanCounts::middle_of(std::size_t bucket) {
  const std::size_t octave = bucket >> sub_bits;
  const auto within = static_cast<double>(bucket & ((1U << sub_bits) - 1));
  if (octave == 0) return within;
  const auto width = static_cast<double>(std::uint64_t{1} << (octave - 1));
  return (static_cast<double>(1U << sub_bits) + within + 0.5) * width - 0.5;
}

double SpanCounts::quantile(double p) const {
  const auto wanted = static_cast<std::uint64_t>(p * static_cast<double>(count_ - 1));
  std::uint64_t seen = 0;
  std::size_t bucket = 0;
  while ((seen += buckets_[bucket]) <= wanted) ++bucket;
  return std::min(middle_of(bucket), static_cast<double>(max_));
}

LatencySummary SpanCounts::summary(std::int64_t ticks_per_ns) const {
  if (count_ == 0) return {};
  const auto ns = [ticks_per_ns](double ticks) { return Nanoseconds(ticks / static_cast<double>(ticks_per_ns)); };
  return {.mean = ns(static_cast<double>(sum_) / static_cast<double>(count_)),
          .p50 = ns(quantile(0.5)),
          .p99 = ns(quantile(0.99)),
          .max = ns(static_cast<double>(max_))};
}

std::map<std::uint64_t, std::uint64_t> BatchCounts::counts() const {
  std::map<std::uint64_t, std::uint64_t> all = large_;
  for (std::size_t batch = 0; batch < small_.size(); ++batch) {
    if (small_[batch] > 0) all[batch] = small_[batch];
  }
  return all;
}

}  // namespace kickbench::model
