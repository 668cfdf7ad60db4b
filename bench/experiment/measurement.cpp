#include "bench/experiment/measurement.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

namespace kickbench::bench::experiment {
namespace {

// Bounds of noise. Beyond them a cell is still shown, and marked with the reason.
constexpr double gap_share_max = 0.02;
constexpr double interval_half_width_max = 0.05;
constexpr double involuntary_switches_per_second_max = 25;

/// Of repetitions that count, all are complete, or none is.
bool any_complete(const std::vector<Repetition>& repetitions) {
  return std::ranges::any_of(repetitions, &Repetition::complete);
}

std::optional<CounterOffset> most_certain_offset(const std::vector<Repetition>& repetitions) {
  std::optional<CounterOffset> best;
  for (const Repetition& repetition : repetitions) {
    for (const SliceSummary& slice : repetition.slices) {
      const auto& offset = slice.counter_offset;
      if (offset && (!best || offset->uncertainty < best->uncertainty)) best = offset;
    }
  }
  return best;
}

/// The class that most slices of the repetitions that count are in.
std::optional<measure::LineClass> main_class_of(const std::vector<Repetition>& repetitions) {
  std::map<std::optional<measure::LineClass>, std::uint64_t> slices;
  for (const Repetition& repetition : repetitions) {
    if (repetition.complete != any_complete(repetitions)) continue;
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
  const std::uint64_t used = result.figures.slices;
  const auto whole = [](std::uint64_t count) { return static_cast<unsigned long long>(count); };
  if (!result.line_class) {
    reasons.push_back("the threads moved during every slice (line transfer time changed)");
  } else if (2 * used < result.slices_total) {
    reasons.push_back(text("only %llu of %llu slices were in one place, and %llu moved while they ran", whole(used),
                           whole(result.slices_total), whole(result.slices_moved)));
  }
  for (const auto& [side, role] :
       {std::pair(&result.figures.producer, "producer"), std::pair(&result.figures.consumer, "consumer")}) {
    const double switches_per_second = static_cast<double>(side->involuntary_switches) / (side->watched.count() * 1e-9);
    if (switches_per_second > involuntary_switches_per_second_max) {
      reasons.push_back(text("another thread took the %s's CPU %.0f times a second", role, switches_per_second));
    }
    if (side->gap_share > gap_share_max) {
      reasons.push_back(text("the %s's CPU was away for %.1f %% of the time (%llu gaps)", role, 100 * side->gap_share,
                             whole(side->gaps)));
    }
  }
  for (const auto& [reason, count] : result.void_slices) {
    reasons.push_back(std::to_string(count) + " slices were run again: " + reason);
  }
  if (!result.settled) reasons.push_back("the rate was not steady before the first repetition");
  if (result.interval) {
    const double half = (result.interval->upper - result.interval->lower) / 2 / result.ns_per_item.count();
    if (half > interval_half_width_max) {
      reasons.push_back(text("repetitions differ by +-%.0f %%", 100 * half));
    }
  }
  return reasons;
}

}  // namespace

std::uint64_t Repetition::items() const {
  return std::accumulate(slices.begin(), slices.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const SliceSummary& slice) { return sum + slice.items; });
}

Nanoseconds Repetition::measured() const {
  return std::accumulate(slices.begin(), slices.end(), Nanoseconds(0),
                         [](Nanoseconds sum, const SliceSummary& slice) { return sum + slice.measured; });
}

Result conclude(const Measurement& measurement) {
  Result result;
  result.line_class = main_class_of(measurement.repetitions);
  std::optional<stats::Tally> all;
  std::vector<double> rates;
  for (const Repetition& repetition : measurement.repetitions) {
    if (repetition.complete != any_complete(measurement.repetitions)) continue;
    result.slices_total += repetition.slices.size();
    result.slices_moved += static_cast<std::uint64_t>(
        std::ranges::count(repetition.slices, std::optional<measure::LineClass>(), &SliceSummary::line_class));
    const auto tally = repetition.tallies.find(result.line_class);
    if (tally == repetition.tallies.end()) continue;
    rates.push_back(tally->second.ns_per_item().count());
    result.repetition_ns_per_item.emplace_back(rates.back());
    if (all) {
      all->add(tally->second);
    } else {
      all = tally->second;
    }
  }
  if (!all) return result;
  result.figures = all->figures();
  result.ns_per_item = Nanoseconds(*stats::median(rates));
  result.interval = stats::median_interval(rates);
  result.observed = stats::observe_regime(measurement.scenario, result.figures);
  result.settled = measurement.settled;
  result.void_slices = measurement.void_slices;
  for (const auto& [reason, count] : result.void_slices) result.slices_missed += count;
  result.predicted = stats::predict_beside(measurement.scenario, result.figures);
  result.simulated = stats::simulate_beside(measurement.scenario, result.figures);
  result.producer_residual_pct = stats::residual_pct(result.figures.producer, measurement.scenario.producer.work);
  result.consumer_residual_pct = stats::residual_pct(result.figures.consumer, measurement.scenario.consumer.work);
  result.counter_offset = most_certain_offset(measurement.repetitions);
  result.noisy_reasons = noise_of(result);
  if (!measurement.repetitions.front().complete) result.noisy_reasons.push_back("not one repetition is complete");
  return result;
}

host::Fact<double> package_joules_per_item(const Result& result) {
  const host::Fact<double>& watts = result.figures.package_watts;
  return watts ? host::Fact<double>::known(*watts * result.ns_per_item.count() * 1e-9) : watts;
}

}  // namespace kickbench::bench::experiment
