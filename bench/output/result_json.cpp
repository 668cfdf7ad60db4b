#include "bench/output/result_json.hpp"

#include <spdlog/spdlog.h>

#include <cmath>
#include <sstream>

#include "bench/host/environment.hpp"
#include "bench/output/histogram_json.hpp"
#include "bench/output/latency_json.hpp"
#include "bench/output/noise_output.hpp"
#include "bench/output/slice_json.hpp"
#include "bench/stats/by_half.hpp"

namespace kickbench::bench::output {
namespace {

std::optional<Nanoseconds> median_of(const std::optional<stats::Spread>& spread) {
  return spread ? std::optional(spread->median) : std::nullopt;
}

const char* const untimed = "W = 0: no clock is read on this path";

void put_side(Json& row, const std::string& role, const stats::SideFigures& side, const std::optional<double>& residual,
              const std::optional<double>& suppressed) {
  const auto key = [&](const char* name) { return role + "_" + name; };
  put(row, key("ns_per_item"), side.ns_per_item, "");
  put(row, key("work_spent_ns_per_item"), side.work, untimed);
  put(row, key("waiting_ns_per_item"), side.waiting, untimed);
  put(row, key("notifying_ns_per_item"), side.notifying, "");
  put(row, key("cpu_ns_per_item"), side.cpu, "");
  put(row, key("residual_pct"), residual, untimed);
  put(row, key("notify_ns"), median_of(side.notify), "this side notified nobody");
  put(row, key("startup_ns"), median_of(side.startup), "no notification ended a wait of this side");
  put(row, key("notify"), side.notify, "this side notified nobody");
  put(row, key("startup"), side.startup, "no notification ended a wait of this side");
  put(row, key("sleep"), side.sleep, "this side did not sleep");
  row[key("sleeps_per_item")] = side.sleeps;
  row[key("blocked_waits_per_item")] = side.blocked_waits;
  row[key("cancelled_waits_per_item")] = side.cancelled_waits;
  row[key("spurious_wakeups_per_item")] = side.spurious_wakeups;
  put(row, key("spurious_signals_per_item"), side.spurious_signals,
      "the log of the peer's waits was full, or its window did not meet this side's");
  put(row, key("publish_window_ns"), side.publish_window, "this side notified nobody, or its W is 0 and not timed");
  put(row, key("arm_window_ns"), side.arm_window, "this side asked for no notification");
  put(row, key("startup_busy_ns"), side.startup_busy,
      "this side did not block, or polls before it does, or gaps hide what it costs");
  put(row, key("suppressed_per_item"), suppressed, "there is no notifier: nobody is asked");
  row[key("empty_polls_per_item")] = side.empty_polls;
  const auto timed = [&](double value) { return side.work ? std::optional(value) : std::nullopt; };
  put(row, key("gaps_count"), timed(static_cast<double>(side.gaps)), untimed);
  put(row, key("gap_time_pct"), timed(100 * side.gap_share), untimed);
  put(row, key("overruns_count"), timed(static_cast<double>(side.overruns)), untimed);
  row[key("involuntary_switches_count")] = side.involuntary_switches;
  row[key("records_dropped_count")] = side.records_dropped;
}

void put_simulation(Json& row, const stats::SimulationBeside& beside) {
  put(row, "regime_simulated", beside.regime,
      beside.per_item ? "what the simulation counted fits no regime" : beside.reason);
  put(row, "simulated_ns_per_item", beside.per_item, beside.reason);
  const auto& interval = beside.interval;
  const std::string why_none = beside.per_item ? "exact: the costs are constant" : beside.reason;
  put(row, "simulated_lower_ns_per_item", interval ? std::optional(interval->lower) : std::nullopt, why_none);
  put(row, "simulated_upper_ns_per_item", interval ? std::optional(interval->upper) : std::nullopt, why_none);
  put(row, "simulator_error_pct", beside.error_pct, beside.reason);
  put(row, "simulated_spurious_notifications_per_item", beside.spurious_signals, beside.reason);
  put(row, "simulator_error_without_spurious_pct", beside.error_without_spurious_pct, beside.reason);
}

void put_prediction(Json& row, const stats::PredictionBeside& beside) {
  const auto& prediction = beside.prediction;
  put(row, "regime_predicted", prediction ? std::optional(prediction->regime) : std::nullopt, beside.reason);
  put(row, "predicted_ns_per_item", prediction ? prediction->per_item : std::nullopt, beside.reason);
  if (prediction && prediction->per_item_bounds) {
    put(row, "predicted_lower_ns_per_item", prediction->per_item_bounds->lower, "");
    put(row, "predicted_upper_ns_per_item", prediction->per_item_bounds->upper,
        "the model offers no upper bound below four slots");
  }
  put(row, "model_error_pct", beside.error_pct, beside.reason);
  row["model_assumptions"] = beside.assumptions;
}

Json head_of(const std::string& command, const host::Environment& environment) {
  return {{"schema_version", schema_version},
          {"tool",
           {{"name", "kickbench"},
            {"version", environment.build.version},
            {"revision", environment.build.revision},
            {"command", command}}},
          {"fingerprint", host::fingerprint(environment)}};
}

}  // namespace

void put_absent(Json& object, const std::string& key, const std::string& reason) {
  object[key] = nullptr;
  object["absent"][key] = reason;
}

void put(Json& object, const std::string& key, const std::optional<double>& value, const std::string& reason) {
  if (value && std::isfinite(*value)) {
    object[key] = *value;
  } else {
    put_absent(object, key, value ? "not a finite number" : reason);
  }
}

void put(Json& object, const std::string& key, const std::optional<Nanoseconds>& value, const std::string& reason) {
  put(object, key, value ? std::optional(value->count()) : std::nullopt, reason);
}

void put(Json& object, const std::string& key, const std::optional<stats::Spread>& spread, const std::string& reason) {
  spread ? void(object[key] = to_json(spread)) : put_absent(object, key, reason);
}

Json document_head(const std::string& command) { return head_of(command, host::Environment::probe()); }

Json document_head(const std::string& command, const host::Clock& clock) {
  const host::Environment environment = host::Environment::probe();
  Json head = head_of(command, environment);
  head["environment"] = Json::parse(host::to_json(environment).dump());
  head["clock"] = {{"source", clock.source()},
                   {"invariant", clock.invariant()},
                   {"ticks_per_ns", clock.ticks_per_ns()},
                   {"read_cost_ns", clock.read_cost().count()},
                   {"step_ns", clock.step().count()}};
  return head;
}

Json to_json(const std::optional<stats::Spread>& spread) {
  if (!spread) return nullptr;
  Json json{{"count", spread->count}, {"median_ns", spread->median.count()}, {"mean_ns", spread->mean.count()}};
  put(json, "p99_ns", spread->p99, stats::why_no_quantile(0.99, spread->count));
  return json;
}

Json to_json(const host::Placement& placement) {
  return {{"name", placement.name},
          {"producer_cpu", placement.producer_cpu},
          {"consumer_cpu", placement.consumer_cpu},
          {"reason", placement.reason}};
}

Json to_json(const host::ClockCheck& check) {
  return {{"apart_from_monotonic_raw_ppm", check.apart_ppm}, {"over_ns", check.over.count()}};
}

Json to_json(const measure::QueueAddresses& addresses) {
  const auto text = [](const void* address) {
    std::ostringstream stream;
    stream << address;
    return stream.str();
  };
  return {{"producer", text(addresses.producer)}, {"consumer", text(addresses.consumer)}};
}

Json to_json(const scenario::Scenario& scenario) {
  const auto side = [](const scenario::SideScenario& s) {
    return Json{{"work_ns", s.work.count()},
                {"wait", scenario::name_of(s.wait)},
                {"notify_threshold_count", s.notify_threshold},
                {"sleep_ns", s.sleep.count()},
                {"extra_notify_ns", s.extra_notify.count()},
                {"extra_startup_ns", s.extra_startup.count()}};
  };
  return {
      {"name", name_of(scenario)},
      {"ring", name_of(scenario.ring)},
      {"direction", name_of(scenario.direction)},
      {"features", scenario::names_of(scenario::is_virtqueue(scenario.ring) ? scenario.shape.features : Features())},
      {"queue_size", scenario.shape.queue_size},
      {"chain_descriptors_count", scenario.shape.chain},
      {"slots_count", scenario::slot_count(scenario)},
      {"batch_count", scenario.batch},
      {"kick", scenario.kick},
      {"interrupt", scenario.interrupt},
      {"producer", side(scenario.producer)},
      {"consumer", side(scenario.consumer)},
      {"spin_ns", scenario.spin.count()},
      {"place", scenario.place},
      {"idle", name_of(scenario.idle)},
      {"processes", scenario.processes}};
}

Json row_of(const experiment::Measurement& measurement, const experiment::Result& result) {
  const stats::Figures& figures = result.figures;
  Json row;
  put(row, "ns_per_item", result.ns_per_item, "");
  put(row, "items_per_second", 1e9 / result.ns_per_item.count(), "");
  put_noise(row, result);
  put(row, "regime_observed", result.observed.regime, result.observed.reason);
  if (result.observed.regime) row["regime_observed_evidence"] = result.observed.reason;
  put_prediction(row, result.predicted);
  put_simulation(row, result.simulated);
  row["line_class"] = name_of(result.line_class);
  Json line;
  const char* const one_cpu = "both threads share a CPU";
  put(line, "before", figures.line_transfer_before, one_cpu);
  put(line, "after", figures.line_transfer_after, one_cpu);
  row["line_transfer_ns"] = std::move(line);
  const bool tx = measurement.scenario.direction == scenario::Direction::tx;
  row["kicks_per_item"] = stats::kicks_per_item(measurement.scenario, figures);
  row["interrupts_per_item"] = stats::interrupts_per_item(measurement.scenario, figures);
  row["sleeps_per_item"] = figures.producer.sleeps + figures.consumer.sleeps;
  row["spurious_wakeups_per_item"] = figures.producer.spurious_wakeups + figures.consumer.spurious_wakeups;
  put_latency_and_energy(row, result);
  put_side(row, "producer", figures.producer, result.producer_residual_pct,
           stats::suppressed_per_item(figures.producer, measurement.scenario.batch,
                                      scenario::notifier_to_consumer(measurement.scenario)));
  put_side(row, "consumer", figures.consumer, result.consumer_residual_pct,
           stats::suppressed_per_item(figures.consumer, measurement.scenario.batch,
                                      scenario::notifier_to_producer(measurement.scenario)));
  row["items_count"] = figures.items;
  row["slices_count"] = result.slices_total;
  row["slices_moved_count"] = result.slices_moved;
  row["slices_missed_count"] = result.slices_missed;
  row["slices_void"] = to_json(result.void_slices);
  put_counter_offset(row, result.counter_offset);
  row["warm_up_capped"] = measurement.warm_up_capped;
  row["warm_up_per_slice_ns"] = measurement.warm_up_per_slice.count();
  row["settling_slices_count"] = measurement.settling_slices;
  row["settled"] = measurement.settled;
  row["items_per_kick_histogram"] = counts_json(tx ? figures.batches_to_consumer : figures.batches_to_producer);
  row["items_per_interrupt_histogram"] = counts_json(tx ? figures.batches_to_producer : figures.batches_to_consumer);
  return row;
}

Json raw_of(const experiment::Measurement& measurement) {
  Json raw;
  raw["scenario"] = to_json(measurement.scenario);
  raw["placement"] = to_json(measurement.placement);
  raw["repetitions"] = Json::array();
  for (const experiment::Repetition& repetition : measurement.repetitions) {
    Json slices = Json::array();
    for (const experiment::SliceSummary& slice : repetition.slices) slices.push_back(to_json(slice));
    Json entry{{"complete", repetition.complete},
               {"began_ns", (repetition.began - measurement.repetitions.front().began).count()},
               {"ended_ns", (repetition.ended - measurement.repetitions.front().began).count()},
               {"slices", std::move(slices)}};
    const auto& steal = repetition.steal_ticks;
    put(entry, "steal_ticks_count", steal ? std::optional(static_cast<double>(*steal)) : std::nullopt, steal.reason);
    raw["repetitions"].push_back(std::move(entry));
  }
  return raw;
}

void keep_so_far(const OutputFile& file, const Json& document) {
  if (!file.is_replaceable()) return;
  try {
    file.write(dump(document));
  } catch (const OutputError& error) {
    spdlog::warn("{}; the measurement goes on", error.what());
  }
}

}  // namespace kickbench::bench::output
