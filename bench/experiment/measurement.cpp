#include "bench/experiment/measurement.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace kickbench::bench::experiment {
namespace {

using Class = std::optional<measure::LineClass>;

/// Those that are complete; where none is, all.
std::vector<const Repetition*> counted(const std::vector<Repetition>& repetitions) {
  const bool any_complete = std::ranges::any_of(repetitions, &Repetition::complete);
  std::vector<const Repetition*> counted;
  for (const Repetition& repetition : repetitions) {
    if (repetition.complete == any_complete) counted.push_back(&repetition);
  }
  return counted;
}

/// Times per item of the slices, class by class.
std::map<Class, std::vector<double>> slices_by_class(const std::vector<const Repetition*>& repetitions) {
  std::map<Class, std::vector<double>> by_class;
  for (const Repetition* repetition : repetitions) {
    for (const SliceSummary& slice : repetition->slices) {
      by_class[slice.line_class].push_back(slice.ns_per_item.count());
    }
  }
  return by_class;
}

/// The class that most slices are in; none where all of them moved.
Class main_class_of(const std::map<Class, std::vector<double>>& slices) {
  Class main;
  std::size_t most = 0;
  for (const auto& [line_class, rates] : slices) {
    if (!line_class || rates.size() <= most) continue;
    main = line_class;
    most = rates.size();
  }
  return main;
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

/// By how much the sides' own times per item differ. Without a ring each passes items of its own.
std::optional<double> sides_differ_pct(const scenario::Scenario& scenario, const stats::Figures& figures) {
  if (scenario.ring == scenario::RingKind::null) return std::nullopt;
  return 100 * std::abs(figures.producer.ns_per_item / figures.consumer.ns_per_item - 1);
}

/// Median over the repetitions of what each would have been, had the CPU of the side that sets the pace stayed.
Nanoseconds undisturbed_of(const std::vector<stats::Figures>& repetitions, stats::Bottleneck bottleneck) {
  std::vector<double> undisturbed;
  for (const stats::Figures& figures : repetitions) {
    undisturbed.push_back(figures.ns_per_item.count() * (1 - stats::away_share(figures, bottleneck)));
  }
  return Nanoseconds(*stats::median(undisturbed));
}

void put_slices(stats::Noise& noise, const std::map<Class, std::vector<double>>& slices, Class main) {
  const auto in_ns = [](const std::optional<double>& value) {
    return value ? std::optional(Nanoseconds(*value)) : std::nullopt;
  };
  noise.slices_p10 = in_ns(stats::quantile(slices.at(main), 0.1));
  noise.slices_p90 = in_ns(stats::quantile(slices.at(main), 0.9));
  for (const auto& [line_class, rates] : slices) {
    noise.places.push_back(
        {.line_class = line_class, .slices = rates.size(), .ns_per_item = Nanoseconds(*stats::median(rates))});
  }
  noise.place_pct = stats::place_pct(noise.places, main);
}

/// `repetitions`: the figures of each that counts.
stats::Noise noise_of(const Measurement& measurement, const Result& result,
                      const std::vector<stats::Figures>& repetitions,
                      const std::map<Class, std::vector<double>>& slices) {
  stats::Noise noise;
  noise.bottleneck = stats::bottleneck_of(result.figures, result.observed.regime);
  if (noise.bottleneck) {
    noise.undisturbed = undisturbed_of(repetitions, *noise.bottleneck);
    noise.interference_pct = 100 * (result.ns_per_item / *noise.undisturbed - 1);
  }
  if (result.interval) noise.spread_pct = stats::half_width_pct(*result.interval, result.ns_per_item);
  put_slices(noise, slices, result.line_class);
  stats::GradeFacts facts{
      .interference_pct = noise.interference_pct,
      .spread_pct = noise.spread_pct,
      .sides_differ_pct = sides_differ_pct(measurement.scenario, result.figures),
      .line_class = result.line_class,
      .slices = result.figures.slices,
      .void_slices = measurement.void_slices,
      .records_dropped = result.figures.producer.records_dropped + result.figures.consumer.records_dropped,
      .regimes = {},
      .warm_up_capped = measurement.warm_up_capped,
      .complete = measurement.repetitions.front().complete};
  for (const stats::Figures& figures : repetitions) {
    facts.regimes.push_back(stats::observe_regime(measurement.scenario, figures).regime);
  }
  noise.graded = stats::grade_of(facts);
  return noise;
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

std::string_view name_of(IntervalKind kind) { return kind == IntervalKind::interleaved ? "interleaved" : "within_run"; }

IntervalKind interval_kind(const std::vector<Repetition>& repetitions) {
  for (std::size_t i = 1; i < repetitions.size(); ++i) {
    if (repetitions[i].began - repetitions[i - 1].ended < interleaved_apart) return IntervalKind::within_run;
  }
  return repetitions.size() > 1 ? IntervalKind::interleaved : IntervalKind::within_run;
}

Result conclude(const Measurement& measurement) {
  Result result;
  const std::vector<const Repetition*> repetitions = counted(measurement.repetitions);
  const std::map<Class, std::vector<double>> slices = slices_by_class(repetitions);
  if (slices.empty()) return result;
  result.line_class = main_class_of(slices);
  for (const auto& [line_class, rates] : slices) result.slices_total += rates.size();
  result.slices_moved = slices.contains(std::nullopt) ? slices.at(std::nullopt).size() : 0;
  result.void_slices = measurement.void_slices;
  for (const auto& [reason, count] : result.void_slices) result.slices_missed += count;
  std::optional<stats::Tally> all;
  std::vector<stats::Figures> each;
  std::vector<double> rates;
  for (const Repetition* repetition : repetitions) {
    const auto tally = repetition->tallies.find(result.line_class);
    if (tally == repetition->tallies.end()) continue;
    each.push_back(tally->second.rates());
    rates.push_back(each.back().ns_per_item.count());
    result.repetition_ns_per_item.emplace_back(rates.back());
    if (all) {
      all->add(tally->second);
    } else {
      all = tally->second;
    }
  }
  result.figures = all->figures();
  result.ns_per_item = Nanoseconds(*stats::median(rates));
  result.interval = stats::median_interval(rates);
  result.interval_kind = interval_kind(measurement.repetitions);
  result.observed = stats::observe_regime(measurement.scenario, result.figures);
  result.predicted = stats::predict_beside(measurement.scenario, result.figures);
  result.simulated = stats::simulate_beside(measurement.scenario, result.figures);
  result.producer_residual_pct = stats::residual_pct(result.figures.producer, measurement.scenario.producer.work);
  result.consumer_residual_pct = stats::residual_pct(result.figures.consumer, measurement.scenario.consumer.work);
  result.counter_offset = most_certain_offset(measurement.repetitions);
  result.noise = noise_of(measurement, result, each, slices);
  return result;
}

host::Fact<double> package_joules_per_item(const Result& result) {
  const host::Fact<double>& watts = result.figures.package_watts;
  return watts ? host::Fact<double>::known(*watts * result.ns_per_item.count() * 1e-9) : watts;
}

}  // namespace kickbench::bench::experiment
