#include "bench/output/noise_output.hpp"

#include <ostream>

#include "bench/text/format.hpp"

namespace kickbench::bench::output {
namespace {

const char* const no_spread = "one repetition has no spread";
const char* const no_gaps = "W = 0: no clock is read on this path, so gaps are not found";

std::string pct(double value) { return text::fixed(value, 1) + " %"; }

std::uint64_t class_slices(const experiment::Result& result) { return result.figures.slices; }

void put_interval(Json& row, const experiment::Result& result) {
  const auto& interval = result.interval;
  const auto part = [&](double stats::MedianInterval::*member) {
    return interval ? std::optional((*interval).*member) : std::nullopt;
  };
  put(row, "lower_ns_per_item", part(&stats::MedianInterval::lower), no_spread);
  put(row, "upper_ns_per_item", part(&stats::MedianInterval::upper), no_spread);
  put(row, "interval_coverage_pct", interval ? std::optional(100 * interval->coverage) : std::nullopt, no_spread);
  put(row, "interval_kind", interval ? std::optional(result.interval_kind) : std::nullopt, no_spread);
}

void put_place(Json& row, const stats::Noise& noise) {
  Json places = Json::object();
  for (const stats::PlaceFigures& place : noise.places) {
    places[std::string(name_of(place.line_class))] = {{"slices_count", place.slices},
                                                      {"ns_per_item", place.ns_per_item.count()}};
  }
  row["slices_by_class"] = std::move(places);
  const std::string alone = "no other class has " + std::to_string(stats::slices_min) + " slices";
  put(row, "place_pct", noise.place_pct, alone);
  const bool known = noise.place_pct && noise.spread_pct;
  known ? void(row["places_differ"] = noise.places_differ())
        : put_absent(row, "places_differ", noise.place_pct ? no_spread : alone);
}

/// "18 mid (2031 ns), 2 moved (2090 ns)".
std::string places_text(const stats::Noise& noise) {
  std::string places;
  for (const stats::PlaceFigures& place : noise.places) {
    places += (places.empty() ? "" : ", ") + std::to_string(place.slices) + " " +
              std::string(name_of(place.line_class)) + " (" + text::ns(place.ns_per_item) + " ns)";
  }
  return places;
}

}  // namespace

void put_noise(Json& row, const experiment::Result& result) {
  const stats::Noise& noise = result.noise;
  put_interval(row, result);
  put(row, "bottleneck", noise.bottleneck, no_gaps);
  put(row, "interference_pct", noise.interference_pct, no_gaps);
  put(row, "ns_per_item_undisturbed", noise.undisturbed, no_gaps);
  put(row, "spread_pct", noise.spread_pct, no_spread);
  put(row, "slices_p10_ns_per_item", noise.slices_p10, stats::why_no_quantile(0.1, class_slices(result)));
  put(row, "slices_p90_ns_per_item", noise.slices_p90, stats::why_no_quantile(0.9, class_slices(result)));
  put_place(row, noise);
  row["grade"] = name_of(noise.graded.grade);
  row["grade_reasons"] = noise.graded.reasons;
}

std::string grade_text(const stats::Graded& graded) {
  std::string line(name_of(graded.grade));
  for (const std::string& reason : graded.reasons) line += (&reason == &graded.reasons.front() ? ": " : "; ") + reason;
  return line;
}

void print_noise(std::ostream& out, const experiment::Result& result) {
  const stats::Noise& noise = result.noise;
  out << "grade: " << grade_text(noise.graded) << "\n";
  if (noise.interference_pct) {
    out << "interference: " << pct(*noise.interference_pct) << ", from gaps of "
        << (noise.bottleneck == stats::Bottleneck::both ? "both sides"
                                                        : "the " + std::string(name_of(*noise.bottleneck)))
        << "; without them " << text::ns(*noise.undisturbed) << " ns per item (a correction, not a measurement)\n";
  } else {
    out << "interference: unknown, " << no_gaps << "\n";
  }
  if (result.interval) {
    out << "spread: +-" << pct(*noise.spread_pct) << ", half of the "
        << (result.interval_kind == experiment::IntervalKind::interleaved ? "interval " : "within-run interval ")
        << text::ns(Nanoseconds(result.interval->lower)) << " .. " << text::ns(Nanoseconds(result.interval->upper))
        << " ns of the median of " << result.repetition_ns_per_item.size() << " repetitions ("
        << pct(100 * result.interval->coverage) << ")";
  } else {
    out << "spread: unknown, " << no_spread;
  }
  if (noise.slices_p10) {
    out << "; slices p10 " << text::ns(*noise.slices_p10) << ", p90 " << text::ns(*noise.slices_p90) << " ns";
  }
  out << "\nslices: " << places_text(noise);
  if (noise.place_pct) {
    out << "; the places differ by " << pct(*noise.place_pct) << (noise.places_differ() ? ", more than" : ", within")
        << " the spread";
  }
  out << "\n";
}

Json floor_json(const std::vector<host::PreemptionProbe>& floor) {
  Json json = Json::array();
  for (const host::PreemptionProbe& probe : floor) {
    json.push_back({{"cpu", probe.cpu},
                    {"gaps_count", probe.gaps},
                    {"away_pct", 100 * (probe.lost / probe.watched)},
                    {"longest_ns", probe.longest.count()},
                    {"watched_ns", probe.watched.count()},
                    {"bound_ns", probe.bound.count()}});
  }
  return json;
}

void print_floor(std::ostream& out, const host::Fact<std::vector<host::PreemptionProbe>>& floor) {
  out << "the host's floor:";
  if (!floor) out << " unknown: " << floor.reason;
  const char* separator = " ";
  for (const host::PreemptionProbe& probe : floor.value.value_or(std::vector<host::PreemptionProbe>{})) {
    out << separator << "CPU " << probe.cpu << " was away for " << text::fixed(100 * (probe.lost / probe.watched), 2)
        << " % of " << text::with_unit(probe.watched) << " of spinning";
    if (probe.gaps > 0) out << " (" << probe.gaps << " gaps, the longest " << text::with_unit(probe.longest) << ")";
    separator = ", ";
  }
  out << "\n";
}

}  // namespace kickbench::bench::output
