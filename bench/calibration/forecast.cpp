#include "bench/calibration/forecast.hpp"

#include <algorithm>
#include <cmath>

#include "bench/stats/verdict.hpp"
#include "bench/text/format.hpp"

namespace kickbench::bench::calibration {
namespace {

constexpr std::uint64_t simulated_items = 200'000;

/// W, and W with the CPU away in the middle of it: as often as it was, and each time for as long as on the average.
model::Distribution work_with_gaps(Nanoseconds work, const Gaps& gaps) {
  const double per_ns = gaps.count == 0 ? 0 : static_cast<double>(gaps.count) / (gaps.watched - gaps.lost).count();
  const double share = per_ns * work.count();
  constexpr double whole = 1e9;
  const auto with_gap = static_cast<std::uint64_t>(std::round(std::min(share, 1.0) * whole));
  if (with_gap == 0) return model::Constant{work};
  const Nanoseconds late = work + gaps.lost / static_cast<double>(gaps.count);
  return model::Histogram{
      .bins = {{work, work, std::max<std::uint64_t>(1, static_cast<std::uint64_t>(whole) - with_gap)},
               {late, late, with_gap}}};
}

/// What is spun before a signal passes while the peer is idle, and what is spun after a wake-up follows S.
model::WakeTable with_extra(model::WakeTable table, Nanoseconds extra_notify, Nanoseconds extra_startup) {
  constexpr Nanoseconds shortest{1};
  for (model::IdleRung& rung : table) {
    rung.idle = std::max(rung.idle - extra_notify, shortest);
    for (model::Wake& wake : rung.wakes) {
      wake.notify += extra_notify;
      wake.startup += extra_startup;
    }
  }
  // Of the rungs that are now as short as can be, the last one is the nearest.
  const auto second = std::ranges::find_if(table, [&](const model::IdleRung& rung) { return rung.idle > shortest; });
  if (second - table.begin() > 1) table.erase(table.begin(), second - 1);
  return table;
}

model::Distribution distribution_of(const std::vector<Nanoseconds>& samples) {
  if (samples.empty()) return model::Constant{};
  return model::histogram_of(samples);
}

std::string describe(const WakeCost& cost) {
  return cost.notifier + ", " + std::string(name_of(cost.notification)) + ", line " +
         std::string(name_of(cost.line_class)) + ": " + std::to_string(cost.wake_count()) +
         " wakes of a peer idle for " + text::exact_with_unit(cost.table.front().idle) + " to " +
         text::exact_with_unit(cost.table.back().idle);
}

class Forecaster {
 public:
  Forecaster(const Costs& costs, const scenario::Scenario& scenario, std::optional<measure::LineClass> line_class)
      : costs_(costs), scenario_(scenario), line_class_(line_class) {}

  Forecast forecast() {
    result_.reason = stats::why_not_modelled(scenario_);
    if (!result_.reason.empty()) return result_;
    model::System system{.sync = scenario::sync_of(scenario_),
                         .producer = party(scenario_.producer, costs_.producer_gaps),
                         .consumer = party(scenario_.consumer, costs_.consumer_gaps),
                         .queue_size = scenario::slot_count(scenario_)};
    if (costs_.producer_gaps.count + costs_.consumer_gaps.count > 0) {
      result_.taken.push_back(
          "W with gaps: the producer's CPU away for " + text::fixed(100 * costs_.producer_gaps.share(), 2) +
          " % of the time, the consumer's for " + text::fixed(100 * costs_.consumer_gaps.share(), 2) + " %");
    }
    if (system.sync == model::Sync::notification && !use_wakes(system)) return result_;
    if (system.sync == model::Sync::sleep) {
      use_sleeps(system.producer, scenario_.producer, "Y_P");
      use_sleeps(system.consumer, scenario_.consumer, "Y_C");
    }
    try {
      const model::Simulation simulation = model::simulate(system, {.items = simulated_items});
      result_.per_item = simulation.per_item;
      result_.interval = simulation.per_item_interval;
      result_.regime = simulation.observed.regime;
    } catch (const model::DomainError& error) {
      result_.reason = error.what();
    }
    return result_;
  }

