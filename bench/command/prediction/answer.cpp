#include "bench/command/prediction/answer.hpp"

#include <array>

#include "model/latency.hpp"

namespace kickbench::bench::command {
namespace {

using model::Condition;
using model::no_formula;
using model::Parameters;
using model::Regime;
using model::Sync;

constexpr const char* bounds_only = "long sleep: the model offers bounds only";
constexpr const char* exact_time = "ns_per_item is exact in this regime";
constexpr const char* no_upper_bound = "the model offers no upper bound below four slots";

enum class When { always, consumer_may_lock, producer_may_lock, consumer_faster, producer_faster };

struct ConditionRow {
  Sync sync;
  Condition condition;
  When when;  ///< it can decide
  std::string_view name, title, left, relation, right;
};

constexpr std::array condition_rows{
    ConditionRow{Sync::notification, Condition::work, When::always, "faster_consumer", "faster consumer", "W_C", "<",
                 "W_P"},
    ConditionRow{Sync::notification, Condition::consumer_startup, When::always, "slow_consumer",
                 "slow consumer start-up", "S_C + W_C", ">", "(L - k_P) W_P"},
    ConditionRow{Sync::notification, Condition::producer_startup, When::always, "slow_producer",
                 "slow producer start-up", "S_P + W_P", ">", "(L - k_C) W_C"},
    ConditionRow{Sync::notification, Condition::consumer_batch, When::consumer_may_lock, "early_consumer",
                 "consumer done too early", "S_C + k_P W_C", "<", "W_P"},
    ConditionRow{Sync::notification, Condition::producer_batch, When::producer_may_lock, "early_producer",
                 "producer done too early", "S_P + k_C W_P", "<", "W_C"},
    ConditionRow{Sync::sleep, Condition::work, When::always, "faster_consumer", "faster consumer", "W_C", "<", "W_P"},
    ConditionRow{Sync::sleep, Condition::consumer_sleep, When::consumer_faster, "hidden_consumer_sleep",
                 "consumer's sleep is hidden", "Y_C + W_C", "<=", "(L - 1) W_P"},
    ConditionRow{Sync::sleep, Condition::producer_sleep, When::producer_faster, "hidden_producer_sleep",
                 "producer's sleep is hidden", "Y_P + W_P", "<=", "(L - 1) W_C"},
};

bool applies(When when, const Parameters& p) {
  switch (when) {
    case When::always:
      return true;
    case When::consumer_may_lock:
      return p.consumer.work >= p.producer.work && !model::slow_consumer(p);
    case When::producer_may_lock:  // only a slow consumer makes it stop at all
      return p.producer.work >= p.consumer.work && model::slow_consumer(p) && !model::slow_producer(p);
    case When::consumer_faster:
      return p.consumer.work < p.producer.work;
    case When::producer_faster:
      break;
  }
  return p.producer.work < p.consumer.work;
}

std::vector<Deciding> deciding_conditions(const Question& question) {
  std::vector<Deciding> found;
  for (const ConditionRow& row : condition_rows) {
    if (row.sync != question.sync || !applies(row.when, question.parameters)) continue;
    const model::Comparison values = model::compare(row.condition, question.parameters);
    const int sign = values.sign();
    const bool holds = row.relation == "<" ? sign < 0 : row.relation == ">" ? sign > 0 : sign <= 0;
    found.push_back({row.name, row.title, row.left, row.right, row.relation, values, holds});
  }
  return found;
}

void add_critical_queue_sizes(Answer& answer) {
  const Parameters& p = answer.question.parameters;
  if (answer.question.sync == Sync::notification) {
    answer.consumer_critical_queue_size.value = model::critical_queue_size(p);
    answer.producer_critical_queue_size.value = model::critical_queue_size(mirrored(p));
  } else {
    answer.consumer_critical_queue_size.reason = answer.producer_critical_queue_size.reason =
        "nobody is woken by a notification";
  }
}

void add_cliff(Answer& answer) {
  const Parameters& p = answer.question.parameters;
  auto& sleep = answer.longest_hidden_sleep;
  auto& queue_size = answer.hiding_queue_size;
  if (answer.question.sync != Sync::sleep) {
    sleep.reason = queue_size.reason = "nobody sleeps for a set time";
    return;
  }
  sleep.value = model::longest_hidden_sleep(p);
  queue_size.value = model::hiding_queue_size(p);
  sleep.reason = queue_size.reason = p.producer.work == p.consumer.work ? "at equal work no side's sleep is hidden"
                                                                        : "the queue is too short to hide any sleep";
}

struct ParameterRow {
  std::string_view option, symbol;
};

/// In the order of model::Parameter.
constexpr std::array<ParameterRow, model::all_parameters.size()> parameter_rows{{{"wp", "W_P"},
                                                                                 {"wc", "W_C"},
                                                                                 {"sp", "S_P"},
                                                                                 {"sc", "S_C"},
                                                                                 {"kp", "k_P"},
                                                                                 {"kc", "k_C"},
                                                                                 {"yp", "Y_P"},
                                                                                 {"yc", "Y_C"},
                                                                                 {"queue-size", "L"}}};

const ParameterRow& row_of(model::Parameter parameter) {
  return parameter_rows.at(static_cast<std::size_t>(parameter));
}

}  // namespace

Answer ask_model(const Question& question) {
  Answer answer{.question = question,
                .prediction = model::predict(question.sync, question.parameters),
                .deciding = deciding_conditions(question),
                .neighbours = model::neighbours(question.sync, question.parameters),
                .consumer_critical_queue_size = {},
                .producer_critical_queue_size = {},
                .longest_hidden_sleep = {},
                .hiding_queue_size = {}};
  add_critical_queue_sizes(answer);
  add_cliff(answer);
  return answer;
}

std::string_view symbol_of(model::Parameter parameter) { return row_of(parameter).symbol; }
std::string_view option_of(model::Parameter parameter) { return row_of(parameter).option; }

std::string why_no_latency(const Answer& answer) {
  return model::why_no_latency(answer.question.sync, answer.question.parameters, answer.prediction.regime);
}

std::vector<Number> numbers_of(const Answer& answer) {
  const model::Prediction& p = answer.prediction;
  const auto& bounds = p.per_item_bounds;
  const auto time = [](const std::optional<Nanoseconds>& t) { return t ? std::optional(t->count()) : std::nullopt; };
  const std::string no_latency = why_no_latency(answer);
  return {
      {"ns_per_item", time(p.per_item), bounds_only},
      {"items_per_second", p.per_item ? std::optional(1e9 / p.per_item->count()) : std::nullopt, bounds_only},
      {"lower_ns_per_item", bounds ? std::optional(bounds->lower.count()) : std::nullopt, exact_time},
      {"upper_ns_per_item", bounds ? time(bounds->upper) : std::nullopt, bounds ? no_upper_bound : exact_time},
      {"items_per_notification", p.items_per_notification, "nobody notifies in this regime"},
      {"kicks_per_item", p.kicks_per_item, no_formula},
      {"interrupts_per_item", p.interrupts_per_item, no_formula},
      {"producer_sleeps_per_item", p.producer_sleeps_per_item, bounds_only},
      {"consumer_sleeps_per_item", p.consumer_sleeps_per_item, bounds_only},
      {"busy_ns_per_item", time(p.busy_per_item), bounds_only},
      {"latency_idle_ns", time(p.latency_idle), no_latency},
      {"latency_service_max_ns", time(p.latency_service_max), no_latency},
      {"latency_own_mean_ns", time(p.latency_own_mean), no_formula},
      {"critical_queue_size_consumer_count", answer.consumer_critical_queue_size.value,
       answer.consumer_critical_queue_size.reason},
      {"critical_queue_size_producer_count", answer.producer_critical_queue_size.value,
       answer.producer_critical_queue_size.reason},
      {"longest_hidden_sleep_ns", time(answer.longest_hidden_sleep.value), answer.longest_hidden_sleep.reason},
      {"hiding_queue_size_count", answer.hiding_queue_size.value, answer.hiding_queue_size.reason},
  };
}

}  // namespace kickbench::bench::command
