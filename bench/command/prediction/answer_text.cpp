#include <cmath>
#include <ostream>

#include "bench/command/prediction/answer_output.hpp"
#include "bench/output/table.hpp"
#include "bench/text/format.hpp"
#include "model/latency.hpp"

namespace kickbench::bench::command {
namespace {

using model::Neighbour;
using model::Prediction;
using model::Regime;
using model::Sync;

std::string in_words(std::string_view relation, bool holds) {
  if (relation == "<") return holds ? "less than" : "not less than";
  return holds == (relation == ">") ? "more than" : "not more than";
}

/// "no: S_C + W_C = 1.50 us, not more than (L - k_P) W_P = 510 us"
std::string condition_text(const Deciding& deciding) {
  return std::string(deciding.holds ? "yes" : "no") + ": " + std::string(deciding.left) + " = " +
         text::exact_with_unit(deciding.values.left) + ", " + in_words(deciding.relation, deciding.holds) + " " +
         std::string(deciding.right) + " = " + text::exact_with_unit(deciding.values.right);
}

std::string or_dash(const std::optional<double>& rate) { return rate ? text::per_item(*rate) : "-"; }

std::string time_text(const std::optional<Nanoseconds>& time, const std::string& quality, const std::string& reason) {
  return time ? text::with_unit(*time) + quality : "- (" + reason + ")";
}

void add_rates(output::Table& table, const Prediction& prediction) {
  const bool bounds = prediction.per_item_bounds.has_value();
  table.add({"ns per item", time_per_item_text(prediction) + (bounds ? " (bounds)" : "")});
  table.add({"items per second", prediction.per_item ? text::fixed(1e9 / prediction.per_item->count(), 0) : "-"});
  const auto batch = prediction.items_per_notification;
  table.add({"items per notification", batch ? text::fixed(*batch, 0) : "- (nobody notifies)"});
  table.add({"kicks per item", or_dash(prediction.kicks_per_item)});
  table.add({"interrupts per item", or_dash(prediction.interrupts_per_item)});
  table.add({"producer sleeps per item", or_dash(prediction.producer_sleeps_per_item)});
  table.add({"consumer sleeps per item", or_dash(prediction.consumer_sleeps_per_item)});
  table.add({"busy ns per item, both", text::ns_or_dash(prediction.busy_per_item)});
}

void add_latency(output::Table& table, const Answer& answer) {
  const Prediction& prediction = answer.prediction;
  const std::string reason = why_no_latency(answer);
  table.add({"latency, idle system", time_text(prediction.latency_idle, "", reason)});
  table.add({"latency, longest (service)",
             time_text(prediction.latency_service_max, prediction.latency_is_exact ? " (exact)" : " (bound)", reason)});
  table.add(
      {"latency, mean (own)",
       time_text(prediction.latency_own_mean,
                 answer.question.sync == Sync::busy_wait ? " (exact)" : " (within about one W_P)", model::no_formula)});
}

void add_critical_lengths(output::Table& table, const Answer& answer) {
  const auto slots = [](const Known<double>& known) {
    return known.value ? text::fixed(*known.value, 0) : known.reason;
  };
  if (answer.question.sync == Sync::notification) {
    table.add({"critical queue length", "slow consumer start-up below " + slots(answer.consumer_critical_queue_size) +
                                            ", slow producer start-up below " +
                                            slots(answer.producer_critical_queue_size)});
  }
  if (answer.question.sync == Sync::sleep) {
    const auto& sleep = answer.longest_hidden_sleep;
    table.add({"longest hidden sleep",
               sleep.value ? text::exact_with_unit(*sleep.value) + ", the cliff" : "- (" + sleep.reason + ")"});
    const auto& queue_size = answer.hiding_queue_size;
    table.add({"shortest hiding queue", queue_size.value ? slots(queue_size) : "- (" + queue_size.reason + ")"});
  }
}

std::string value_text(const Neighbour& neighbour, double value) {
  return model::is_count(neighbour.parameter) ? text::fixed(value, 0) : text::exact_with_unit(Nanoseconds(value));
}

/// "may grow by 10.5 us, to 13 us, before SCS"; "before EQ/FP" where EQ holds at the boundary alone.
std::string distance_text(const Neighbour& neighbour, Regime present) {
  const bool split = neighbour.at != present && neighbour.at != neighbour.beyond;
  const bool sleep = neighbour.parameter == model::Parameter::yp || neighbour.parameter == model::Parameter::yc;
  const std::string next = (split ? std::string(model::name_of(neighbour.at)) + "/" : "") +
                           std::string(model::name_of(neighbour.beyond)) + (sleep ? " (the cliff)" : "");
  if (neighbour.distance == 0)
    return std::string("is at the edge: any ") + (neighbour.upwards ? "more" : "less") + " is " + next;
  return std::string("may ") + (neighbour.upwards ? "grow" : "shrink") + " by " +
         value_text(neighbour, std::abs(neighbour.distance)) + ", to " + value_text(neighbour, neighbour.boundary) +
         ", before " + next;
}

void print_distances(std::ostream& out, const Answer& answer) {
  if (answer.neighbours.empty()) return;
  output::Table table({{"alone", output::Table::Align::left},
                       {"as long as the regime is " + std::string(model::name_of(answer.prediction.regime)),
                        output::Table::Align::prose}});
  for (const Neighbour& neighbour : answer.neighbours) {
    table.add({std::string(symbol_of(neighbour.parameter)), distance_text(neighbour, answer.prediction.regime)});
  }
  out << "\n";
  table.print(out);
}

}  // namespace

std::string time_per_item_text(const Prediction& prediction) {
  const auto& bounds = prediction.per_item_bounds;
  if (!bounds) return text::ns_or_dash(prediction.per_item);
  return text::ns(bounds->lower) + " to " + (bounds->upper ? text::ns(*bounds->upper) : "?");
}

void print(std::ostream& out, const Answer& answer) {
  const Prediction& prediction = answer.prediction;
  output::Table table({{"prediction", output::Table::Align::left},
                       {std::string(scenario::name_of(answer.question.sync)), output::Table::Align::prose}});
  table.add({"regime",
             std::string(model::name_of(prediction.regime)) + ", " + std::string(model::describe(prediction.regime))});
  for (const Deciding& deciding : answer.deciding) {
    table.add({std::string(deciding.title), condition_text(deciding)});
  }
  add_critical_lengths(table, answer);
  add_rates(table, prediction);
  add_latency(table, answer);
  table.print(out);
  print_distances(out, answer);
  for (const std::string& assumption : answer.question.assumptions) out << "assumed: " << assumption << "\n";
}

}  // namespace kickbench::bench::command
