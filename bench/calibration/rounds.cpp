#include "bench/calibration/rounds.hpp"

#include <algorithm>
#include <array>

namespace kickbench::bench::calibration {
namespace {

constexpr Nanoseconds watched_per_round{50e6};

// Of the time that a fast side is idle before it is notified, and of that of a side which waits for a slow start-up.
// They overlap, and each takes about as long.
constexpr std::array idle_ranges{IdleRange{Nanoseconds(20), Nanoseconds(20'000)},
                                 IdleRange{Nanoseconds(10'000), Nanoseconds(2'000'000)}};

}  // namespace

std::vector<BlockPlan> blocks_of_round(const std::vector<std::string>& notifiers, std::uint32_t round) {
  std::vector<BlockPlan> blocks;
  for (const IdleRange& idle : idle_ranges) {
    for (const Notification notification : {Notification::to_consumer, Notification::to_producer}) {
      for (const std::string& notifier : notifiers) blocks.push_back({notifier, notification, idle});
    }
  }
  if (blocks.empty()) return blocks;
  std::ranges::rotate(blocks, blocks.begin() + round % blocks.size());
  if (round % 2 == 1) std::ranges::reverse(blocks);
  return blocks;
}

Calibrator::Calibrator(std::vector<std::string> notifiers, const host::Placement& placement, const host::Clock& clock)
    : notifiers_(std::move(notifiers)), placement_(placement), clock_(clock), threads_(placement) {
  for (const Nanoseconds asked : sleep_lengths()) facts_.sleeps.push_back({.asked = asked, .oversleeps = {}});
}

void Calibrator::run_round() {
  watch_for_gaps();
  sleep();
  std::vector<WakeBlock> blocks;
  for (const BlockPlan& plan : blocks_of_round(notifiers_, facts_.rounds)) {
    const std::uint64_t seed = std::uint64_t{facts_.rounds} * 1000 + blocks.size();
    blocks.push_back(measure_wake_block(plan, threads_, placement_, clock_, seed));
    blocks.back().round = facts_.rounds;
  }
  std::ranges::move(blocks, std::back_inserter(facts_.blocks));
  ++facts_.rounds;
}

void Calibrator::watch_for_gaps() {
  host::PreemptionProbe producer;
  host::PreemptionProbe consumer;
  const auto watch = [this](host::PreemptionProbe& probe) {
    return [this, &probe] { probe = host::watch_for_gaps(clock_, watched_per_round); };
  };
  StopFlag stop;
  threads_.run(stop, watch(producer), watch(consumer));
  facts_.producer_gaps.add(producer);
  facts_.consumer_gaps.add(consumer);
}

void Calibrator::sleep() {
  const std::vector<SleepCost> more = measure_sleeps(threads_, facts_.rounds % 2 == 0, clock_);
  for (std::size_t i = 0; i < more.size(); ++i) {
    auto& all = facts_.sleeps[i].oversleeps;
    all.insert(all.end(), more[i].oversleeps.begin(), more[i].oversleeps.end());
  }
}

}  // namespace kickbench::bench::calibration
