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
  const ModelInput input = model_input(scenario, figures);
  model::System system = model::system_of(scenario::sync_of(scenario), input.parameters);
  system.producer.work = work_with_gaps(input.parameters.producer.work, figures.producer);
  system.consumer.work = work_with_gaps(input.parameters.consumer.work, figures.consumer);
  if (system.sync == model::Sync::notification) {
    const auto use = [](model::PartyCosts& costs, const model::Party& means, const SideFigures& side) {
      costs.notify = measured_or(side.notify_distribution, means.notify);
      costs.startup = measured_or(side.startup_distribution, means.startup);
      costs.wakes = model::at_any_idle_time(side.wakes);
    };
    use(system.producer, input.parameters.producer, figures.producer);
    use(system.consumer, input.parameters.consumer, figures.consumer);
  }
  if (system.sync == model::Sync::sleep) {
    use_sleeps(system.producer, figures.producer.sleep_distribution);
    use_sleeps(system.consumer, figures.consumer.sleep_distribution);
  }
  try {
    const model::Simulation simulation = model::simulate(system, {.items = simulated_items});
    beside.per_item = simulation.per_item;
    beside.interval = simulation.per_item_interval;
    beside.regime = simulation.observed.regime;
    beside.busy_per_item = simulation.busy_per_item - gaps_per_item(figures.producer) - gaps_per_item(figures.consumer);
    beside.latency_own = simulation.latency_own;
    beside.latency_service = simulation.latency_service;
    beside.error_pct = 100 * (figures.ns_per_item - simulation.per_item).count() / simulation.per_item.count();
  } catch (const model::DomainError& error) {
    beside.reason = error.what();
  }
  return beside;
}

}  // namespace kickbench::bench::stats
