#include "bench/stats/grade.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>

namespace kickbench::bench::stats {
namespace {

std::string text(const char* format, auto... values) {
  std::array<char, 200> buffer{};
  std::snprintf(buffer.data(), buffer.size(), format, values...);
  return buffer.data();
}

unsigned long long whole(std::uint64_t count) { return count; }

std::string_view name_or_none(std::optional<model::Regime> regime) { return regime ? model::name_of(*regime) : "none"; }

/// What spoils a figure whatever the noise: it is not of what it is said to be of.
std::vector<std::string> defects_of(const GradeFacts& facts) {
  std::vector<std::string> defects;
  if (!facts.complete) defects.push_back("not one repetition is complete");
  if (!facts.line_class) {
    defects.push_back("the threads moved during every slice: the line transfer time changed");
  } else if (facts.slices < slices_min) {
    defects.push_back(text("%llu slices in the class, fewer than %llu", whole(facts.slices), whole(slices_min)));
  }
  for (const auto& [reason, count] : facts.void_slices) {
    defects.push_back(text("%llu slices were run again: ", whole(count)) + reason);
  }
  if (facts.sides_differ_pct && *facts.sides_differ_pct > sides_differ_max_pct) {
    defects.push_back(text("producer's and consumer's time per item differ by %.1f %%", *facts.sides_differ_pct));
  }
  if (std::ranges::adjacent_find(facts.regimes, std::not_equal_to()) != facts.regimes.end()) {
    std::string names;
    for (const auto& regime : facts.regimes) names += (names.empty() ? "" : ", ") + std::string(name_or_none(regime));
    defects.push_back("repetitions were in different regimes: " + names);
  }
  if (facts.records_dropped > 0) {
    defects.push_back(
        text("the log was full: %llu notifications or waits are not in N and S", whole(facts.records_dropped)));
  }
  if (facts.warm_up_capped) defects.push_back("the warm-up was cut short: the queue takes longer to settle");
  return defects;
}

}  // namespace

std::string_view name_of(Bottleneck bottleneck) {
  switch (bottleneck) {
    case Bottleneck::producer:
      return "producer";
    case Bottleneck::consumer:
      return "consumer";
    case Bottleneck::both:
      return "both";
  }
  return "?";
}

std::optional<Bottleneck> bottleneck_of(const Figures& figures, std::optional<model::Regime> observed) {
  const SideFigures& p = figures.producer;
  const SideFigures& c = figures.consumer;
  if (!p.work && !c.work) return std::nullopt;
  if (!p.work || !c.work) return p.work ? Bottleneck::producer : Bottleneck::consumer;
  if (observed == model::Regime::SS) return Bottleneck::both;
  return p.waiting < c.waiting ? Bottleneck::producer : Bottleneck::consumer;
}

double away_share(const Figures& figures, Bottleneck bottleneck) {
  const double producer = bottleneck == Bottleneck::consumer ? 0 : figures.producer.gap_share;
  const double consumer = bottleneck == Bottleneck::producer ? 0 : figures.consumer.gap_share;
  return producer + consumer;
}

double half_width_pct(const MedianInterval& interval, Nanoseconds figure) {
  return 100 * (interval.upper - interval.lower) / 2 / figure.count();
}

std::optional<double> place_pct(const std::vector<PlaceFigures>& places, std::optional<measure::LineClass> main) {
  const auto own = std::ranges::find(places, main, &PlaceFigures::line_class);
  if (!main || own == places.end()) return std::nullopt;
  std::optional<double> largest;
  for (const PlaceFigures& other : places) {
    if (!other.line_class || other.line_class == main || other.slices < slices_min) continue;
    const double difference = 100 * std::abs(other.ns_per_item / own->ns_per_item - 1);
    largest = std::max(largest.value_or(0), difference);
  }
  return largest;
}

std::string_view name_of(Grade grade) {
  switch (grade) {
    case Grade::quiet:
      return "quiet";
    case Grade::usable:
      return "usable";
    case Grade::spoiled:
      return "spoiled";
  }
  return "?";
}

Graded grade_of(const GradeFacts& facts) {
  Graded graded{.grade = Grade::quiet, .reasons = defects_of(facts)};
  if (!graded.reasons.empty()) graded.grade = Grade::spoiled;
  const auto judge = [&](const std::optional<double>& value, double quiet, double usable, const char* format) {
    if (!value || *value <= quiet) return;
    graded.grade = std::max(graded.grade, *value <= usable ? Grade::usable : Grade::spoiled);
    graded.reasons.push_back(text(format, *value));
  };
  judge(facts.interference_pct, quiet_bounds.interference_pct, usable_bounds.interference_pct,
        "interference of %.1f %%: the CPU of the side that sets the pace was away");
  judge(facts.spread_pct, quiet_bounds.spread_pct, usable_bounds.spread_pct, "repetitions differ by +-%.1f %%");
  if (!facts.spread_pct) {
    graded.grade = std::max(graded.grade, Grade::usable);
    graded.reasons.push_back("one repetition: its spread is not known");
  }
  return graded;
}

}  // namespace kickbench::bench::stats
