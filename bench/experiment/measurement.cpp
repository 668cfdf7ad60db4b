#include "bench/experiment/measurement.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace kickbench::bench {
namespace {

// Bounds of noise. Beyond them a cell is still shown, and marked with the reason.
constexpr double gap_share_max = 0.02;
constexpr double moved_share_max = 0.25;
constexpr double interval_half_width_max = 0.05;

Nanoseconds rate_of(const Slice& slice, const host::Clock& clock) {
  const auto items = static_cast<double>(std::max<std::uint64_t>(slice.consumer.items, 1));
  return clock.to_ns(slice.consumer.end - slice.consumer.begin) / items;
}

/// The class that most slices of all repetitions are in.
std::optional<LineClass> main_class_of(const std::vector<Repetition>& repetitions) {
  std::map<std::optional<LineClass>, std::uint64_t> slices;
  for (const Repetition& repetition : repetitions) {
    for (const SliceSummary& slice : repetition.slices) {
      if (slice.line_class) ++slices[slice.line_class];
    }
  }
  const auto most = std::ranges::max_element(slices, {}, [](const auto& entry) { return entry.second; });
  return most == slices.end() ? std::nullopt : most->first;
}

std::string text(const char* format, auto... values) {
  char buffer[200];
  std::snprintf(buffer, sizeof buffer, format, values...);
  return buffer;
}

std::vector<std::string> noise_of(const Result& result) {
  std::vector<std::string> reasons;
  const double moved =
      static_cast<double>(result.slices_moved) / static_cast<double>(std::max<std::uint64_t>(result.slices_total, 1));
  if (moved > moved_share_max) {
    reasons.push_back(text("the threads moved in %.0f %% of the slices (line transfer time changed)", 100 * moved));
  }
  const std::uint64_t other = result.slices_total - result.slices_moved - result.figures.slices;
  if (static_cast<double>(other) > moved_share_max * static_cast<double>(result.slices_total)) {
    reasons.push_back(text("%.0f %% of the slices were of another line transfer class",
                           100 * static_cast<double>(other) / static_cast<double>(result.slices_total)));
  }
  for (const auto& [side, role] :
       {std::pair(&result.figures.producer, "producer"), std::pair(&result.figures.consumer, "consumer")}) {
    if (side->gap_share > gap_share_max) {
      reasons.push_back(text("the %s's CPU was away for %.1f %% of the time (%llu gaps)", role, 100 * side->gap_share,
                             static_cast<unsigned long long>(side->gaps)));
    }
  }
  if (result.interval) {
    const double half = (result.interval->upper - result.interval->lower) / 2 / result.ns_per_item.count();
    if (half > interval_half_width_max) {
      reasons.push_back(text("repetitions differ by +-%.0f %%", 100 * half));
    }
  }
  return reasons;
}

}  // namespace

std::optional<LineClass> Repetition::main_class() const {
  std::optional<LineClass> best;
  std::ptrdiff_t most = 0;
  for (const auto& [line_class, tally] : tallies) {
    const auto count = std::ranges::count(slices, line_class, &SliceSummary::line_class);
    if (line_class && count > most) {
      most = count;
      best = line_class;
    }
  }
  return best;
}

Result conclude(const Measurement& measurement) {
  Result result;
  result.line_class = main_class_of(measurement.repetitions);
  std::optional<Tally> all;
  std::vector<double> rates;
  for (const Repetition& repetition : measurement.repetitions) {
    result.slices_total += repetition.slices.size();
    result.slices_moved += static_cast<std::uint64_t>(
        std::ranges::count(repetition.slices, std::optional<LineClass>(), &SliceSummary::line_class));
    const auto tally = repetition.tallies.find(result.line_class);
    if (tally == repetition.tallies.end()) continue;
    rates.push_back(tally->second.figures().ns_per_item.count());
    result.repetition_ns_per_item.emplace_back(rates.back());
    if (all) {
      all->add(tally->second);
    } else {
      all = tally->second;
    }
  }
  if (!all) return result;
  result.figures = all->figures();
  result.ns_per_item = Nanoseconds(*median(rates));
  result.interval = median_interval(rates);
  result.figures.ns_per_item = result.ns_per_item;
  result.observed = observe_regime(measurement.scenario, result.figures);
  result.predicted = predict_beside(measurement.scenario, result.figures);
  result.producer_residual_pct = residual_pct(result.figures.producer, measurement.scenario.producer.work);
  result.consumer_residual_pct = residual_pct(result.figures.consumer, measurement.scenario.consumer.work);
  result.noisy_reasons = noise_of(result);
  return result;
}

Experiment::Experiment(const Scenario& scenario, const host::Placement& placement, const host::Clock& clock)
    : clock_(clock), session_(scenario, placement, clock) {
  measurement_.scenario = scenario;
  measurement_.placement = placement;
  measurement_.warm_up_per_slice = slice_warm_up;
  settle();
}

void Experiment::settle() {
  constexpr SlicePlan plan{.warm_up = slice_warm_up, .measured = Nanoseconds(15e6)};
  constexpr double steady = 0.03;
  Nanoseconds previous{0};
  while (measurement_.settling_slices < settling_slices_max) {
    const Nanoseconds rate = rate_of(session_.run(plan), clock_);
    ++measurement_.settling_slices;
    if (std::abs((rate - previous).count()) < steady * rate.count()) return;
    previous = rate;
  }
}

const Repetition& Experiment::repeat(const Effort& effort) {
  Repetition repetition;
  Nanoseconds measured{0};
  std::uint64_t items = 0;
  do {
    const Slice slice = session_.run({.warm_up = slice_warm_up, .measured = slice_measured});
    const std::optional<LineClass> line_class = class_of(slice);
    repetition.slices.push_back({.line_class = line_class,
                                 .items = slice.consumer.items,
                                 .ns_per_item = rate_of(slice, clock_),
                                 .line_before = slice.line_before,
                                 .line_after = slice.line_after});
    repetition.tallies.try_emplace(line_class, clock_).first->second.add(slice);
    measured += slice_measured;
    items += slice.consumer.items;
  } while (effort.items == 0 ? measured < effort.duration : items < effort.items);
  measurement_.repetitions.push_back(std::move(repetition));
  return measurement_.repetitions.back();
}

}  // namespace kickbench::bench
