// kickbench predict: the model alone, for costs that are given.
#include "model/predict.hpp"

#include <iostream>

#include "bench/command/commands.hpp"
#include "bench/command/model_options.hpp"
#include "bench/output/result_json.hpp"
#include "bench/output/table.hpp"
#include "bench/output/text.hpp"

namespace kickbench::bench {
namespace {

using model::Parameters;
using model::Prediction;
using model::Regime;
using model::Sync;

struct PredictOptions {
  ModelOptions model;
  OutputOptions output;
};

/// A domain error names the parameter as the option does, without its dashes.
Prediction ask_model(const Question& question) {
  try {
    return model::predict(question.sync, question.parameters);
  } catch (const model::DomainError& error) {
    throw UsageError("--" + std::string(error.what()));
  }
}

std::string why_no_latency_bound(const Question& question, const Prediction& prediction) {
  if (question.sync == Sync::notification && question.parameters.producer.notify_threshold != 1) {
    return "the formulas for latency hold for k_P = 1";
  }
  if (prediction.regime == Regime::EQ) return "in lockstep the queue keeps whatever filling it started with";
  if (prediction.regime == Regime::FP) return "no bound is known for a negative S_P";
  return "the model has no formula for it in this regime";
}

// --- For programs ------------------------------------------------------------------------------------------------

const char* const no_formula = "the model has no formula for it in this regime";
const char* const bounds_only = "long sleep: the model offers bounds only";
const char* const exact_time = "ns_per_item is exact in this regime";

Json to_json(const Parameters& p) {
  const auto party = [](const model::Party& side) {
    return Json{{"work_ns", side.work.count()},
                {"notify_ns", side.notify.count()},
                {"startup_ns", side.startup.count()},
                {"notify_threshold_count", side.notify_threshold},
                {"sleep_ns", side.sleep.count()}};
  };
  return {{"producer", party(p.producer)},
          {"consumer", party(p.consumer)},
          {"queue_size", p.queue_size},
          {"sleep_energy_ns", p.sleep_energy.count()}};
}

void put_cost(Json& document, const Prediction& prediction) {
  const auto& bounds = prediction.per_item_bounds;
  const auto rate = [](Nanoseconds per_item) { return 1e9 / per_item.count(); };
  put(document, "ns_per_item", prediction.per_item, bounds_only);
  put(document, "items_per_second", prediction.per_item ? std::optional(rate(*prediction.per_item)) : std::nullopt,
      bounds_only);
  put(document, "lower_ns_per_item", bounds ? std::optional(bounds->lower) : std::nullopt, exact_time);
  put(document, "upper_ns_per_item", bounds ? bounds->upper : std::nullopt,
      bounds ? "the model offers no upper bound below four slots" : exact_time);
  put(document, "items_per_notification", prediction.items_per_notification, "nobody notifies in this regime");
  put(document, "kicks_per_item", prediction.kicks_per_item, no_formula);
  put(document, "interrupts_per_item", prediction.interrupts_per_item, no_formula);
  put(document, "producer_sleeps_per_item", prediction.producer_sleeps_per_item, bounds_only);
  put(document, "consumer_sleeps_per_item", prediction.consumer_sleeps_per_item, bounds_only);
  put(document, "busy_ns_per_item", prediction.busy_per_item, bounds_only);
}

Json to_json(const Question& question, const Prediction& prediction) {
  Json document;
  document["schema_version"] = schema_version;
  document["sync"] = name_of(question.sync);
  document["parameters"] = to_json(question.parameters);
  document["model_assumptions"] = question.assumptions;
  document["regime"] = model::name_of(prediction.regime);
  document["regime_description"] = model::describe(prediction.regime);
  if (question.sync == Sync::notification) {
    document["slow_consumer"] = model::slow_consumer(question.parameters);
    document["slow_producer"] = model::slow_producer(question.parameters);
  }
  put_cost(document, prediction);
  const std::string reason = why_no_latency_bound(question, prediction);
  put(document, "latency_idle_ns", prediction.latency_idle, reason);
  put(document, "latency_service_max_ns", prediction.latency_service_max, reason);
  document["latency_service_max_is_exact"] =
      prediction.latency_service_max ? Json(prediction.latency_is_exact) : Json(nullptr);
  put(document, "latency_own_mean_ns", prediction.latency_own_mean, no_formula);
  return document;
}

// --- For people --------------------------------------------------------------------------------------------------

/// "slowC  no: S_C + W_C = 1500 ns <= (L - k_P) W_P = 510000 ns"
std::string condition_text(bool holds, char woken, char waker, const model::Party& party, const model::Party& peer,
                           std::uint32_t queue_size) {
  const Nanoseconds left = party.startup + party.work;
  const Nanoseconds right = (static_cast<double>(queue_size) - peer.notify_threshold) * peer.work;
  const auto symbol = [](char name, char index) { return std::string(1, name) + "_" + index; };
  return std::string(holds ? "yes" : "no") + ": " + symbol('S', woken) + " + " + symbol('W', woken) + " = " +
         with_unit(left) + (holds ? ", more than (L - " : ", not more than (L - ") + symbol('k', waker) + ") " +
         symbol('W', waker) + " = " + with_unit(right);
}

std::string or_dash(const std::optional<double>& rate) { return rate ? per_item(*rate) : "-"; }

std::string time_text(const std::optional<Nanoseconds>& time, const std::string& quality, const std::string& reason) {
  return time ? with_unit(*time) + quality : "- (" + reason + ")";
}

std::string bounds_text(const model::Bounds& bounds) {
  return "from " + ns(bounds.lower) + " to " + (bounds.upper ? ns(*bounds.upper) : "?") + " (bounds)";
}

void print(std::ostream& out, const Question& question, const Prediction& prediction) {
  const auto& [producer, consumer, queue_size, sleep_energy] = question.parameters;
  const std::string reason = why_no_latency_bound(question, prediction);
  Table table({{"prediction", Table::Align::left}, {std::string(name_of(question.sync)), Table::Align::left}});
  table.add({"regime",
             std::string(model::name_of(prediction.regime)) + ", " + std::string(model::describe(prediction.regime))});
  if (question.sync == Sync::notification) {
    const bool slow_consumer = model::slow_consumer(question.parameters);
    const bool slow_producer = model::slow_producer(question.parameters);
    table.add({"slow consumer start-up", condition_text(slow_consumer, 'C', 'P', consumer, producer, queue_size)});
    table.add({"slow producer start-up", condition_text(slow_producer, 'P', 'C', producer, consumer, queue_size)});
  }
  table.add({"ns per item",
             prediction.per_item_bounds ? bounds_text(*prediction.per_item_bounds) : ns_or_dash(prediction.per_item)});
  table.add({"items per second", prediction.per_item ? fixed(1e9 / prediction.per_item->count(), 0) : "-"});
  const auto batch = prediction.items_per_notification;
  table.add({"items per notification", batch ? fixed(*batch, 0) : "- (nobody notifies)"});
  table.add({"kicks per item", or_dash(prediction.kicks_per_item)});
  table.add({"interrupts per item", or_dash(prediction.interrupts_per_item)});
  table.add({"producer sleeps per item", or_dash(prediction.producer_sleeps_per_item)});
  table.add({"consumer sleeps per item", or_dash(prediction.consumer_sleeps_per_item)});
  table.add({"busy ns per item, both", ns_or_dash(prediction.busy_per_item)});
  table.add({"latency, idle system", time_text(prediction.latency_idle, "", reason)});
  table.add({"latency, longest (service)",
             time_text(prediction.latency_service_max, prediction.latency_is_exact ? " (exact)" : " (bound)", reason)});
  table.add({"latency, mean (own)",
             time_text(prediction.latency_own_mean,
                       question.sync == Sync::busy_wait ? " (exact)" : " (within about one W_P)", no_formula)});
  table.print(out);
  for (const std::string& assumption : question.assumptions) out << "assumed: " << assumption << "\n";
}

ExitCode predict(const PredictOptions& options) {
  const Question question = resolve(options.model);
  const Prediction prediction = ask_model(question);
  const auto json = options.output.json();
  if (options.output.wants_table()) print(std::cout, question, prediction);
  if (json) json->write(dump(to_json(question, prediction)));
  return ExitCode::ok;
}

}  // namespace

CommandBody add_predict(CLI::App& app) {
  auto options = std::make_shared<PredictOptions>();
  options->model.add_to(app);
  app.footer(time_help);
  options->output.add_to(app);
  return [options] { return predict(*options); };
}

}  // namespace kickbench::bench
