#include "model/wake_sampler.hpp"

#include <algorithm>
#include <cmath>

namespace kickbench::model {

WakeSampler::WakeSampler(WakeTable table, RandomBits random) : table_(std::move(table)), random_(random) {}

const Wake& WakeSampler::draw(Nanoseconds idle) {
  const std::vector<Wake>& wakes = rung(idle).wakes;
  return wakes[static_cast<std::size_t>(random_.next() % wakes.size())];
}

const IdleRung& WakeSampler::rung(Nanoseconds idle) {
  const auto above = std::ranges::upper_bound(table_, idle, {}, &IdleRung::idle);
  if (above == table_.begin()) return table_.front();
  const auto below = std::prev(above);
  if (above == table_.end() || below->idle == idle) return *below;
  const double way = std::log(idle / below->idle) / std::log(above->idle / below->idle);
  return random_.unit() <= way ? *above : *below;
}

}  // namespace kickbench::model