 private:
  static model::PartyCosts party(const scenario::SideScenario& side, const Gaps& gaps) {
    return {.work = work_with_gaps(side.work, gaps),
            .notify = {},
            .startup = {},
            .oversleep = {},
            .notify_threshold = side.notify_threshold,
            .sleep = side.sleep};
  }

  /// The costs in the class that is asked for; null, and the reason, where that was not met.
  const WakeCost* find(const std::string& notifier, Notification notification) {
    const WakeCost& most_met = costs_.wakes.most_met(notifier, notification);
    if (!line_class_) return &most_met;
    const WakeCost* const cost = costs_.wakes.find(notifier, notification, line_class_);
    if (cost == nullptr) {
      result_.reason = "the calibration did not meet the line '" + std::string(name_of(line_class_)) + "' with " +
                       notifier + ", but '" + std::string(name_of(most_met.line_class)) + "'";
    }
    return cost;
  }

  bool use_wakes(model::System& system) {
    const WakeCost* const to_consumer = find(scenario::notifier_to_consumer(scenario_), Notification::to_consumer);
    const WakeCost* const to_producer = find(scenario::notifier_to_producer(scenario_), Notification::to_producer);
    if (to_consumer == nullptr || to_producer == nullptr) return false;
    const auto& [p, c] = std::pair(scenario_.producer, scenario_.consumer);
    use(*to_consumer, system.producer, p.extra_notify, system.consumer, c.extra_startup);
    use(*to_producer, system.consumer, c.extra_notify, system.producer, p.extra_startup);
    result_.taken.push_back("N_P and S_C of " + describe(*to_consumer));
    result_.taken.push_back("N_C and S_P of " + describe(*to_producer));
    return true;
  }

  /// Of notifications from one side to the other.
  static void use(const WakeCost& cost, model::PartyCosts& sender, Nanoseconds extra_notify, model::PartyCosts& woken,
                  Nanoseconds extra_startup) {
    sender.wakes = with_extra(cost.table, extra_notify, extra_startup);
    std::vector<Nanoseconds> needless = cost.needless;
    for (Nanoseconds& notify : needless) notify += extra_notify;
    sender.notify = distribution_of(needless);
    sender.publish_window = distribution_of(cost.asking);
    woken.arm_window = distribution_of(cost.arming);
  }

  void use_sleeps(model::PartyCosts& party, const scenario::SideScenario& side, const char* symbol) {
    const SleepCost* const cost = nearest(costs_.sleeps, side.sleep);
    if (cost == nullptr || cost->oversleeps.empty()) return;
    std::vector<Nanoseconds> oversleeps = cost->oversleeps;
    for (Nanoseconds& oversleep : oversleeps) oversleep = std::max(oversleep, Nanoseconds(0));
    party.oversleep = model::histogram_of(oversleeps);
    result_.taken.push_back(std::string(symbol) + " longer by what " + std::to_string(oversleeps.size()) +
                            " sleeps of " + text::exact_with_unit(cost->asked) + " were");
  }

  const Costs& costs_;
  const scenario::Scenario& scenario_;
  std::optional<measure::LineClass> line_class_;
  Forecast result_;
};

}  // namespace

std::optional<double> Forecast::error_pct(Nanoseconds measured) const {
  if (!per_item) return std::nullopt;
  return 100 * (measured - *per_item).count() / per_item->count();
}

Forecast forecast(const Costs& costs, const scenario::Scenario& scenario,
                  std::optional<measure::LineClass> line_class) {
  return Forecaster(costs, scenario, line_class).forecast();
}

bool needs_wakes(const scenario::Scenario& scenario) {
  return stats::why_not_modelled(scenario).empty() && scenario::sync_of(scenario) == model::Sync::notification;
}

}  // namespace kickbench::bench::calibration
