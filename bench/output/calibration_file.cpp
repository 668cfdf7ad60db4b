#include "bench/output/calibration_file.hpp"

#include <array>
#include <cmath>

#include "bench/output/histogram_json.hpp"
#include "bench/output/strict_json.hpp"
#include "bench/scenario/nearest_name.hpp"
#include "bench/text/format.hpp"

namespace kickbench::bench::output {
namespace {

constexpr const char* nobody_woken = "the peer was running: nobody was woken";

std::string text_from(const Json& json, const std::string& where) {
  if (!json.is_string() || json.get_ref<const std::string&>().empty())
    throw scenario::UsageError(where + ": must be a text");
  return json;
}

/// The one of `values` that has this name.
template <class Values>
auto named_from(const Json& json, const std::string& where, const Values& values) {
  const std::string name = text_from(json, where);
  for (const auto& value : values) {
    if (name_of(value) == name) return value;
  }
  throw scenario::UsageError(
      scenario::unknown_name(where + ":", name, values, [](const auto& value) { return name_of(value); }));
}

stats::Spread spread_from(const Json& json, const std::string& where) {
  std::vector<std::string> keys{"count", "median_ns", "mean_ns", "p99_ns"};
  const bool few = json.is_object() && json.contains("p99_ns") && json["p99_ns"].is_null();
  if (few) keys.emplace_back("p99_ns_reason");
  require_keys(json, where, keys);
  const auto time = [&](const char* key) { return time_from(json[key], where + "/" + key); };
  return {.count = count_from(json["count"], where + "/count"),
          .median = time("median_ns"),
          .mean = time("mean_ns"),
          .p99 = few ? std::nullopt : std::optional(time("p99_ns"))};
}

int cpu_from(const Json& json, const std::string& where) {
  if (!json.is_number_unsigned()) throw scenario::UsageError(where + ": must be the number of a CPU");
  return json;
}

host::Placement placement_from(const Json& json, const std::string& where) {
  require_keys(json, where, {"name", "producer_cpu", "consumer_cpu", "reason"});
  return {.producer_cpu = cpu_from(json["producer_cpu"], where + "/producer_cpu"),
          .consumer_cpu = cpu_from(json["consumer_cpu"], where + "/consumer_cpu"),
          .name = text_from(json["name"], where + "/name"),
          .reason = text_from(json["reason"], where + "/reason")};
}

/// The histogram of that name, of as many samples as the figures beside which it stands.
model::Histogram distribution_from(const Json& distributions, const std::string& name, const stats::Spread& spread,
                                   const std::string& where) {
  if (!distributions.contains(name)) throw scenario::UsageError(where + ": key '" + name + "' is missing");
  const std::string path = where + "/" + name;
  if (distributions[name].is_object() && distributions[name].value("count", Json()) != Json(spread.count)) {
    throw scenario::UsageError(path + "/count: is not that of its row, " + std::to_string(spread.count));
  }
  return histogram_from(distributions[name], path);
}

calibration::WakeCost cost_from(const Json& json, const std::string& where, const Json& distributions,
                                const std::string& distributions_where) {
  constexpr std::array notifications{calibration::Notification::to_consumer, calibration::Notification::to_producer};
  constexpr std::array<std::optional<measure::LineClass>, 5> line_classes{
      std::nullopt, measure::LineClass::unknown, measure::LineClass::near, measure::LineClass::mid,
      measure::LineClass::far};
  std::vector<std::string> keys{"notifier", "notification", "line_class", "idle_ns", "notify", "startup"};
  const bool woken = !json.is_object() || !json.contains("idle_ns") || !json["idle_ns"].is_null();
  if (!woken) keys.insert(keys.end(), {"idle_ns_reason", "startup_reason"});
  require_keys(json, where, keys);
  calibration::WakeCost cost{.notifier = text_from(json["notifier"], where + "/notifier"),
                             .notification = named_from(json["notification"], where + "/notification", notifications),
                             .idle = {},
                             .line_class = named_from(json["line_class"], where + "/line_class", line_classes),
                             .notify = spread_from(json["notify"], where + "/notify"),
                             .startup = {}};
  const auto histogram = [&](const char* quantity, const stats::Spread& spread) {
    return distribution_from(distributions, distribution_name(cost, quantity), spread, distributions_where);
  };
  if (woken) {
    cost.idle = time_from(json["idle_ns"], where + "/idle_ns");
    if (*cost.idle <= Nanoseconds(0)) throw scenario::UsageError(where + "/idle_ns: must be above 0");
    cost.startup = spread_from(json["startup"], where + "/startup");
    cost.startup_histogram = histogram("S", *cost.startup);
  } else if (!json["startup"].is_null()) {
    throw scenario::UsageError(where + "/startup: must be null, as idle_ns is: " + nobody_woken);
  }
  cost.notify_histogram = histogram("N", cost.notify);
  return cost;
}

}  // namespace

std::string distribution_name(const calibration::WakeCost& cost, const std::string& quantity) {
  const std::string idle = cost.idle ? Json(std::llround(cost.idle->count())).dump() + "ns" : "running";
  return cost.notifier + "/" + std::string(name_of(cost.notification)) + "/" + std::string(name_of(cost.line_class)) +
         "/" + idle + "/" + quantity;
}

std::string describe(const calibration::WakeCost& cost) {
  return cost.notifier + ", " + std::string(name_of(cost.notification)) + ", line " +
         std::string(name_of(cost.line_class)) + ", peer idle for " + text::exact_with_unit(*cost.idle);
}

Json calibration_json(Json head, const calibration::CalibrationResult& result) {
  Json document;
  for (const char* key : {"schema_version", "tool", "fingerprint", "clock"}) document[key] = std::move(head[key]);
  document["placement"] = to_json(result.placement);
  document["idle"] = result.idle;
  document["wake_costs"] = Json::array();
  document["distributions"] = Json::object();
  for (const calibration::WakeCost& cost : result.wake_costs.all()) {
    Json row{{"notifier", cost.notifier},
             {"notification", name_of(cost.notification)},
             {"line_class", std::string(name_of(cost.line_class))}};
    put(row, "idle_ns", cost.idle, nobody_woken);
    row["notify"] = to_json(std::optional(cost.notify));
    put(row, "startup", cost.startup, nobody_woken);
    document["wake_costs"].push_back(std::move(row));
    document["distributions"][distribution_name(cost, "N")] = to_json(cost.notify_histogram);
    if (cost.startup_histogram) {
      document["distributions"][distribution_name(cost, "S")] = to_json(*cost.startup_histogram);
    }
  }
  return document;
}

Calibration calibration_from(const Json& document, const std::string& where) {
  // First, because another schema may have other keys.
  if (document.is_object() && document.contains("schema_version") && document["schema_version"] != schema_version) {
    throw scenario::UsageError(where + ": /schema_version: is " + document["schema_version"].dump() + ", and only " +
                               std::to_string(schema_version) + " can be read: calibrate again with --out");
  }
  require_keys(document, where,
               {"schema_version", "tool", "fingerprint", "clock", "placement", "idle", "wake_costs", "distributions"});
  require_keys(document["tool"], where + ": /tool", {"name", "version", "command"});
  require_keys(document["clock"], where + ": /clock",
               {"source", "invariant", "ticks_per_ns", "read_cost_ns", "step_ns"});
  Calibration calibration{.fingerprint = text_from(document["fingerprint"], where + ": /fingerprint"),
                          .placement = placement_from(document["placement"], where + ": /placement"),
                          .idle = text_from(document["idle"], where + ": /idle"),
                          .costs = {}};
  const Json& rows = document["wake_costs"];
  if (!rows.is_array() || rows.empty())
    throw scenario::UsageError(where + ": /wake_costs: must be an array of at least one row");
  const Json& distributions = document["distributions"];
  if (!distributions.is_object()) throw scenario::UsageError(where + ": /distributions: must be an object");
  std::vector<calibration::WakeCost> costs;
  for (const Json& row : rows) {
    const std::string path = where + ": /wake_costs/" + std::to_string(costs.size());
    costs.push_back(cost_from(row, path, distributions, where + ": /distributions"));
  }
  calibration.costs.add(std::move(costs));
  return calibration;
}

}  // namespace kickbench::bench::output
