#include "bench/command/simulate_output.hpp"

#include <algorithm>
#include <ostream>

#include "bench/command/prediction/regime_map.hpp"
#include "bench/output/csv.hpp"
#include "bench/output/histogram_json.hpp"
#include "bench/output/table.hpp"
#include "bench/text/format.hpp"
#include "model/predict.hpp"

namespace kickbench::bench::command {
namespace {

using model::Event;
using model::EventKind;
using model::Simulation;
using model::Sync;

/// The closed form for the means of the costs.
model::Prediction closed_form(const model::System& system) {
  return model::predict(system.sync, model::means_of(system));
}

/// As for a measurement: by how much what happened is above what was predicted.
std::optional<double> error_pct(const Simulation& simulation, const model::Prediction& prediction) {
  if (!prediction.per_item) return std::nullopt;
  return 100 * (simulation.per_item - *prediction.per_item) / *prediction.per_item;
}

std::string interval_reason(const Simulation& simulation) {
  return simulation.exact ? "the result is exact" : "too few items for batches";
}

std::string method_of(const Simulation& simulation) {
  if (simulation.exact)
    return "one period of " + std::to_string(simulation.items) + " items, executed without rounding";
  const std::uint64_t batch = simulation.items / model::interval_batches;
  return "95 % by the means of " + std::to_string(model::interval_batches) + " batches of " + std::to_string(batch) +
         " items, after " + std::to_string(simulation.discarded_items) + " discarded ones";
}

void put_latency(output::Json& row, const std::string& convention, const model::LatencySummary& latency) {
  row["latency_" + convention + "_mean_ns"] = latency.mean.count();
  row["latency_" + convention + "_p50_ns"] = latency.p50.count();
  row["latency_" + convention + "_p99_ns"] = latency.p99.count();
  row["latency_" + convention + "_max_ns"] = latency.max.count();
}

void put_side(output::Json& row, const std::string& role, const Simulation& s, const model::SideTotals& side) {
  row[role + "_work_ns_per_item"] = s.ns_per_item_of(side.working).count();
  row[role + "_notifying_ns_per_item"] = s.ns_per_item_of(side.notifying).count();
  row[role + "_blocked_ns_per_item"] = s.ns_per_item_of(side.blocked).count();
}

void put_closed_form(output::Json& row, const model::System& system, const Simulation& simulation) {
  const model::Prediction predicted = closed_form(system);
  const std::string bounds_only = "long sleep: the model offers bounds only";
  row["predicted_regime"] = model::name_of(predicted.regime);
  output::put(row, "predicted_ns_per_item", predicted.per_item, bounds_only);
  output::put(row, "model_error_pct", error_pct(simulation, predicted), bounds_only);
}

/// What an actor does, in its own words.
std::string_view verb(const Event& event) {
  const bool produces = event.actor == model::Actor::producer;
  switch (event.kind) {
    case EventKind::begin:
      return "begins";
    case EventKind::finish:
      return produces ? "publishes" : "releases";
    case EventKind::notify:
      return produces ? "kicks" : "interrupts";
    case EventKind::stop:
      return "finds nothing";
    case EventKind::sleep:
      return "sleeps";
    case EventKind::wake:
      break;
  }
  return "finds work";
}

std::string_view name_of(model::Actor actor) { return actor == model::Actor::producer ? "producer" : "consumer"; }

void print_timeline(std::ostream& out, const std::vector<Event>& timeline) {
  using Align = output::Table::Align;
  output::Table table({{"ns"}, {"side", Align::left}, {"event", Align::left}, {"item"}, {"until ns"}, {"queued"}});
  for (const Event& event : timeline) {
    const std::string times = event.times > 1 ? " " + std::to_string(event.times) + " times" : "";
    table.add({text::fixed(event.at.count(), 1), std::string(name_of(event.actor)), std::string(verb(event)) + times,
               std::to_string(event.item), event.until ? text::fixed(event.until->count(), 1) : "",
               std::to_string(event.queued)});
  }
  out << "\n";
  table.print(out);
}

std::string latency_text(const model::LatencySummary& latency) {
  return "mean " + text::with_unit(latency.mean) + ", p50 " + text::with_unit(latency.p50) + ", p99 " +
         text::with_unit(latency.p99) + ", max " + text::with_unit(latency.max);
}

std::string batches_text(const std::map<std::uint64_t, std::uint64_t>& counts) {
  if (counts.empty()) return "-";
  std::uint64_t total = 0;
  for (const auto& [items, count] : counts) total += count;
  std::uint64_t seen = 0;
  std::uint64_t median = 0;
  for (auto it = counts.begin(); 2 * seen < total; ++it) {
    median = it->first;
    seen += it->second;
  }
  return "from " + std::to_string(counts.begin()->first) + " to " + std::to_string(counts.rbegin()->first) +
         ", median " + std::to_string(median);
}

std::string time_per_item_text(const Simulation& s) {
  if (s.exact) return text::fixed(s.per_item.count(), 3) + " (exact)";
  if (!s.per_item_interval) return text::fixed(s.per_item.count(), 3);
  return text::fixed(s.per_item.count(), 3) + " (" + text::fixed(s.per_item_interval->lower.count(), 3) + " to " +
         text::fixed(s.per_item_interval->upper.count(), 3) + ")";
}

std::string signed_pct(double value) { return (value < 0 ? "" : "+") + text::fixed(value, 2) + " %"; }

std::string closed_form_text(const model::System& system, const Simulation& simulation) {
  const model::Prediction predicted = closed_form(system);
  const std::string regime(model::name_of(predicted.regime));
  if (!predicted.per_item) return regime + ", bounds only";
  return regime + ", " + text::fixed(predicted.per_item->count(), 3) +
         " ns per item (simulated: " + signed_pct(*error_pct(simulation, predicted)) + ")";
}

}  // namespace

output::Json row_of(const model::System& system, const Simulation& s) {
  output::Json row;
  output::put(row, "regime", s.observed.regime, s.observed.reason);
  row["ns_per_item"] = s.per_item.count();
  const auto bound = [&s](Nanoseconds model::Interval::*end) {
    return s.per_item_interval ? std::optional(*s.per_item_interval.*end) : std::nullopt;
  };
  output::put(row, "lower_ci95_ns_per_item", bound(&model::Interval::lower), interval_reason(s));
  output::put(row, "upper_ci95_ns_per_item", bound(&model::Interval::upper), interval_reason(s));
  row["items_per_second"] = 1e9 / s.per_item.count();
  output::put(row, "items_per_notification", s.items_per_notification(), "nobody notified");
  row["kicks_per_item"] = s.per_item_of(s.producer.notifications);
  row["interrupts_per_item"] = s.per_item_of(s.consumer.notifications);
  row["producer_sleeps_per_item"] = s.per_item_of(s.producer.sleeps);
  row["consumer_sleeps_per_item"] = s.per_item_of(s.consumer.sleeps);
  row["busy_ns_per_item"] = s.busy_per_item.count();
  put_latency(row, "own", s.latency_own);
  put_latency(row, "service", s.latency_service);
  put_side(row, "producer", s, s.producer);
  put_side(row, "consumer", s, s.consumer);
  put_closed_form(row, system, s);
  row["exact"] = s.exact;
  if (!s.exact) row["absent"]["exact"] = s.exact_reason;
  row["items"] = s.items;
  row["discarded_items"] = s.discarded_items;
  row["early_startups_count"] = s.early_startups;
  row["method"] = method_of(s);
  row["items_per_kick_histogram"] = output::counts_json(s.items_per_kick);
  row["items_per_interrupt_histogram"] = output::counts_json(s.items_per_interrupt);
  return row;
}

output::Json parameters_json(const SimulationQuestion& question) {
  const model::Parameters means = model::means_of(question.system);
  const auto party = [](const PartyText& text, const model::Party& mean, const model::PartyCosts& costs) {
    return output::Json{{"work", text.work},
                        {"notify", text.notify},
                        {"startup", text.startup},
                        {"work_mean_ns", mean.work.count()},
                        {"notify_mean_ns", mean.notify.count()},
                        {"startup_mean_ns", mean.startup.count()},
                        {"notify_threshold_count", costs.notify_threshold},
                        {"sleep_ns", costs.sleep.count()},
                        {"sleep_mean_ns", mean.sleep.count()}};
  };
  return {{"producer", party(question.text.producer, means.producer, question.system.producer)},
          {"consumer", party(question.text.consumer, means.consumer, question.system.consumer)},
          {"queue_size", question.system.queue_size}};
}

output::Json timeline_json(const std::vector<Event>& timeline) {
  output::Json list = output::Json::array();
  for (const Event& event : timeline) {
    list.push_back({{"at_ns", event.at.count()},
                    {"side", name_of(event.actor)},
                    {"event", verb(event)},
                    {"item_index", event.item},
                    {"times_count", event.times},
                    {"queued_count", event.queued}});
    output::put(list.back(), "until_ns", event.until, "it takes no time");
  }
  return list;
}

std::string csv_of(const output::Json& rows) {
  std::optional<output::Csv> csv;
  for (const output::Json& row : rows) {
    std::vector<std::string> columns;
    std::vector<std::string> cells;
    for (const auto& [key, value] : row.items()) {
      if (value.is_structured() || key == "method") continue;
      columns.push_back(key);
      cells.push_back(value.is_string() ? value.get<std::string>() : value.is_null() ? "" : value.dump());
    }
    if (!csv) csv.emplace(columns);
    csv->add(cells);
  }
  return csv->text();
}

void print_simulation(std::ostream& out, const SimulationQuestion& question, const Simulation& s) {
  const bool notifies = question.system.sync == Sync::notification;
  output::Table table({{"simulation", output::Table::Align::left}, {question.text.sync, output::Table::Align::left}});
  const auto regime = s.observed.regime;
  table.add({"regime", regime ? std::string(model::name_of(*regime)) + ", " + std::string(model::describe(*regime))
                              : "- (" + s.observed.reason + ")"});
  table.add({"ns per item", time_per_item_text(s)});
  table.add({"how", method_of(s)});
  table.add({"closed form, of the means", closed_form_text(question.system, s)});
  const auto batch = s.items_per_notification();
  table.add({"items per notification", batch ? text::fixed(*batch, 3) : "- (nobody notifies)"});
  if (notifies) {
    table.add({"items per kick", batches_text(s.items_per_kick)});
    table.add({"items per interrupt", batches_text(s.items_per_interrupt)});
  }
  table.add({"kicks, interrupts per item", text::per_item(s.per_item_of(s.producer.notifications)) + ", " +
                                               text::per_item(s.per_item_of(s.consumer.notifications))});
  table.add({"sleeps per item, P and C", text::per_item(s.per_item_of(s.producer.sleeps)) + ", " +
                                             text::per_item(s.per_item_of(s.consumer.sleeps))});
  table.add({"blocked ns per item, P and C",
             text::ns(s.ns_per_item_of(s.producer.blocked)) + ", " + text::ns(s.ns_per_item_of(s.consumer.blocked))});
  table.add({"busy ns per item, both", text::ns(s.busy_per_item)});
  table.add({"latency, own", latency_text(s.latency_own)});
  table.add({"latency, service", latency_text(s.latency_service)});
  table.print(out);
  for (const std::string& assumption : question.assumptions) out << "assumed: " << assumption << "\n";
  if (!s.exact) out << "not exact: " << s.exact_reason << "\n";
  if (s.early_startups > 0) {
    out << "note: " << s.early_startups
        << " drawn start-ups lay before the begin of their notification, and were moved "
        << "to it\n";
  }
  if (!s.timeline.empty()) print_timeline(out, s.timeline);
}

void print_grid(std::ostream& out, const std::vector<Axis>& axes, const output::Json& rows, bool with_rows) {
  const auto regime_of = [](const output::Json& row) {
    return row["regime"].is_null() ? std::string() : row["regime"].get<std::string>();
  };
  if (!with_rows) {
    std::vector<std::string> regimes;
    for (const output::Json& row : rows) regimes.push_back(regime_of(row));
    return print_regime_map(out, axes, regimes);
  }
  std::vector<output::Table::Column> columns;
  for (const Axis& axis : axes) columns.push_back({axis.is_time ? axis.name + " ns" : axis.name});
  for (const char* title :
       {"regime", "ns/item", "exact", "items/notification", "busy ns/item", "latency mean", "p99", "closed form"}) {
    columns.push_back({title});
  }
  output::Table table(std::move(columns));
  for (const output::Json& row : rows) {
    std::vector<std::string> cells;
    for (const Axis& axis : axes) cells.push_back(row[column_of(axis)].dump());
    const auto number = [&row](const char* key) {
      return row[key].is_null() ? "-" : text::fixed(row[key].get<double>(), 1);
    };
    cells.push_back(regime_of(row).empty() ? "-" : regime_of(row));
    cells.push_back(number("ns_per_item"));
    cells.push_back(row["exact"].get<bool>() ? "yes" : "no");
    for (const char* key : {"items_per_notification", "busy_ns_per_item", "latency_own_mean_ns", "latency_own_p99_ns",
                            "predicted_ns_per_item"}) {
      cells.push_back(number(key));
    }
    table.add(std::move(cells));
  }
  table.print(out);
}

}  // namespace kickbench::bench::command
