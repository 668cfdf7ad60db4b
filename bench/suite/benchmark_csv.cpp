#include "bench/suite/benchmark_csv.hpp"

#include "bench/output/csv.hpp"

namespace kickbench::bench::suite {
namespace {

std::string cell_of(const output::Json& row, const std::string& key) {
  const auto value = row.find(key);
  if (value == row.end() || value->is_null()) return {};
  if (value->is_string()) return *value;
  return value->is_number() ? output::csv_cell(std::optional(value->get<double>())) : value->dump();
}

}  // namespace

std::string benchmark_csv(const output::Json& rows, const std::map<std::string, std::string>& context) {
  std::vector<std::string> columns{
      // Google Benchmark's own, in its order.
      "name", "iterations", "real_time", "cpu_time", "time_unit", "bytes_per_second", "items_per_second", "label",
      "error_occurred", "error_message",
      // Ours, by their names in the JSON.
      "ns_per_item", "lower_ns_per_item", "upper_ns_per_item", "interval_kind", "spread_pct", "interference_pct",
      "ns_per_item_undisturbed", "place_pct", "line_class", "grade", "regime_observed", "regime_predicted",
      "predicted_ns_per_item", "model_error_pct", "simulated_ns_per_item", "simulator_error_pct", "kicks_per_item",
      "interrupts_per_item", "sleeps_per_item", "spurious_wakeups_per_item", "producer_notify_ns",
      "consumer_startup_ns", "consumer_notify_ns", "producer_startup_ns", "latency_own_p50_ns", "latency_own_p99_ns",
      "latency_service_p99_ns", "producer_cpu_ns_per_item", "consumer_cpu_ns_per_item", "busy_ns_per_item"};
  const std::vector<std::string> of_rows = columns;
  for (const auto& [key, value] : context) columns.push_back("context_" + key);
  output::Csv csv(columns, {"name", "label", "error_message"});  // which Google Benchmark always quotes
  for (const output::Json& row : rows) {
    std::vector<std::string> cells;
    for (const std::string& column : of_rows) cells.push_back(cell_of(row, column));
    for (const auto& [key, value] : context) cells.push_back(value);
    csv.add(cells);
  }
  return csv.text();
}

}  // namespace kickbench::bench::suite
