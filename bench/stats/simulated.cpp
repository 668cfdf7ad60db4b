#include "bench/stats/simulated.hpp"

#include "bench/stats/verdict.hpp"

namespace kickbench::bench {
namespace {

constexpr std::uint64_t simulated_items = 200'000;

model::Distribution measured_or(const std::optional<model::Histogram>& measured, Nanoseconds otherwise) {
  if (measured) return *measured;
  return model::Constant{otherwise};
}

/// Now and then the CPU is away in the middle of an item. How often, and for how long on the average, is what is known.
void use_gaps(model::PartyCosts& costs, Nanoseconds work, const SideFigures& side) {
  if (side.gaps == 0) return;
  const auto gaps = static_cast<double>(side.gaps);
  costs.work = model::Bimodal{.first = work,
                              .second = work + side.gap_share * side.watched / gaps,
                              .second_probability = gaps * (side.ns_per_item / side.watched)};
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

SimulationBeside simulate_beside(const Scenario& scenario, const Figures& figures) {
  SimulationBeside beside;
  beside.reason = why_not_modelled(scenario);
  if (!beside.reason.empty()) return beside;
  const ModelInput input = model_input(scenario, figures);
  model::System system = model::system_of(sync_of(scenario), input.parameters);
  use_gaps(system.producer, input.parameters.producer.work, figures.producer);
  use_gaps(system.consumer, input.parameters.consumer.work, figures.consumer);
  if (system.sync == model::Sync::notification) {
    const auto use = [](model::PartyCosts& costs, const model::Party& medians, const SideFigures& side) {
      costs.notify = measured_or(side.notify_distribution, medians.notify);
      costs.startup = measured_or(side.startup_distribution, medians.startup);
      costs.wakes = side.wakes;
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
    beside.busy_per_item = simulation.busy_per_item;
    beside.latency_own = simulation.latency_own;
    beside.latency_service = simulation.latency_service;
    beside.error_pct = 100 * (figures.ns_per_item - simulation.per_item).count() / simulation.per_item.count();
  } catch (const model::DomainError& error) {
    beside.reason = error.what();
  }
  return beside;
}

}  // namespace kickbench::bench
