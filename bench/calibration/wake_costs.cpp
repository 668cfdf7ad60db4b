#include "bench/calibration/wake_costs.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "bench/stats/quantile.hpp"
#include "bench/stats/samples.hpp"

namespace kickbench::bench::calibration {
namespace {

constexpr std::array ladder{Nanoseconds(50),      Nanoseconds(100),     Nanoseconds(150),       Nanoseconds(200),
                            Nanoseconds(300),     Nanoseconds(400),     Nanoseconds(500),       Nanoseconds(700),
                            Nanoseconds(1'000),   Nanoseconds(1'500),   Nanoseconds(2'000),     Nanoseconds(3'000),
                            Nanoseconds(5'000),   Nanoseconds(7'000),   Nanoseconds(10'000),    Nanoseconds(15'000),
                            Nanoseconds(20'000),  Nanoseconds(30'000),  Nanoseconds(50'000),    Nanoseconds(100'000),
                            Nanoseconds(200'000), Nanoseconds(500'000), Nanoseconds(1'000'000), Nanoseconds(2'000'000)};

/// Fewer say nothing of a rung: its neighbours speak for it.
constexpr std::size_t wakes_min = 10;
constexpr std::size_t kept_max = 512;

double distance(Nanoseconds a, Nanoseconds b) { return std::abs(std::log(a / b)); }

std::size_t rung_of(Nanoseconds idle) {
  const Nanoseconds positive = std::max(idle, ladder.front());
  const auto nearest = std::ranges::min_element(ladder, {}, [&](Nanoseconds rung) { return distance(rung, positive); });
  return static_cast<std::size_t>(nearest - ladder.begin());
}

Nanoseconds median_of(std::vector<double> samples) { return Nanoseconds(stats::median(std::move(samples)).value()); }

template <class Sample>
std::vector<Sample> thinned(const std::vector<Sample>& samples) {
  stats::EvenlyKept<Sample, kept_max> kept;
  kept.add(samples);
  return kept.kept();
}

WakeCost cost_of(const BlockGroup& group) {
  WakeCost cost{.notifier = group.notifier,
                .notification = group.notification,
                .line_class = group.line_class,
                .table = {},
                .needless = {},
                .arming = {},
                .asking = {}};
  std::array<std::vector<model::Wake>, ladder.size()> rungs;
  const auto all_of = [&](std::vector<Nanoseconds> WakeBlock::*samples) {
    std::vector<Nanoseconds> all;
    for (const WakeBlock* block : group.blocks)
      all.insert(all.end(), (block->*samples).begin(), (block->*samples).end());
    return thinned(without_absences(all));
  };
  for (const WakeBlock* block : group.blocks) {
    for (const TimedWake& timed : block->wakes) rungs[rung_of(timed.idle)].push_back(timed.wake);
  }
  for (std::size_t i = 0; i < ladder.size(); ++i) {
    if (rungs[i].size() < wakes_min) continue;
    cost.table.push_back({.idle = ladder[i], .wakes = thinned(without_absences(rungs[i]))});
  }
  cost.needless = all_of(&WakeBlock::needless);
  cost.arming = all_of(&WakeBlock::arming);
  cost.asking = all_of(&WakeBlock::asking);
  return cost;
}

}  // namespace

std::span<const Nanoseconds> idle_ladder() { return ladder; }

std::size_t WakeCost::wake_count() const {
  std::size_t count = 0;
  for (const model::IdleRung& rung : table) count += rung.wakes.size();
  return count;
}

const model::IdleRung& nearest(const model::WakeTable& table, Nanoseconds idle) {
  return *std::ranges::min_element(table, {}, [&](const model::IdleRung& rung) { return distance(rung.idle, idle); });
}

std::set<std::string> WakeCosts::notifiers(Notification notification) const {
  std::set<std::string> names;
  for (const WakeCost& cost : costs_) {
    if (cost.notification == notification) names.insert(cost.notifier);
  }
  return names;
}

const WakeCost* WakeCosts::find(const std::string& notifier, Notification notification,
                                std::optional<measure::LineClass> line_class) const {
  const auto found = std::ranges::find_if(costs_, [&](const WakeCost& cost) {
    return cost.notifier == notifier && cost.notification == notification && cost.line_class == line_class;
  });
  return found == costs_.end() ? nullptr : &*found;
}

const WakeCost& WakeCosts::most_met(const std::string& notifier, Notification notification) const {
  const WakeCost* best = nullptr;
  for (const WakeCost& cost : costs_) {
    if (cost.notifier != notifier || cost.notification != notification) continue;
    const auto weight = [](const WakeCost& c) { return std::pair(c.line_class.has_value(), c.wake_count()); };
    if (best == nullptr || weight(cost) > weight(*best)) best = &cost;
  }
  if (best == nullptr) throw std::out_of_range("notifier '" + notifier + "' was not calibrated");
  return *best;
}

NotifierCosts WakeCosts::at(const std::string& notifier, Notification notification, Nanoseconds idle) const {
  std::vector<double> notify, startup;
  for (const model::Wake& wake : nearest(most_met(notifier, notification).table, idle).wakes) {
    notify.push_back(wake.notify.count());
    startup.push_back(wake.startup.count());
  }
  return {.notify = median_of(notify), .startup = median_of(startup)};
}

WakeCosts wake_costs_of(std::span<const WakeBlock> blocks) {
  std::vector<WakeCost> costs;
  for (const BlockGroup& group : groups_of(blocks)) {
    WakeCost cost = cost_of(group);
    if (!cost.table.empty()) costs.push_back(std::move(cost));
  }
  return WakeCosts(std::move(costs));
}

}  // namespace kickbench::bench::calibration
