#include "bench/calibration/block_groups.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "bench/stats/quantile.hpp"

namespace kickbench::bench::calibration {

std::vector<BlockGroup> groups_of(std::span<const WakeBlock> blocks) {
  struct Sorted {
    std::vector<const WakeBlock*> undisturbed;
    std::vector<const WakeBlock*> disturbed;
  };
  std::map<std::tuple<std::string, Notification, std::optional<measure::LineClass>>, Sorted> all;
  for (const WakeBlock& block : blocks) {
    Sorted& sorted = all[{block.plan.notifier, block.plan.notification, block.line_class}];
    (block.away_share > away_share_max ? sorted.disturbed : sorted.undisturbed).push_back(&block);
  }
  std::vector<BlockGroup> groups;
  for (auto& [key, sorted] : all) {
    const auto& [notifier, notification, line_class] = key;
    BlockGroup group{.notifier = notifier,
                     .notification = notification,
                     .line_class = line_class,
                     .blocks = {},
                     .disturbed = sorted.disturbed.size()};
    group.blocks = std::move(sorted.undisturbed.empty() ? sorted.disturbed : sorted.undisturbed);
    for (const WakeBlock* block : group.blocks) {
      group.away_share += block->away_share / static_cast<double>(group.blocks.size());
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

bool has_absence(Nanoseconds sample, Nanoseconds median) {
  constexpr Nanoseconds shortest{100'000};
  return sample > std::max(10 * median, shortest);
}

std::vector<Nanoseconds> without_absences(const std::vector<Nanoseconds>& samples) {
  std::vector<Nanoseconds> rest;
  if (samples.empty()) return rest;
  const Nanoseconds median = stats::spread_of(samples)->median;
  std::ranges::copy_if(samples, std::back_inserter(rest),
                       [&](Nanoseconds sample) { return !has_absence(sample, median); });
  return rest;
}

std::vector<model::Wake> without_absences(const std::vector<model::Wake>& wakes) {
  std::vector<model::Wake> rest;
  if (wakes.empty()) return rest;
  std::vector<Nanoseconds> totals;
  for (const model::Wake& wake : wakes) totals.push_back(wake.notify + wake.startup);
  const Nanoseconds median = stats::spread_of(totals)->median;
  std::ranges::copy_if(wakes, std::back_inserter(rest), [&](const model::Wake& wake) {
    // N by itself as well: the woken side looks while its waker is away, and then S is far below 0.
    return !has_absence(wake.notify + wake.startup, median) && !has_absence(wake.notify, median);
  });
  return rest;
}

}  // namespace kickbench::bench::calibration
