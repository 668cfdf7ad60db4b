#include "bench/experiment/slice_plan.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "bench/stats/tally.hpp"
#include "bench/stats/verdict.hpp"
#include "model/predict.hpp"

namespace kickbench::bench::experiment {
namespace {

using namespace std::chrono_literals;

/// What an item costs where W is 0, about: to plan with.
constexpr Nanoseconds least_work{50};

/// Sides that differ by less count as if they differed by that: the queue between them would fill or drain for ever.
constexpr double least_difference = 0.02;

Nanoseconds difference_of(Nanoseconds fast, Nanoseconds slow) { return std::max(slow - fast, least_difference * slow); }

/// The queue fills at the difference of the rates.
Nanoseconds fill_time(const model::Parameters& p) {
  const Nanoseconds wp = p.producer.work;
  const Nanoseconds wc = p.consumer.work;
  return wp < wc ? p.queue_size * wp * (wc / difference_of(wp, wc)) : 0ns;
}

/// sLS: the fast side sleeps once for L + m items.
Nanoseconds long_sleep_cycle(const model::Parameters& p) {
  const auto& [fast, slow] = std::minmax(p.producer, p.consumer, [](auto& a, auto& b) { return a.work < b.work; });
  const double slots = p.queue_size;
  const double m = std::max(0.0, (slots - 1) * (fast.work / difference_of(fast.work, slow.work)));
  return fast.sleep + slow.sleep + (slots + m) * fast.work;
}

model::Parameters emulated(const scenario::Scenario& scenario) {
  const auto party = [](const scenario::SideScenario& side) {
    return model::Party{.work = side.work,
                        .notify = side.extra_notify,
                        .startup = side.extra_startup,
                        .notify_threshold = side.notify_threshold,
                        .sleep = side.sleep};
  };
  return {.producer = party(scenario.producer),
          .consumer = party(scenario.consumer),
          .queue_size = scenario::slot_count(scenario)};
}

}  // namespace

RegimeTiming predict_timing(model::Sync sync, model::Parameters parameters) {
  using enum model::Regime;
  auto& [producer, consumer, queue_size, sleep_energy] = parameters;
  producer.work = std::max(producer.work, least_work);
  consumer.work = std::max(consumer.work, least_work);
  const model::Prediction prediction = model::predict(sync, parameters);
  const Nanoseconds per_item = prediction.per_item.value_or(std::max(producer.work, consumer.work));
  const Nanoseconds fill = fill_time(parameters);
  const auto per_sleep = [&](std::optional<double> sleeps) { return per_item / std::max(*sleeps, 1e-9); };
  switch (prediction.regime) {
    case BW:
    case EQ:
      return {.transient = fill, .cycle = per_item};
    case sFC:
      return {.cycle = per_sleep(prediction.consumer_sleeps_per_item)};
    case sFP:
      return {.transient = fill, .cycle = per_sleep(prediction.producer_sleeps_per_item), .producer_has_part = true};
    case sLS:
      return {.cycle = long_sleep_cycle(parameters), .producer_has_part = true};
    case FP:
    case SPS:
      return {
          .transient = fill, .cycle = prediction.items_per_notification.value() * per_item, .producer_has_part = true};
    default:
      return {.cycle = prediction.items_per_notification.value() * per_item, .producer_has_part = true};
  }
}

std::optional<Nanoseconds> counted_cycle(const measure::Slice& slice, const host::Clock& clock) {
  if (!slice.cycles.whole || slice.cycles.count == 0) return std::nullopt;
  return clock.to_ns(slice.producer.end - slice.producer.begin) / static_cast<double>(slice.cycles.count);
}

PlannedSlice plan_slice(const scenario::Scenario& scenario, const RegimeTiming& timing, double phase) {
  constexpr Nanoseconds least_warm_up = 5ms;
  constexpr Nanoseconds least_cool_down = 0.2ms;
  constexpr Nanoseconds least_patience = 1ms;
  const auto& [p, c] = std::tie(scenario.producer, scenario.consumer);
  const Nanoseconds warm_up = std::max(least_warm_up, 1.5 * timing.transient + 2 * timing.cycle);
  const Nanoseconds fifty_cycles = std::clamp(50 * timing.cycle, slice_measured, 5 * slice_measured);
  const Nanoseconds longest_wait = std::max(p.sleep + p.extra_startup, c.sleep + c.extra_startup);
  const Nanoseconds drain = scenario::slot_count(scenario) * std::max({p.work, c.work, least_work});
  return {.plan = {.warm_up = std::min(warm_up_max, warm_up) + phase * std::min(warm_up_max, timing.cycle),
                   .measured = timing.producer_has_part ? slice_measured : fifty_cycles,
                   .cool_down = std::max(least_cool_down, drain + 2 * longest_wait),
                   .edge_patience = std::min(warm_up_max, std::max(least_patience, 2 * timing.cycle))},
          .warm_up_capped = warm_up > warm_up_max};
}

SlicePlanner::SlicePlanner(const scenario::Scenario& scenario)
    : scenario_(scenario), timing_(predict_timing(scenario::sync_of(scenario), emulated(scenario))) {}

PlannedSlice SlicePlanner::next() {
  // Multiples of the golden ratio: however many there are, they lie evenly in a cycle.
  constexpr double golden = 0.6180339887498949;
  double whole = 0;
  return plan_slice(scenario_, timing_, std::modf(golden * planned_++, &whole));
}

void SlicePlanner::learn(const measure::Slice& slice, const host::Clock& clock) {
  if (const auto counted = counted_cycle(slice, clock)) {
    timing_.cycle = *counted;
    timing_.producer_has_part = true;
    return;
  }
  stats::Tally tally(clock);
  tally.add(slice);
  timing_ = predict_timing(scenario::sync_of(scenario_), stats::model_input(scenario_, tally.figures()).parameters);
}

}  // namespace kickbench::bench::experiment
