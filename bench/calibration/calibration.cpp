#include "bench/calibration/calibration.hpp"

#include <array>
#include <cmath>
#include <ctime>
#include <map>
#include <stdexcept>

#include "bench/calibration/pinned_pair.hpp"
#include "bench/measure/cancel.hpp"
#include "bench/measure/session.hpp"
#include "bench/stats/tally.hpp"

namespace kickbench::bench::calibration {
namespace {

std::vector<Nanoseconds> sleep_samples(Nanoseconds asked, const host::Clock& clock) {
  constexpr int samples = 200;
  std::vector<Nanoseconds> took;
  took.reserve(samples);
  const timespec request{.tv_sec = 0, .tv_nsec = std::lround(asked.count())};
  for (int i = 0; i < samples && !measure::cancel_requested(); ++i) {
    const TickTime begin = read_ticks();
    clock_nanosleep(CLOCK_MONOTONIC, 0, &request, nullptr);
    took.push_back(clock.to_ns(read_ticks() - begin));
  }
  return took;
}

}  // namespace

std::vector<SleepCost> measure_sleep_cost(const host::Placement& placement, const host::Clock& clock) {
  constexpr std::array asked{Nanoseconds(1'000), Nanoseconds(5'000), Nanoseconds(20'000), Nanoseconds(50'000),
                             Nanoseconds(100'000)};
  std::vector<SleepCost> costs;
  StopFlag stop;
  run_pinned_pair(
      placement, stop, [] {},
      [&] {
        for (const Nanoseconds length : asked) {
          const auto took = stats::spread_of(sleep_samples(length, clock));
          if (took) costs.push_back({.asked = length, .took = *took});
        }
      });
  if (measure::cancel_requested()) throw measure::Cancelled();
  return costs;
}

std::vector<LeastWork> measure_least_work(const host::Placement& placement, const host::Clock& clock) {
  constexpr int slices = 6;
  constexpr measure::SlicePlan plan{
      .warm_up = Nanoseconds(5e6), .measured = Nanoseconds(30e6), .cool_down = Nanoseconds(1e6)};
  std::vector<LeastWork> least;
  for (const scenario::RingKind ring : scenario::ring_kinds) {
    scenario::Scenario scenario;
    scenario.ring = ring;
    scenario.kick = scenario.interrupt = "none";
    scenario.producer.work = scenario.consumer.work = Nanoseconds(1);
    scenario.producer.wait = scenario.consumer.wait = WaitKind::poll;
    measure::Session session(scenario, placement, clock);
    std::map<std::optional<measure::LineClass>, stats::Tally> tallies;
    for (int i = 0; i < slices; ++i) {
      const measure::Slice slice = session.run(plan);
      tallies.try_emplace(measure::class_of(slice), clock).first->second.add(slice);
    }
    for (const auto& [line_class, tally] : tallies) {
      const stats::Figures figures = tally.figures();
      least.push_back({.ring = ring,
                       .line_class = line_class,
                       .producer = figures.producer.work.value_or(Nanoseconds(0)),
                       .consumer = figures.consumer.work.value_or(Nanoseconds(0))});
    }
  }
  return least;
}

void WakeCosts::add(std::vector<WakeCost> costs) {
  costs_.insert(costs_.end(), std::make_move_iterator(costs.begin()), std::make_move_iterator(costs.end()));
}

std::set<std::string> WakeCosts::notifiers(Notification notification) const {
  std::set<std::string> names;
  for (const WakeCost& cost : costs_) {
    if (cost.notification == notification && cost.idle) names.insert(cost.notifier);
  }
  return names;
}

const WakeCost& WakeCosts::nearest(const std::string& notifier, Notification notification, Nanoseconds idle) const {
  const WakeCost* best = nullptr;
  const auto distance = [&](const WakeCost& cost) { return std::abs(std::log(*cost.idle / idle)); };
  for (const WakeCost& cost : costs_) {
    if (cost.notifier != notifier || cost.notification != notification || !cost.idle) continue;
    const bool nearer = best == nullptr || distance(cost) < distance(*best);
    const bool as_near = best != nullptr && distance(cost) == distance(*best);
    if (nearer || (as_near && cost.notify.count > best->notify.count)) best = &cost;
  }
  if (best == nullptr) throw std::out_of_range("notifier '" + notifier + "' was not calibrated");
  return *best;
}

NotifierCosts WakeCosts::at(const std::string& notifier, Notification notification, Nanoseconds idle) const {
  const WakeCost& cost = nearest(notifier, notification, idle);
  return {.notify = cost.notify.median, .startup = cost.startup->median};
}

}  // namespace kickbench::bench::calibration
