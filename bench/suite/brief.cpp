#include "bench/suite/brief.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <string_view>
#include <vector>

namespace kickbench::bench::suite {
namespace {

constexpr std::array<std::string_view, 8> figures_of_a_side{
    "ns_per_item", "work_spent_ns_per_item", "waiting_ns_per_item", "cpu_ns_per_item", "notify_ns",
    "startup_ns",  "gap_time_pct",           "residual_pct"};

/// Of the run as a whole.
constexpr std::array<std::string_view, 13> finer_figures{"forecast_costs",
                                                         "warm_up_per_slice_ns",
                                                         "settling_slices_count",
                                                         "slices_p10_ns_per_item",
                                                         "slices_p90_ns_per_item",
                                                         "regime_observed_evidence",
                                                         "simulated_lower_ns_per_item",
                                                         "simulated_upper_ns_per_item",
                                                         "simulated_spurious_notifications_per_item",
                                                         "simulator_error_without_spurious_pct",
                                                         "predicted_latency_service_max_is_exact",
                                                         "latency_own_samples_count",
                                                         "latency_service_samples_count"};
constexpr std::array<std::string_view, 2> finer_groups{"simulated_latency_", "counter_offset_"};

constexpr std::array<std::string_view, 18> headline{"name",
                                                    "family_index",
                                                    "per_family_instance_index",
                                                    "run_name",
                                                    "run_type",
                                                    "repetitions",
                                                    "repetition_index",
                                                    "aggregate_name",
                                                    "aggregate_unit",
                                                    "threads",
                                                    "iterations",
                                                    "time_unit",
                                                    "real_time",
                                                    "cpu_time",
                                                    "error_occurred",
                                                    "error_message",
                                                    "ns_per_item",

                                                    "line_class"};

bool has(const auto& names, std::string_view name) { return std::ranges::find(names, name) != names.end(); }

bool is_detail(std::string_view key) {
  if (key.ends_with("_histogram") || has(finer_figures, key)) return true;
  if (std::ranges::any_of(finer_groups, [&](std::string_view group) { return key.starts_with(group); })) return true;
  for (const std::string_view role : {"producer_", "consumer_"}) {
    if (key.starts_with(role)) return !has(figures_of_a_side, key.substr(role.size()));
  }
  return false;
}

template <class LeavesOut>
void leave_out(output::Json& row, LeavesOut leaves_out) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : row.items()) {
    if (key != "absent" && leaves_out(key)) keys.push_back(key);
  }
  for (const std::string& key : keys) {
    row.erase(key);
    if (row.contains("absent")) row["absent"].erase(key);
  }
  if (row.contains("absent") && row["absent"].empty()) row.erase("absent");
}

}  // namespace

void leave_out_details(output::Json& row) { leave_out(row, is_detail); }

void leave_headline(output::Json& row) {
  leave_out(row, [](std::string_view key) { return !has(headline, key); });
}

void round_figures(output::Json& json) {
  if (json.is_number_float()) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.7g", json.get<double>());
    double rounded = 0;
    std::from_chars(text.data(), text.data() + text.size(), rounded);
    json = rounded;
  }
  if (!json.is_structured()) return;
  for (output::Json& part : json) round_figures(part);
}

}  // namespace kickbench::bench::suite
