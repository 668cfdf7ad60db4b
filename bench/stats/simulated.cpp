#include "bench/stats/simulated.hpp"

#include <algorithm>
#include <cmath>

#include "bench/stats/verdict.hpp"

namespace kickbench::bench::stats {
namespace {

constexpr std::uint64_t simulated_items = 200'000;

model::Distribution measured_or(const std::optional<model::Histogram>& measured, Nanoseconds otherwise) {
  if (measured) return *measured;
  return model::Constant{otherwise};
}

/// Sleeps are simulated as the shortest one that was seen and by how much the others were longer.
void use_sleeps(model::PartyCosts& costs, const std::optional<model::Histogram>& sleeps) {
  if (!sleeps) return;
  costs.sleep = sleeps->bins.front().from;
  costs.oversleep = beyond(*sleeps, costs.sleep);
}

/// N of the notifications that woke nobody: what those that did leave of the mean. None if all did.
std::optional<Nanoseconds> notify_in_vain(const SideFigures& side) {
  if (!side.notify || side.spurious_signals.value_or(0) <= 0) return std::nullopt;
  Nanoseconds of_wakes{0};
  for (const model::Wake& wake : side.wakes) of_wakes += wake.notify;
  const double waking = side.signals - *side.spurious_signals;
  if (!side.wakes.empty()) of_wakes *= waking / static_cast<double>(side.wakes.size());
  return std::max(Nanoseconds(0), (side.signals * side.notify->mean - of_wakes) / *side.spurious_signals);
}

void use_notifications(model::PartyCosts& costs, const model::Party& means, const SideFigures& side) {
  costs.notify = measured_or(side.notify_distribution, means.notify);
  costs.startup = measured_or(side.startup_distribution, means.startup);
  costs.wakes = model::at_any_idle_time(side.wakes);
  if (const auto in_vain = notify_in_vain(side); in_vain && !side.wakes.empty())
    costs.notify = model::Constant{*in_vain};
  costs.arm_window = model::Constant{side.arm_window.value_or(Nanoseconds(0))};
  costs.publish_window = model::Constant{side.publish_window.value_or(Nanoseconds(0))};
}

model::System system_seen(const scenario::Scenario& scenario, const Figures& figures) {
  const ModelInput input = model_input(scenario, figures);
  model::System system = model::system_of(scenario::sync_of(scenario), input.parameters);
  system.producer.work = work_with_gaps(input.parameters.producer.work, figures.producer);
  system.consumer.work = work_with_gaps(input.parameters.consumer.work, figures.consumer);
  if (system.sync == model::Sync::notification) {
    use_notifications(system.producer, input.parameters.producer, figures.producer);
    use_notifications(system.consumer, input.parameters.consumer, figures.consumer);
  }
  if (system.sync == model::Sync::sleep) {
    use_sleeps(system.producer, figures.producer.sleep_distribution);
    use_sleeps(system.consumer, figures.consumer.sleep_distribution);
  }
  return system;
}

/// The event that the model of the paper lacks: none finds its peer awake.
model::System without_notifications_in_vain(model::System system) {
  for (model::PartyCosts* party : {&system.producer, &system.consumer}) party->arm_window = model::Constant{};
  return system;
}

double error_pct(Nanoseconds measured, Nanoseconds simulated) {
  return 100 * (measured - simulated).count() / simulated.count();
}

}  // namespace

model::Histogram beyond(model::Histogram lengths, Nanoseconds length) {
  for (model::Histogram::Bin& bin : lengths.bins) {
    bin.from -= length;
    bin.to -= length;
  }
  return lengths;
}

model::Histogram work_with_gaps(Nanoseconds work, const SideFigures& side) {
  if (side.gaps == 0) return {.bins = {{work, work, 1}}};
  const auto gaps = static_cast<double>(side.gaps);
  const Nanoseconds with_gap = work + side.gap_share * side.watched / gaps;
  const double items = side.watched / side.ns_per_item;
  return {.bins = {{work, work, static_cast<std::uint64_t>(std::max(1.0, std::round(items - gaps)))},
                   {with_gap, with_gap, side.gaps}}};
}

SimulationBeside simulate_beside(const scenario::Scenario& scenario, const Figures& figures) {
  SimulationBeside beside;
  beside.reason = why_not_modelled(scenario);
  if (!beside.reason.empty()) return beside;
  try {
    const model::System system = system_seen(scenario, figures);
    const model::Simulation simulation = model::simulate(system, {.items = simulated_items});
    beside.per_item = simulation.per_item;
    beside.interval = simulation.per_item_interval;
    beside.regime = simulation.observed.regime;
    beside.busy_per_item = simulation.busy_per_item - gaps_per_item(figures.producer) - gaps_per_item(figures.consumer);
    beside.latency_own = simulation.latency_own;
    beside.latency_service = simulation.latency_service;
    beside.error_pct = error_pct(figures.ns_per_item, simulation.per_item);
    beside.spurious_signals =
        simulation.per_item_of(simulation.producer.spurious_notifications + simulation.consumer.spurious_notifications);
    if (*beside.spurious_signals > 0) {
      const model::System never = without_notifications_in_vain(system);
      beside.error_without_spurious_pct =
          error_pct(figures.ns_per_item, model::simulate(never, {.items = simulated_items}).per_item);
    } else {
      beside.error_without_spurious_pct = beside.error_pct;
    }
  } catch (const model::DomainError& error) {
    beside.reason = error.what();
  }
  return beside;
}

}  // namespace kickbench::bench::stats
