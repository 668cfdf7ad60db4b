#include "bench/output/comparison_output.hpp"

#include <algorithm>
#include <map>
#include <ostream>

#include "bench/output/distributions_json.hpp"
#include "bench/output/forecast_output.hpp"
#include "bench/output/noise_output.hpp"
#include "bench/output/table.hpp"
#include "bench/text/format.hpp"

namespace kickbench::bench::output {
namespace {

std::string ring_text(const scenario::Scenario& scenario) {
  std::string text(name_of(scenario.ring));
  if (scenario::is_virtqueue(scenario.ring) && scenario.shape.features.has(Feature::in_order)) text += "+in_order";
  return text;
}

/// A name for each: the ring's, with a number where there are more of it.
std::vector<std::string> names_of(const std::vector<experiment::Measurement>& measurements) {
  std::vector<std::string> names;
  std::map<std::string, int> met;
  for (const experiment::Measurement& measurement : measurements) {
    const std::string name = ring_text(measurement.scenario);
    const int count = ++met[name];
    names.push_back(count == 1 ? name : name + ":" + std::to_string(count));
  }
  return names;
}

std::vector<experiment::Result> conclude_all(const std::vector<experiment::Measurement>& measurements) {
  std::vector<experiment::Result> results(measurements.size());
  std::ranges::transform(measurements, results.begin(), experiment::conclude);
  return results;
}

/// The ratio of a row to the first; none where one of the two is spoiled.
host::Fact<experiment::PairedRatio> ratio_to_first(const std::vector<experiment::Measurement>& measurements,
                                                   const std::vector<experiment::Result>& results, std::size_t row) {
  using Ratio = host::Fact<experiment::PairedRatio>;
  for (const std::size_t part : {row, std::size_t{0}}) {
    if (results[part].spoiled()) return Ratio::unknown("spoiled: " + name_of(measurements[part].scenario));
  }
  const auto ratio = experiment::paired_ratio(measurements[row], measurements.front());
  return ratio ? Ratio::known(*ratio) : Ratio::unknown("in no round did both find the line in one class");
}

std::string range_text(const std::optional<stats::MedianInterval>& interval, int digits) {
  return interval ? text::fixed(interval->lower, digits) + " .. " + text::fixed(interval->upper, digits) : "-";
}

}  // namespace

void print_comparison(std::ostream& out, const std::vector<experiment::Measurement>& measurements,
                      const Forecasts& forecasts) {
  const std::vector<std::string> names = names_of(measurements);
  const std::vector<experiment::Result> results = conclude_all(measurements);
  std::string notes;
  const std::string first = ring_text(measurements.front().scenario);
  Table table({{"ring", Table::Align::left},
               {"ns per item"},
               {"within-run interval"},
               {"times " + first},
               {"interval"},
               {"rounds"},
               {"line ns"},
               {"line", Table::Align::left},
               {"grade", Table::Align::left}});
  for (std::size_t i = 0; i < measurements.size(); ++i) {
    const experiment::Result& result = results[i];
    const auto ratio = ratio_to_first(measurements, results, i);
    const std::string refused = result.spoiled() || results.front().spoiled() ? "refused" : "-";
    table.add({ring_text(measurements[i].scenario), text::ns(result.ns_per_item), range_text(result.interval, 1),
               ratio ? text::fixed(ratio->median, 2) : refused, ratio ? range_text(ratio->interval, 2) : "-",
               ratio ? std::to_string(ratio->rounds) : "0", text::ns_or_dash(result.figures.line_transfer_before),
               std::string(name_of(result.line_class)), std::string(name_of(result.noise.graded.grade))});
    if (forecasts[i]) {
      notes += names[i] + ", forecast: " + text_of(*forecasts[i], result.figures.ns_per_item) + "\n";
    }
    if (!result.noise.graded.reasons.empty()) {
      notes += names[i] + ": " + grade_text(result.noise.graded) + "\n";
    }
  }
  table.print(out);
  const experiment::Measurement& any = measurements.front();
  out << "placement: CPUs " << any.placement.producer_cpu << " and " << any.placement.consumer_cpu
      << "; a slice of each ring in turn; 'line ns': one way, of the slices that the figures are of; ratios are of "
         "rounds in which both found the line in one class, and are refused where one of the two is spoiled\n"
      << notes;
}

void put_comparison(Json& document, const std::vector<experiment::Measurement>& measurements,
                    const Forecasts& forecasts) {
  const std::vector<std::string> names = names_of(measurements);
  const std::vector<experiment::Result> results = conclude_all(measurements);
  Json& rows = document["rings"] = Json::array();
  Json distributions = Json::object();
  for (std::size_t i = 0; i < measurements.size(); ++i) {
    const experiment::Measurement& measurement = measurements[i];
    const experiment::Result& result = results[i];
    Json row = row_of(measurement, result);
    put_forecast(row, forecasts[i], result.figures.ns_per_item);
    row["scenario"] = to_json(measurement.scenario);
    const auto ratio = ratio_to_first(measurements, results, i);
    put(row, "to_first_ratio", ratio ? std::optional(ratio->median) : std::nullopt, ratio.reason);
    const auto interval = ratio ? ratio->interval : std::nullopt;
    const std::string why_none = ratio ? "one round has no spread" : ratio.reason;
    put(row, "to_first_lower_ratio", interval ? std::optional(interval->lower) : std::nullopt, why_none);
    put(row, "to_first_upper_ratio", interval ? std::optional(interval->upper) : std::nullopt, why_none);
    row["paired_rounds_count"] = ratio ? ratio->rounds : 0;
    rows.push_back(std::move(row));
    put_distributions(distributions, names[i] + "/", measurement.scenario, result.figures);
  }
  document["distributions"] = std::move(distributions);
}

}  // namespace kickbench::bench::output
