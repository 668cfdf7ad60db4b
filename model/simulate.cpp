#include "model/simulate.hpp"

#include <array>
#include <cmath>

#include "model/simulate_machine.hpp"

namespace kickbench::model {
namespace {

/// The clock stops short of overflow: what is simulated must fit into so many ticks.
constexpr double clock_ticks = 0x1p62;
constexpr std::array<Ticks, 7> ticks_per_ns_choices{1, 10, 100, 1'000, 10'000, 100'000, 1'000'000};

/// Means of the costs that are used, and 0 for the others: what is not used must not decide the unit of time.
struct UsedCosts {
  Nanoseconds work;
  Nanoseconds notify{0};
  Nanoseconds startup{0};
  Nanoseconds sleep{0};
  Nanoseconds arm_window{0};
  Nanoseconds publish_window{0};

  std::array<Nanoseconds, 6> all() const { return {work, notify, startup, sleep, arm_window, publish_window}; }
};

UsedCosts used_costs(Sync sync, const PartyCosts& costs, const Party& means) {
  UsedCosts used{.work = means.work};
  if (sync == Sync::notification) {
    used.notify = means.notify;
    used.startup = means.startup;
    used.arm_window = mean_of(costs.arm_window, Nanoseconds{0});
    used.publish_window = mean_of(costs.publish_window, Nanoseconds{0});
  }
  if (sync == Sync::sleep) used.sleep = means.sleep;
  return used;
}

std::array<UsedCosts, 2> used_costs(const System& system) {
  const Parameters means = means_of(system);
  return {used_costs(system.sync, system.producer, means.producer),
          used_costs(system.sync, system.consumer, means.consumer)};
}

/// No item takes longer on average: every cost of both sides, one after the other.
Nanoseconds serial_time(const System& system) {
  Nanoseconds sum{0};
  for (const UsedCosts& side : used_costs(system)) {
    for (const Nanoseconds cost : side.all()) sum += std::max(cost, Nanoseconds{0});
  }
  return sum;
}

bool is_whole(Nanoseconds time, Ticks ticks_per_ns) {
  const double ticks = time.count() * static_cast<double>(ticks_per_ns);
  return std::abs(ticks) < 0x1p53 && std::round(ticks) / static_cast<double>(ticks_per_ns) == time.count();
}

/// The coarsest tick in which all constants are whole numbers; none if a femtosecond is too coarse.
std::optional<Ticks> exact_ticks_per_ns(const System& system) {
  for (const Ticks choice : ticks_per_ns_choices) {
    bool all_whole = true;
    for (const UsedCosts& side : used_costs(system)) {
      for (const Nanoseconds cost : side.all()) all_whole = all_whole && is_whole(cost, choice);
    }
    if (all_whole) return choice;
  }
  return std::nullopt;
}

/// The finest tick, none finer than `finest`, in which so many items fit into the clock.
Ticks fitting_ticks_per_ns(Nanoseconds item_time, std::uint64_t items, Ticks finest) {
  Ticks fitting = ticks_per_ns_choices.front();
  for (const Ticks choice : ticks_per_ns_choices) {
    const double ticks = item_time.count() * static_cast<double>(choice) * static_cast<double>(items);
    if (choice <= finest && ticks < clock_ticks / 4) fitting = choice;
  }
  return fitting;
}

ConstantCosts constant_costs(const System& system, Ticks ticks_per_ns) {
  const auto ticks = [&](Nanoseconds time) { return std::llround(time.count() * static_cast<double>(ticks_per_ns)); };
  const auto side = [&](const UsedCosts& used) {
    return ConstantCosts::Side{.work = ticks(used.work),
                               .notify = ticks(used.notify),
                               .startup = ticks(used.startup),
                               .sleep = ticks(used.sleep),
                               .arm_window = ticks(used.arm_window),
                               .publish_window = ticks(used.publish_window)};
  };
  const auto [producer, consumer] = used_costs(system);
  return {side(producer), side(consumer)};
}

/// Brent: compare with an anchor that moves on at powers of two. None if the state does not repeat within the limit.
template <class Machine>
std::optional<std::uint64_t> items_until_state_repeats(Machine& machine, std::uint64_t limit) {
  auto anchor = machine.state();
  std::uint64_t power = 1;
  for (std::uint64_t total = 0, since = 0; total < limit; ++total) {
    if (since == power) {
      anchor = machine.state();
      power *= 2;
      since = 0;
    }
    machine.run(1);
    ++since;
    if (machine.state() == anchor) return since;
  }
  return std::nullopt;
}

Nanoseconds busy_startup(const PartyCosts& costs, const SideTotals& totals, const Simulation& result) {
  if (costs.startup_busy) return result.per_item_of(totals.startups) * *costs.startup_busy;
  return result.ns_per_item_of(totals.starting);
}

Nanoseconds busy_per_item(const System& system, const Simulation& result) {
  const SideTotals& p = result.producer;
  const SideTotals& c = result.consumer;
  const Ticks working = p.working + c.working;
  switch (system.sync) {
    case Sync::busy_wait:
      return result.ns_per_item_of(working + p.blocked + c.blocked);
    case Sync::notification:
      return result.ns_per_item_of(working + p.notifying + c.notifying) + busy_startup(system.producer, p, result) +
             busy_startup(system.consumer, c, result);
    case Sync::sleep:
      break;
  }
  return result.ns_per_item_of(working) + result.per_item_of(p.sleeps + c.sleeps) * system.sleep_energy;
}

/// Everything that follows from the tally of `items` that took `elapsed`.
template <class Machine>
void conclude(const System& system, Machine& machine, Simulation& result) {
  const Tally& tally = machine.tally();
  result.producer = tally.sides[0];
  result.consumer = tally.sides[1];
  if (system.sync == Sync::notification) {
    result.stops = {tally.stops[0], tally.stops_with_peer_stopped[0], tally.stops[1], tally.stops_with_peer_stopped[1]};
    result.items_per_kick = tally.batches[0].counts();
    result.items_per_interrupt = tally.batches[1].counts();
  } else {
    result.producer.notifications = result.consumer.notifications = 0;
  }
  result.early_startups = tally.early_startups;
  result.per_item = result.ns_per_item_of(result.elapsed);
  result.busy_per_item = busy_per_item(system, result);
  result.latency_own = tally.latency_own.summary(result.ticks_per_ns);
  result.latency_service = tally.latency_service.summary(result.ticks_per_ns);
  result.observed = observe({.sync = system.sync,
                             .queue_size = system.queue_size,
                             .items = result.items,
                             .stops = result.stops,
                             .producer_sleeps_per_item = result.per_item_of(result.producer.sleeps),
                             .consumer_sleeps_per_item = result.per_item_of(result.consumer.sleeps),
                             .producer_work = result.ns_per_item_of(result.producer.working),
                             .consumer_work = result.ns_per_item_of(result.consumer.working)});
  result.timeline = std::move(machine.timeline());
}

/// 95 %, by Student's t for the mean of independent batches.
Interval interval_of(const std::vector<double>& means) {
  constexpr double t_31 = 2.0395;
  static_assert(interval_batches == 32, "t_31 is for 32 batches");
  const auto n = static_cast<double>(means.size());
  double mean = 0;
  for (const double value : means) mean += value / n;
  double squares = 0;
  for (const double value : means) squares += (value - mean) * (value - mean);
  const double half_width = t_31 * std::sqrt(squares / (n - 1) / n);
  return {Nanoseconds(mean - half_width), Nanoseconds(mean + half_width)};
}

/// What has been run so far is discarded; then `items` are measured in batches.
template <class Machine>
void measure_in_batches(Machine& machine, std::uint64_t items, Simulation& result) {
  machine.begin_window();
  const Ticks begin = machine.now();
  const std::uint64_t batch = items / interval_batches;
  std::vector<double> means;
  for (std::uint64_t i = 0; batch > 0 && i < interval_batches; ++i) {
    const Ticks batch_begin = machine.now();
    machine.run(batch);
    const auto ticks = static_cast<double>(machine.now() - batch_begin);
    means.push_back(ticks / static_cast<double>(result.ticks_per_ns) / static_cast<double>(batch));
  }
  machine.run(items - batch * means.size());
  result.items = items;
  result.elapsed = machine.now() - begin;
  if (!means.empty()) result.per_item_interval = interval_of(means);
}

Simulation simulate_constant(const System& system, const SimulationOptions& options) {
  const Nanoseconds serial = serial_time(system);
  const std::uint64_t wanted = options.items.value_or(default_awaited_items);
  Simulation result;
  const auto exact_ticks = exact_ticks_per_ns(system);
  const std::uint64_t at_least = std::min(wanted, default_measured_items);
  result.ticks_per_ns = exact_ticks.value_or(fitting_ticks_per_ns(serial, at_least, ticks_per_ns_choices.back()));
  const double capacity = clock_ticks / (serial.count() * static_cast<double>(result.ticks_per_ns));
  const std::uint64_t limit = std::min(wanted, static_cast<std::uint64_t>(capacity / 4));
  Machine machine(system, constant_costs(system, result.ticks_per_ns), result.ticks_per_ns, options.timeline_events);
  const auto period = items_until_state_repeats(machine, limit);
  if (period) {
    // Items that began before the period was reached must be out before latency counts.
    machine.run(machine.in_flight() + 1);
    result.discarded_items = machine.items();
    machine.begin_window();
    const Ticks begin = machine.now();
    machine.run(*period);
    result.items = *period;
    result.elapsed = machine.now() - begin;
  } else {
    result.discarded_items = machine.items();
    measure_in_batches(machine, std::min(limit, options.items.value_or(default_measured_items)), result);
    result.exact_reason = "the state did not repeat within " + std::to_string(limit) +
                          " items: a part of the transient may be in the figures";
  }
  if (!exact_ticks) result.exact_reason = "a cost is not a whole number of femtoseconds, and was rounded";
  result.exact = result.exact_reason.empty();
  conclude(system, machine, result);
  return result;
}

Simulation simulate_random(const System& system, const SimulationOptions& options) {
  const std::uint64_t items = options.items.value_or(default_measured_items);
  const std::uint64_t discarded = items / 10 + std::uint64_t{8} * system.queue_size;
  Simulation result;
  result.exact_reason = "costs are random";
  result.discarded_items = discarded;
  result.ticks_per_ns = fitting_ticks_per_ns(serial_time(system), items + discarded, 1000);
  Machine machine(system, DrawnCosts(system, result.ticks_per_ns, options.seed), result.ticks_per_ns,
                  options.timeline_events);
  machine.run(discarded);
  measure_in_batches(machine, items, result);
  conclude(system, machine, result);
  return result;
}

bool is_constant(const System& system) {
  const auto is_constant_party = [&system](const PartyCosts& party) {
    const bool work = constant_of(party.work).has_value();
    if (system.sync == Sync::notification) {
      return work && party.wakes.empty() && constant_of(party.notify) && constant_of(party.startup) &&
             constant_of(party.arm_window) && constant_of(party.publish_window);
    }
    return work && (system.sync == Sync::busy_wait || constant_of(party.oversleep));
  };
  return is_constant_party(system.producer) && is_constant_party(system.consumer);
}

}  // namespace

std::optional<double> Simulation::items_per_notification() const {
  const std::uint64_t most = std::max(producer.notifications, consumer.notifications);
  return most == 0 ? std::nullopt : std::optional(static_cast<double>(items) / static_cast<double>(most));
}

Simulation simulate(const System& system, const SimulationOptions& options) {
  check_domain(system);
  return is_constant(system) ? simulate_constant(system, options) : simulate_random(system, options);
}

}  // namespace kickbench::model
