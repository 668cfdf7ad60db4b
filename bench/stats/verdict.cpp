#include "bench/stats/verdict.hpp"

#include "model/latency.hpp"
#include "model/renewal.hpp"

namespace kickbench::bench::stats {
namespace {

/// The mean of what was measured, else of its mirror on the other side, else 0: and says which.
Nanoseconds mean_or_mirror(const std::optional<Spread>& own, const std::optional<Spread>& mirror, const char* symbol,
                           const char* mirror_symbol, std::vector<std::string>& assumptions) {
  if (own) return own->mean;
  if (mirror) {
    assumptions.push_back(std::string(symbol) + " never occurred: " + mirror_symbol + " taken in its place");
    return mirror->mean;
  }
  assumptions.push_back(std::string(symbol) + " never occurred: taken as 0");
  return Nanoseconds(0);
}

/// Y_E: CPU time that is not W, per sleep. None where nobody slept, or where there is none.
std::optional<Nanoseconds> cost_of_sleeping(const Figures& figures) {
  Nanoseconds beyond_work{};
  double sleeps = 0;
  for (const SideFigures* side : {&figures.producer, &figures.consumer}) {
    if (!side->work) return std::nullopt;
    beyond_work += side->cpu - *side->work;
    sleeps += side->sleeps;
  }
  return sleeps > 0 && beyond_work > Nanoseconds(0) ? std::optional(beyond_work / sleeps) : std::nullopt;
}

}  // namespace

std::optional<Nanoseconds> effective_work(const scenario::SideScenario& side, const SideFigures& figures) {
  if (side.work == Nanoseconds(0)) return std::nullopt;
  const bool more = figures.work && *figures.work > side.work + work_tolerance(side.work);
  return more ? *figures.work : side.work;
}

ModelInput model_input(const scenario::Scenario& scenario, const Figures& figures) {
  ModelInput input;
  auto& [producer, consumer, queue_size, sleep_energy] = input.parameters;
  queue_size = scenario::slot_count(scenario);
  producer.work = effective_work(scenario.producer, figures.producer).value_or(Nanoseconds(0));
  consumer.work = effective_work(scenario.consumer, figures.consumer).value_or(Nanoseconds(0));
  producer.notify_threshold = scenario.producer.notify_threshold;
  consumer.notify_threshold = scenario.consumer.notify_threshold;
  if (scenario::sync_of(scenario) == model::Sync::notification) {
    const SideFigures& p = figures.producer;
    const SideFigures& c = figures.consumer;
    producer.notify = mean_or_mirror(p.notify, c.notify, "N_P", "N_C", input.assumptions);
    consumer.notify = mean_or_mirror(c.notify, p.notify, "N_C", "N_P", input.assumptions);
    producer.startup = mean_or_mirror(p.startup, c.startup, "S_P", "S_C", input.assumptions);
    consumer.startup = mean_or_mirror(c.startup, p.startup, "S_C", "S_P", input.assumptions);
    producer.startup_busy = p.startup_busy;
    consumer.startup_busy = c.startup_busy;
  }
  if (scenario::sync_of(scenario) == model::Sync::sleep) {
    const auto length = [](const scenario::SideScenario& side, const SideFigures& f) {
      return f.sleep ? f.sleep->mean : side.sleep;
    };
    producer.sleep = length(scenario.producer, figures.producer);
    consumer.sleep = length(scenario.consumer, figures.consumer);
    sleep_energy = cost_of_sleeping(figures).value_or(Nanoseconds(0));
    if (sleep_energy == Nanoseconds(0)) input.assumptions.push_back("Y_E was not seen: taken as 0");
  }
  return input;
}

model::Seen seen_in(const Figures& figures) {
  return {.kicks = figures.producer.wakes,
          .interrupts = figures.consumer.wakes,
          .producer_gaps = gaps_per_item(figures.producer),
          .consumer_gaps = gaps_per_item(figures.consumer)};
}

std::string why_no_regime(const scenario::Scenario& scenario) {
  if (scenario.ring == scenario::RingKind::null) return "without a ring the sides do not meet";
  if (scenario::is_on_one_cpu(scenario)) {
    return "the sides take turns on one CPU, and in the model each has a CPU of its own";
  }
  const WaitKind wait = scenario.producer.wait;
  if (wait != scenario.consumer.wait || wait == WaitKind::spin_block) {
    return "the model knows both sides blocking, both sleeping or both polling";
  }
  return {};
}

std::string why_not_modelled(const scenario::Scenario& scenario) {
  if (std::string why = why_no_regime(scenario); !why.empty()) return why;
  if (scenario.producer.work == Nanoseconds(0) || scenario.consumer.work == Nanoseconds(0)) {
    return "W = 0: the work is what the ring costs, which the model does not know";
  }
  if (scenario.batch > 1) return "the model publishes each item by itself, and here they go in batches";
  return {};
}

PredictionBeside predict_beside(const scenario::Scenario& scenario, const Figures& figures) {
  PredictionBeside beside;
  beside.reason = why_not_modelled(scenario);
  beside.latency_reason = beside.reason;
  if (!beside.reason.empty()) return beside;
  ModelInput input = model_input(scenario, figures);
  beside.prediction = model::predict_seen(scenario::sync_of(scenario), input.parameters, seen_in(figures));
  beside.assumptions = std::move(input.assumptions);
  if (const auto t = beside.prediction->per_item) {
    beside.error_pct = 100 * (figures.ns_per_item - *t).count() / t->count();
  } else {
    beside.reason = "only bounds hold in this regime";
  }
  beside.latency_reason =
      model::why_no_latency(scenario::sync_of(scenario), input.parameters, beside.prediction->regime);
  return beside;
}

std::optional<double> residual_pct(const SideFigures& side, Nanoseconds requested_work) {
  if (!side.work || !side.waiting) return std::nullopt;
  const Nanoseconds explained = requested_work + side.notifying + *side.waiting;
  return 100 * (side.ns_per_item - explained).count() / side.ns_per_item.count();
}

}  // namespace kickbench::bench::stats
