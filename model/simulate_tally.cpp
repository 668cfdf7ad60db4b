#include "model/simulate_tally.hpp"

namespace kickbench::model {

double SpanCounts::quantile(double p) const {
  const auto wanted = static_cast<std::uint64_t>(p * static_cast<double>(count_ - 1));
  std::uint64_t seen = 0;
  auto bucket = buckets_.begin();
  while ((seen += bucket->count) <= wanted) ++bucket;
  return bucket->sum / static_cast<double>(bucket->count);
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
