#include "bench/output/comparison_output.hpp"

#include <map>
#include <ostream>

#include "bench/output/calibrated_output.hpp"
#include "bench/output/distributions_json.hpp"
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

}  // namespace

void print_comparison(std::ostream& out, const std::vector<experiment::Measurement>& measurements,
                      const Expectations& expectations) {
  const std::vector<std::string> names = names_of(measurements);
  std::string notes;
  const std::string first = ring_text(measurements.front().scenario);
  Table table({{"ring", Table::Align::left},
               {"ns per item"},
               {"interval"},
               {"times " + first},
               {"interval"},
               {"rounds"},
               {"line ns"},
               {"line", Table::Align::left}});
  for (std::size_t i = 0; i < measurements.size(); ++i) {
    const experiment::Measurement& measurement = measurements[i];
    const experiment::Result result = experiment::conclude(measurement);
    const auto ratio = experiment::paired_ratio(measurement, measurements.front());
    const auto range = [](const std::optional<stats::MedianInterval>& interval, int digits) {
      return interval ? text::fixed(interval->lower, digits) + " .. " + text::fixed(interval->upper, digits) : "-";
    };
    table.add({ring_text(measurement.scenario), text::ns(result.ns_per_item), range(result.interval, 1),
               ratio ? text::fixed(ratio->median, 2) : "-", ratio ? range(ratio->interval, 2) : "-",
               ratio ? std::to_string(ratio->rounds) : "0", text::ns_or_dash(result.figures.line_transfer_before),
               std::string(name_of(result.line_class))});
    if (expectations[i]) {
      notes += names[i] + ", from the calibration: " + text_of(*expectations[i], result.ns_per_item) + "\n";
    }
    for (const std::string& reason : result.noisy_reasons) notes += "NOISY: " + names[i] + ": " + reason + "\n";
  }
  table.print(out);
  const experiment::Measurement& any = measurements.front();
  out << "placement: CPUs " << any.placement.producer_cpu << " and " << any.placement.consumer_cpu
      << "; a slice of each ring in turn; 'line ns': one way, of the slices that the figures are of; ratios are of "
         "rounds in which both found the line in one class\n"
      << notes;
}

void put_comparison(Json& document, const std::vector<experiment::Measurement>& measurements,
                    const Expectations& expectations) {
  const std::vector<std::string> names = names_of(measurements);
  Json& rows = document["rings"] = Json::array();
  Json distributions = Json::object();
  for (std::size_t i = 0; i < measurements.size(); ++i) {
    const experiment::Measurement& measurement = measurements[i];
    const experiment::Result result = experiment::conclude(measurement);
    Json row = row_of(measurement, result);
    put_calibrated(row, expectations[i], result.ns_per_item);
    row["scenario"] = to_json(measurement.scenario);
    const auto ratio = experiment::paired_ratio(measurement, measurements.front());
    const char* const reason = "in no round did both find the line in one class";
    put(row, "to_first_ratio", ratio ? std::optional(ratio->median) : std::nullopt, reason);
    const auto interval = ratio ? ratio->interval : std::nullopt;
    put(row, "to_first_lower_ratio", interval ? std::optional(interval->lower) : std::nullopt, reason);
    put(row, "to_first_upper_ratio", interval ? std::optional(interval->upper) : std::nullopt, reason);
    row["paired_rounds_count"] = ratio ? ratio->rounds : 0;
    row["raw"] = raw_of(measurement);
    rows.push_back(std::move(row));
    put_distributions(distributions, names[i] + "/", measurement.scenario, result.figures);
  }
  document["distributions"] = std::move(distributions);
}

}  // namespace kickbench::bench::output
