#include "bench/output/result_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "tests/bench/made_up_measurement.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

using test::add_slice;
using test::measurement_of;
using test::repetition_of;
using testing::HasSubstr;

/// Blocks, sleeps and notifies: every figure has a value, and no two that could be mixed up have the same.
Measurement eventful() {
  std::vector<Repetition> repetitions(3);
  for (Repetition& repetition : repetitions) {
    Slice slice = test::plain_slice(1000, 2000, 12.0);
    for (SideWindow* side : {&slice.producer, &slice.consumer}) {
      side->pace.work = TickSpan{3'000'000};
      side->counters.blocked_waits = 100;
      side->counters.sleeps = 1;
      side->counters.spurious_wakeups = 2;
    }
    slice.producer.counters.signals = 100;
    slice.consumer.counters.signals = 200;
    slice.line_after = Nanoseconds(13);
    slice.to_consumer = {.notify = {Nanoseconds(1100)}, .startup = {Nanoseconds(-400)}, .items_between = {10, 10, 12}};
    slice.to_producer = {.notify = {Nanoseconds(600)}, .startup = {Nanoseconds(3000)}, .items_between = {7}};
    slice.producer_sleeps = slice.consumer_sleeps = {Nanoseconds(50'000)};
    slice.latencies.record(5, TickTime{100}, TickTime{8100});
    slice.latencies.record(6, TickTime{4100}, TickTime{10'100});
    slice.producer.cpu = Nanoseconds(2.1e6);
    slice.consumer.cpu = Nanoseconds(1.2e6);
    slice.energy = {.joules = host::Fact<double>::known(2), .span = TickSpan{100'000'000}};
    add_slice(repetition, LineClass::near, slice);
  }
  Measurement measurement = measurement_of(std::move(repetitions));
  measurement.scenario = test::scenario_of(WaitKind::block, 2000, 1000);
  return measurement;
}

/// Only bounds are predicted.
Measurement long_sleeps() {
  Measurement measurement = eventful();
  measurement.scenario = test::scenario_of(WaitKind::sleep, 2000, 1000);
  measurement.scenario.producer.sleep = measurement.scenario.consumer.sleep = Nanoseconds(5e6);
  for (Repetition& repetition : measurement.repetitions) {
    repetition.tallies.clear();
    Slice slice = test::plain_slice(1000, 2000, 12.0);
    slice.producer_sleeps = slice.consumer_sleeps = {Nanoseconds(5e6)};
    repetition.slices.clear();
    add_slice(repetition, LineClass::near, slice);
  }
  return measurement;
}

/// One repetition in which nothing happened but items, on one CPU, with no ring.
Measurement uneventful() {
  Measurement measurement = measurement_of({repetition_of({{LineClass::unknown, 100}})});
  measurement.scenario.ring = RingKind::null;
  return measurement;
}

std::vector<Measurement> all_sorts() { return {eventful(), long_sleeps(), uneventful(), measurement_of({})}; }

Json row_of(const Measurement& measurement) { return output::row_of(measurement, conclude(measurement)); }

/// Calls visit(key, value, parent) for every member of every object below.
template <class Visit>
void walk(const Json& json, Visit visit) {
  for (const auto& [key, value] : json.items()) {
    if (json.is_object()) visit(key, value, json);
    if (value.is_structured()) walk(value, visit);
  }
}

// The rule for names: a number says what it is counted in at the end of its key.
//   _ns, _pct, _count                        times, percentages, counts
//   _per_item, _per_second, _per_ns          rates; in ns per item: ns_per_item, alone or as an ending
// The exceptions: what is named after a term of the specification or the kernel, and members of an object whose own key
// carries the unit or says what its list is.
bool says_its_unit(const std::string& key) {
  static const std::regex unit("(.*_)?(ns|pct|count|ns_per_item|per_item|per_second|per_ns)");
  static const std::set<std::string> terms{"ns_per_item_undisturbed", "queue_size", "producer_cpu", "consumer_cpu",
                                           "schema_version"};
  static const std::set<std::string> in_histogram{"items", "count"};
  static const std::set<std::string> in_line_transfer_ns{"before", "after"};
  return std::regex_match(key, unit) || terms.contains(key) || in_histogram.contains(key) ||
         in_line_transfer_ns.contains(key);
}

void expect_units(const Json& json) {
  walk(json, [](const std::string& key, const Json& value, const Json&) {
    EXPECT_TRUE(!value.is_number() || says_its_unit(key)) << key << " does not end in its unit";
  });
}

TEST(ResultJson, Every_number_says_its_unit) {
  for (const Measurement& measurement : all_sorts()) {
    expect_units(row_of(measurement));
    expect_units(raw_of(measurement));
    expect_units(to_json(measurement.scenario));
    expect_units(to_json(measurement.placement));
  }
}

TEST(ResultJson, Every_null_has_its_reason) {
  for (const Measurement& measurement : {eventful(), long_sleeps(), uneventful()}) {
    for (const Json& json : {row_of(measurement), raw_of(measurement)}) {
      walk(json, [](const std::string& key, const Json& value, const Json& parent) {
        if (!value.is_null()) return;
        EXPECT_NE(parent.value("absent", Json::object()).value(key, ""), "") << key << " is null and does not say why";
      });
    }
  }
}

TEST(ResultJson, Has_the_keys_of_the_contract_whatever_was_measured) {
  for (const Measurement& measurement : all_sorts()) {
    const Json row = row_of(measurement);
    for (const char* key : {"ns_per_item",
                            "predicted_ns_per_item",
                            "model_error_pct",
                            "items_per_second",
                            "regime_predicted",
                            "regime_observed",
                            "grade",
                            "grade_reasons",
                            "interval_kind",
                            "interference_pct",
                            "ns_per_item_undisturbed",
                            "bottleneck",
                            "spread_pct",
                            "slices_p10_ns_per_item",
                            "slices_p90_ns_per_item",
                            "place_pct",
                            "places_differ",
                            "slices_by_class",
                            "line_transfer_ns",
                            "kicks_per_item",
                            "interrupts_per_item",
                            "sleeps_per_item",
                            "spurious_wakeups_per_item",
                            "producer_notify_ns",
                            "consumer_notify_ns",
                            "producer_startup_ns",
                            "consumer_startup_ns",
                            "latency_own_p50_ns",
                            "latency_own_p99_ns",
                            "latency_own_mean_ns",
                            "latency_own_max_ns",
                            "latency_service_p50_ns",
                            "latency_service_p99_ns",
                            "latency_service_mean_ns",
                            "latency_service_max_ns",
                            "predicted_latency_own_mean_ns",
                            "predicted_latency_service_max_ns",
                            "simulated_latency_own_mean_ns",
                            "simulated_latency_service_max_ns",
                            "busy_ns_per_item",
                            "predicted_busy_ns_per_item",
                            "simulated_busy_ns_per_item",
                            "package_joules_per_item",
                            "producer_cpu_ns_per_item",
                            "consumer_cpu_ns_per_item"}) {
      EXPECT_TRUE(row.contains(key)) << key;
    }
  }
}

TEST(ResultJson, Says_what_was_measured_and_predicted) {
  const Json row = row_of(eventful());
  EXPECT_EQ(row["ns_per_item"], 2000.0);
  EXPECT_EQ(row["items_per_second"], 500'000.0);
  EXPECT_EQ(row["interval_coverage_pct"], 75.0);
  EXPECT_EQ(row["regime_predicted"], "FC");
  EXPECT_EQ(row["predicted_ns_per_item"], 3100.0);
  EXPECT_NEAR(row["model_error_pct"].get<double>(), -1100 / 31.0, 1e-9);
  EXPECT_EQ(row["grade"], "quiet");
  EXPECT_EQ(row["interval_kind"], "within_run");
  EXPECT_EQ(row["line_class"], "near");
  EXPECT_EQ(row["line_transfer_ns"], Json::parse(R"({"before": 12.0, "after": 13.0})"));
  EXPECT_EQ(row["kicks_per_item"], 0.1);
  EXPECT_EQ(row["interrupts_per_item"], 0.2);
  EXPECT_EQ(row["sleeps_per_item"], 0.002) << "of both sides";
  EXPECT_EQ(row["spurious_wakeups_per_item"], 0.004) << "of both sides";
  EXPECT_EQ(row["producer_notify_ns"], 1100.0);
  EXPECT_EQ(row["consumer_notify_ns"], 600.0);
  EXPECT_EQ(row["producer_startup_ns"], 3000.0);
  EXPECT_EQ(row["consumer_startup_ns"], -400.0) << "signed";
  EXPECT_EQ(row["producer_work_spent_ns_per_item"], 1500.0);
  EXPECT_EQ(row["producer_suppressed_per_item"], 0.9);
  EXPECT_EQ(row["consumer_suppressed_per_item"], 0.8);
  EXPECT_EQ(row["items_per_kick_histogram"], Json::parse(R"([{"items": 10, "count": 6}, {"items": 12, "count": 3}])"));
  EXPECT_EQ(row["items_count"], 3000);
  EXPECT_EQ(row["slices_count"], 3);
}

TEST(ResultJson, Has_latency_by_both_conventions_and_energy_beside_what_was_to_be_expected) {
  const Json row = row_of(eventful());
  EXPECT_EQ(row["latency_own_mean_ns"], 3500.0);
  EXPECT_EQ(row["latency_own_max_ns"], 4000.0);
  EXPECT_EQ(row["latency_own_samples_count"], 6);
  EXPECT_EQ(row["latency_service_mean_ns"], 5000.0);
  EXPECT_EQ(row["latency_service_max_ns"], 5000.0);
  EXPECT_EQ(row["latency_service_samples_count"], 3);
  EXPECT_EQ(row["latency_own_p99_ns"], nullptr);
  EXPECT_EQ(row["absent"]["latency_own_p99_ns"], "p99 needs 100 samples, and there are 6");
  // FC, a kick for each item: 2 W_P + 2 N_P + S_C + W_C, of which 1500 ns were spent.
  EXPECT_EQ(row["predicted_latency_service_max_ns"], 7300.0);
  EXPECT_EQ(row["predicted_latency_service_max_is_exact"], true);
  EXPECT_EQ(row["predicted_latency_own_mean_ns"], nullptr);
  EXPECT_EQ(row["simulated_latency_own_mean_ns"], 4200.0) << "W_P + N_P + S_C + W_C";
  EXPECT_EQ(row["simulated_latency_service_max_ns"], 7300.0);
  EXPECT_EQ(row["busy_ns_per_item"], 3300.0);
  EXPECT_EQ(row["predicted_busy_ns_per_item"], 4200.0);
  EXPECT_EQ(row["simulated_busy_ns_per_item"], 4200.0);
  EXPECT_DOUBLE_EQ(row["package_joules_per_item"].get<double>(), 40 * 2000e-9);
}

TEST(ResultJson, Says_why_something_is_missing) {
  const Json row = row_of(uneventful());
  EXPECT_EQ(row["regime_observed"], nullptr);
  EXPECT_EQ(row["regime_predicted"], nullptr);
  EXPECT_THAT(row["absent"]["regime_predicted"], HasSubstr("without a ring"));
  EXPECT_THAT(row["absent"]["producer_work_spent_ns_per_item"], HasSubstr("W = 0"));
  EXPECT_THAT(row["absent"]["producer_notify_ns"], HasSubstr("notified nobody"));
  EXPECT_THAT(row["line_transfer_ns"]["absent"]["before"], HasSubstr("share a CPU"));
  EXPECT_THAT(row["absent"]["interval_coverage_pct"], HasSubstr("one repetition"));
  EXPECT_EQ(row["line_class"], "unknown");
  EXPECT_THAT(row["absent"]["latency_service_mean_ns"], HasSubstr("no two items in a row"));
  EXPECT_THAT(row["absent"]["predicted_latency_service_max_ns"], HasSubstr("without a ring"));
  EXPECT_THAT(row["absent"]["package_joules_per_item"], HasSubstr("not probed"));
}

TEST(ResultJson, Bounds_stand_in_for_a_prediction_that_is_none) {
  const Json row = row_of(long_sleeps());
  EXPECT_EQ(row["regime_predicted"], "sLS");
  EXPECT_EQ(row["predicted_ns_per_item"], nullptr);
  EXPECT_THAT(row["absent"]["predicted_ns_per_item"], HasSubstr("only bounds"));
  EXPECT_LT(row["predicted_lower_ns_per_item"], row["predicted_upper_ns_per_item"]);
}

TEST(ResultJson, Raw_has_every_slice_of_every_repetition_moved_ones_too) {
  Measurement measurement = measurement_of(
      {repetition_of({{LineClass::near, 100}, {test::moved, 300}}), repetition_of({{LineClass::unknown, 200}})});
  measurement.repetitions[1].complete = false;
  measurement.repetitions[0].slices[0].line_before = Nanoseconds(10);
  measurement.repetitions[0].slices[0].line_after = Nanoseconds(11);
  measurement.repetitions[0].slices[1].counter_offset = CounterOffset{Nanoseconds(-14), Nanoseconds(115)};
  measurement.void_slices = {{"the CPU set was changed", 2}};
  const Json raw = raw_of(measurement);
  EXPECT_EQ(raw["scenario"]["name"], name_of(measurement.scenario));
  ASSERT_EQ(raw["repetitions"].size(), 2U);
  EXPECT_EQ(raw["repetitions"][0]["complete"], true);
  EXPECT_EQ(raw["repetitions"][1]["complete"], false);
  const Json& slices = raw["repetitions"][0]["slices"];
  ASSERT_EQ(slices.size(), 2U);
  EXPECT_EQ(slices[0]["line_class"], "near");
  EXPECT_EQ(slices[0]["items_count"], 1000);
  EXPECT_EQ(slices[0]["ns_per_item"], 100.0);
  EXPECT_EQ(slices[0]["line_transfer_before_ns"], 10.0);
  EXPECT_EQ(slices[0]["line_transfer_after_ns"], 11.0);
  for (const char* key : {"producer_ns_per_item", "consumer_ns_per_item"}) EXPECT_EQ(slices[0][key], 100.0);
  for (const char* key : {"producer_gaps_count", "consumer_involuntary_switches_count", "cycles_count"}) {
    EXPECT_EQ(slices[0][key], 0) << key;
  }
  EXPECT_EQ(slices[0]["measured_ns"], 100'000.0);
  EXPECT_EQ(slices[0]["counter_offset_ns"], nullptr);
  EXPECT_EQ(slices[1]["counter_offset_ns"], -14.0);
  EXPECT_EQ(slices[1]["counter_offset_uncertainty_ns"], 115.0);
  EXPECT_EQ(slices[1]["counter_offset_corrected"], false);
  EXPECT_EQ(row_of(measurement)["counter_offset_ns"], -14.0) << "of all slices the most certain one";
  EXPECT_EQ(row_of(measurement)["slices_void"],
            Json::parse(R"([{"reason": "the CPU set was changed", "slices_count": 2}])"));
  EXPECT_EQ(row_of(measurement)["slices_missed_count"], 2);
  EXPECT_EQ(slices[1]["line_class"], "moved");
  EXPECT_EQ(raw["repetitions"][1]["slices"][0]["line_transfer_after_ns"], nullptr);
  EXPECT_EQ(raw["repetitions"][0]["steal_ticks_count"], 0.0);
}

TEST(ResultJson, The_scenario_is_all_there) {
  Scenario scenario = test::scenario_of(WaitKind::spin_block, 2000, 1000);
  scenario.consumer.notify_threshold = 3;
  scenario.consumer.extra_startup = Nanoseconds(4);
  scenario.idle = host::IdleMode::poll;
  const Json json = to_json(scenario);
  EXPECT_EQ(json["ring"], "split");
  EXPECT_EQ(json["queue_size"], 256);
  EXPECT_EQ(json["producer"]["work_ns"], 2000.0);
  EXPECT_EQ(json["consumer"], Json::parse(R"({"work_ns": 1000.0, "wait": "spin-block", "notify_threshold_count": 3,
      "sleep_ns": 0.0, "extra_notify_ns": 0.0, "extra_startup_ns": 4.0})"));
  EXPECT_EQ(json["spin_ns"], 20'000.0);
  EXPECT_EQ(json["idle"], "poll");
}

TEST(ResultJson, A_dump_reads_back_as_what_it_was_and_is_strict) {
  for (const Measurement& measurement : all_sorts()) {
    const Json document{{"result", row_of(measurement)}, {"raw", raw_of(measurement)}};
    const std::string text = dump(document);
    EXPECT_EQ(text.back(), '\n');
    EXPECT_EQ(Json::parse(text), document);
  }
}

TEST(ResultJson, The_head_says_schema_tool_machine_and_clock) {
  const Json head = document_head("run", test::half_ns_clock());
  EXPECT_EQ(head["schema_version"], schema_version);
  EXPECT_EQ(head["tool"]["name"], "kickbench");
  EXPECT_EQ(head["tool"]["command"], "run");
  EXPECT_TRUE(head["environment"].is_object());
  EXPECT_NE(head["fingerprint"], nullptr);
  EXPECT_EQ(head["clock"]["source"], "tsc");
  EXPECT_EQ(head["clock"]["ticks_per_ns"], 2.0);
  EXPECT_EQ(head["clock"]["read_cost_ns"], 10.0);
}

}  // namespace
}  // namespace kickbench::bench
