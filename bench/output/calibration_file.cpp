#include "bench/output/calibration_file.hpp"

#include <array>
#include <cmath>

#include "bench/output/calibration_output.hpp"
#include "bench/output/strict_json.hpp"
#include "bench/scenario/nearest_name.hpp"

namespace kickbench::bench::output {
namespace {

using calibration::Gaps;
using calibration::Notification;
using calibration::SleepCost;
using calibration::WakeCost;

// --- Writing: times to a tenth of a nanosecond, which is finer than the clock

double rounded(Nanoseconds time) { return std::round(10 * time.count()) / 10; }

template <class Samples, class TimeOf>
Json times_json(const Samples& samples, TimeOf time_of) {
  Json json = Json::array();
  for (const auto& sample : samples) json.push_back(rounded(time_of(sample)));
  return json;
}

Json times_json(const std::vector<Nanoseconds>& times) {
  return times_json(times, [](Nanoseconds time) { return time; });
}

Json to_json(const WakeCost& cost) {
  Json json{{"notifier", cost.notifier},
            {"notification", calibration::name_of(cost.notification)},
            {"line_class", std::string(measure::name_of(cost.line_class))},
            {"rungs", Json::array()},
            {"needless_notify_ns", times_json(cost.needless)},
            {"arming_ns", times_json(cost.arming)},
            {"asking_ns", times_json(cost.asking)}};
  for (const model::IdleRung& rung : cost.table) {
    json["rungs"].push_back(
        {{"idle_ns", rung.idle.count()},
         {"notify_ns", times_json(rung.wakes, [](const model::Wake& wake) { return wake.notify; })},
         {"startup_ns", times_json(rung.wakes, [](const model::Wake& wake) { return wake.startup; })}});
  }
  return json;
}

Json to_json(const Gaps& gaps) {
  return {{"gaps_count", gaps.count}, {"lost_ns", gaps.lost.count()}, {"watched_ns", gaps.watched.count()}};
}

// --- Reading

std::string text_from(const Json& json, const std::string& where) {
  if (!json.is_string() || json.get_ref<const std::string&>().empty()) {
    throw scenario::UsageError(where + ": must be a text");
  }
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

const Json& array_from(const Json& json, const std::string& where, std::size_t at_least) {
  if (!json.is_array() || json.size() < at_least) {
    throw scenario::UsageError(where + ": must be an array" +
                               (at_least > 0 ? " of at least " + std::to_string(at_least) : ""));
  }
  return json;
}

std::vector<Nanoseconds> times_from(const Json& json, const std::string& where, std::size_t at_least) {
  std::vector<Nanoseconds> times;
  for (const Json& time : array_from(json, where, at_least)) {
    times.push_back(time_from(time, where + "/" + std::to_string(times.size())));
  }
  return times;
}

Nanoseconds time_above_0_from(const Json& json, const std::string& where) {
  const Nanoseconds time = time_from(json, where);
  if (time <= Nanoseconds(0)) throw scenario::UsageError(where + ": must be above 0");
  return time;
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

model::IdleRung rung_from(const Json& json, const std::string& where) {
  require_keys(json, where, {"idle_ns", "notify_ns", "startup_ns"});
  const std::vector<Nanoseconds> notify = times_from(json["notify_ns"], where + "/notify_ns", 1);
  const std::vector<Nanoseconds> startup = times_from(json["startup_ns"], where + "/startup_ns", 1);
  if (startup.size() != notify.size()) {
    throw scenario::UsageError(where + "/startup_ns: must have one S for each N, which are " +
                               std::to_string(notify.size()));
  }
  model::IdleRung rung{.idle = time_above_0_from(json["idle_ns"], where + "/idle_ns"), .wakes = {}};
  for (std::size_t i = 0; i < notify.size(); ++i) rung.wakes.push_back({notify[i], startup[i]});
  return rung;
}

WakeCost wake_cost_from(const Json& json, const std::string& where) {
  using measure::LineClass;
  constexpr std::array notifications{Notification::to_consumer, Notification::to_producer};
  constexpr std::array<std::optional<LineClass>, 5> line_classes{std::nullopt, LineClass::unknown, LineClass::near,
                                                                 LineClass::mid, LineClass::far};
  require_keys(json, where,
               {"notifier", "notification", "line_class", "rungs", "needless_notify_ns", "arming_ns", "asking_ns"});
  WakeCost cost{.notifier = text_from(json["notifier"], where + "/notifier"),
                .notification = named_from(json["notification"], where + "/notification", notifications),
                .line_class = named_from(json["line_class"], where + "/line_class", line_classes),
                .table = {},
                .needless = times_from(json["needless_notify_ns"], where + "/needless_notify_ns", 0),
                .arming = times_from(json["arming_ns"], where + "/arming_ns", 0),
                .asking = times_from(json["asking_ns"], where + "/asking_ns", 0)};
  for (const Json& rung : array_from(json["rungs"], where + "/rungs", 1)) {
    const std::string place = where + "/rungs/" + std::to_string(cost.table.size());
    cost.table.push_back(rung_from(rung, place));
    if (cost.table.size() > 1 && cost.table.back().idle <= cost.table.end()[-2].idle) {
      throw scenario::UsageError(place + "/idle_ns: must be longer than that of the rung before");
    }
  }
  return cost;
}

SleepCost sleep_from(const Json& json, const std::string& where) {
  require_keys(json, where, {"asked_ns", "oversleeps_ns"}, {"longer_by"});
  return {.asked = time_above_0_from(json["asked_ns"], where + "/asked_ns"),
          .oversleeps = times_from(json["oversleeps_ns"], where + "/oversleeps_ns", 1)};
}

Gaps gaps_from(const Json& json, const std::string& where) {
  require_keys(json, where, {"gaps_count", "lost_ns", "watched_ns"});
  if (!json["gaps_count"].is_number_unsigned()) {
    throw scenario::UsageError(where + "/gaps_count: must be a whole number");
  }
  const Gaps gaps{.count = json["gaps_count"],
                  .lost = time_from(json["lost_ns"], where + "/lost_ns"),
                  .watched = time_above_0_from(json["watched_ns"], where + "/watched_ns")};
  if (gaps.lost < Nanoseconds(0) || gaps.lost >= gaps.watched) {
    throw scenario::UsageError(where + "/lost_ns: must be from 0 to less than watched_ns");
  }
  return gaps;
}

constexpr const char* remedy = "calibrate again with --out";

void check_versions(const Json& document, const std::string& where) {
  // First, because others have other keys.
  if (!document.is_object()) return;
  const auto refuse = [&](const std::string& what) { throw scenario::UsageError(where + ": " + what + ": " + remedy); };
  if (document.contains("schema_version") && document["schema_version"] != schema_version) {
    refuse("/schema_version: is " + document["schema_version"].dump() + ", and only " + std::to_string(schema_version) +
           " can be read");
  }
  if (document.contains("wake_costs") && !document.contains("calibration_version")) {
    refuse("is of an older kickbench, which kept no N together with its S");
  }
  if (document.contains("calibration_version") && document["calibration_version"] != calibration_version) {
    refuse("/calibration_version: is " + document["calibration_version"].dump() + ", and only " +
           std::to_string(calibration_version) + " can be read");
  }
}

calibration::Costs costs_from(const Json& document, const std::string& where) {
  calibration::Costs costs;
  std::vector<WakeCost> wakes;
  for (const Json& row : array_from(document["wake_costs"], where + ": /wake_costs", 1)) {
    wakes.push_back(wake_cost_from(row, where + ": /wake_costs/" + std::to_string(wakes.size())));
  }
  costs.wakes = calibration::WakeCosts(std::move(wakes));
  for (const Json& row : array_from(document["sleeps"], where + ": /sleeps", 1)) {
    costs.sleeps.push_back(sleep_from(row, where + ": /sleeps/" + std::to_string(costs.sleeps.size())));
  }
  require_keys(document["gaps"], where + ": /gaps", {"producer", "consumer"});
  costs.producer_gaps = gaps_from(document["gaps"]["producer"], where + ": /gaps/producer");
  costs.consumer_gaps = gaps_from(document["gaps"]["consumer"], where + ": /gaps/consumer");
  return costs;
}

}  // namespace

void put_calibration(Json& document, const calibration::CalibrationResult& result) {
  const calibration::Costs costs = calibration::costs_of(result.facts);
  document["calibration_version"] = calibration_version;
  document["placement"] = to_json(result.placement);
  document["idle"] = result.idle;
  document["rounds_count"] = result.facts.rounds;
  put_calibration_figures(document, result);
  document["wake_costs"] = Json::array();
  for (const WakeCost& cost : costs.wakes.all()) document["wake_costs"].push_back(to_json(cost));
  document["sleeps"] = Json::array();
  for (const SleepCost& sleep : costs.sleeps) {
    document["sleeps"].push_back({{"asked_ns", sleep.asked.count()},
                                  {"longer_by", output::to_json(stats::spread_of(sleep.oversleeps))},
                                  {"oversleeps_ns", times_json(sleep.oversleeps)}});
  }
  document["gaps"] = {{"producer", to_json(costs.producer_gaps)}, {"consumer", to_json(costs.consumer_gaps)}};
}

Calibration calibration_from(const Json& document, const std::string& where) {
  check_versions(document, where);
  require_complete(document, where, remedy);
  require_keys(document, where,
               {"schema_version", "tool", "fingerprint", "clock", "calibration_version", "placement", "idle",
                "rounds_count", "wake_costs", "sleeps", "gaps"},
               {"environment", "host_floor", "absent", "idle_polling", "complete", "interrupted", "clock_check",
                "counter_offset_ns", "counter_offset_uncertainty_ns", "counter_offset_corrected", "wake_figures",
                "ratios", "least_work", "skipped"});
  require_keys(document["tool"], where + ": /tool", {"name", "version", "command"}, {"revision"});
  require_keys(document["clock"], where + ": /clock",
               {"source", "invariant", "ticks_per_ns", "read_cost_ns", "step_ns"});
  return {.fingerprint = text_from(document["fingerprint"], where + ": /fingerprint"),
          .placement = placement_from(document["placement"], where + ": /placement"),
          .idle = text_from(document["idle"], where + ": /idle"),
          .costs = costs_from(document, where)};
}

}  // namespace kickbench::bench::output
