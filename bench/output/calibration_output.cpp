#include "bench/output/calibration_output.hpp"

#include <algorithm>
#include <map>
#include <ostream>

#include "bench/calibration/wake_figures.hpp"
#include "bench/output/result_text.hpp"
#include "bench/output/slice_json.hpp"
#include "bench/output/table.hpp"
#include "bench/text/format.hpp"

namespace kickbench::bench::output {
namespace {

using calibration::Estimate;
using calibration::NotifierRatio;
using calibration::PeerState;
using calibration::Quantity;
using calibration::WakeFigure;

/// The others are compared with it: the notifier that all VMMs know.
constexpr const char* base_notifier = "eventfd";

std::string range(const std::optional<stats::MedianInterval>& interval, const auto& text_of) {
  return interval ? text_of(interval->lower) + " .. " + text_of(interval->upper) : "-";
}

std::string ns_text(double value) { return text::ns(Nanoseconds(value)); }

/// Figures of one row: the same notifier, way, class and state.
using Row = std::map<Quantity, const WakeFigure*>;

std::vector<Row> rows_of(const std::vector<WakeFigure>& figures) {
  std::vector<Row> rows;
  for (const WakeFigure& figure : figures) {
    if (figure.quantity == Quantity::notify) rows.emplace_back();
    rows.back()[figure.quantity] = &figure;
  }
  return rows;
}

/// Sender's and waiter's: "1.00 + 1.00".
std::string calls_text(const calibration::CallsPerNotification& calls) {
  return text::fixed(calls.sender, 2) + " + " + text::fixed(calls.waiter, 2);
}

void print_wake_costs(std::ostream& out, const std::vector<WakeFigure>& figures) {
  Table table({{"notifier", Table::Align::left},
               {"direction", Table::Align::left},
               {"line", Table::Align::left},
               {"peer", Table::Align::left},
               {"N"},
               {"interval"},
               {"S"},
               {"interval"},
               {"n"},
               {"calls"},
               {"grade of N, S", Table::Align::left}},
              4);
  for (const Row& row : rows_of(figures)) {
    const WakeFigure& notify = *row.at(Quantity::notify);
    if (!notify.line_class) continue;
    const auto startup = row.find(Quantity::startup);
    const Estimate* const s = startup == row.end() ? nullptr : &startup->second->estimate;
    std::string grades(name_of(notify.estimate.graded.grade));
    if (s != nullptr) grades += ", " + std::string(name_of(s->graded.grade));
    table.add({notify.notifier, std::string(name_of(notify.notification)), std::string(name_of(notify.line_class)),
               std::string(notify.state.name), ns_text(notify.estimate.median),
               range(notify.estimate.interval, ns_text), s != nullptr ? ns_text(s->median) : "-",
               s != nullptr ? range(s->interval, ns_text) : "-", std::to_string(notify.estimate.samples),
               calls_text(notify.calls), grades});
  }
  table.print(out);
}

void print_ratios(std::ostream& out, const std::vector<NotifierRatio>& ratios) {
  if (ratios.empty()) return;
  Table table({{"notifiers", Table::Align::left},
               {"direction", Table::Align::left},
               {"line", Table::Align::left},
               {"peer", Table::Align::left},
               {"of", Table::Align::left},
               {"ratio"},
               {"interval"},
               {"rounds"},
               {"", Table::Align::left}},
              5);
  const auto number = [](double value) { return text::fixed(value, value < 0.1 ? 3 : 2); };
  for (const NotifierRatio& ratio : ratios) {
    table.add({ratio.notifier + " / " + ratio.base, std::string(name_of(ratio.notification)),
               std::string(name_of(ratio.line_class)), std::string(ratio.state.name),
               std::string(symbol_of(ratio.quantity)), number(ratio.ratio.median), range(ratio.ratio.interval, number),
               std::to_string(ratio.ratio.rounds), ratio.resolved() ? "" : "no difference resolved"});
  }
  table.print(out);
  out << "\nRatios are of rounds: both notifiers in one, within a second of each other.\n"
         "Interval: of the median, 95 %, over the rounds.\n\n";
}

void print_least_work(std::ostream& out, const calibration::CalibrationResult& result) {
  Table table(
      {{"least W over ring", Table::Align::left}, {"line", Table::Align::left}, {"producer ns"}, {"consumer ns"}}, 2);
  for (const calibration::LeastWork& least : result.least_work) {
    table.add({std::string(name_of(least.ring)), std::string(name_of(least.line_class)), text::ns(least.producer),
               text::ns(least.consumer)});
  }
  table.print(out);
}

void print_sleeps(std::ostream& out, const calibration::CalibrationResult& result) {
  Table table({{"asked to sleep"}, {"longer by, median"}, {"p99"}, {"n"}});
  for (const calibration::SleepCost& sleep : result.facts.sleeps) {
    const auto spread = stats::spread_of(sleep.oversleeps);
    if (!spread) continue;
    table.add({text::exact_with_unit(sleep.asked), text::with_unit(spread->median),
               text::with_unit_or_dash(spread->p99), std::to_string(spread->count)});
  }
  table.print(out);
}

std::string gaps_text(const calibration::Gaps& gaps) {
  return text::fixed(100 * gaps.share(), 2) + " % of " + text::with_unit(gaps.watched) + " (" +
         std::to_string(gaps.count) + " gaps)";
}

Json estimate_json(const Estimate& estimate, const std::string& unit) {
  Json json{{"median_" + unit, estimate.median}};
  const char* const reason = "one round gives no interval";
  const auto edge = [&](double stats::MedianInterval::*end) {
    return estimate.interval ? std::optional((*estimate.interval).*end) : std::nullopt;
  };
  put(json, "lower_" + unit, edge(&stats::MedianInterval::lower), reason);
  put(json, "upper_" + unit, edge(&stats::MedianInterval::upper), reason);
  put(json, "coverage_share", edge(&stats::MedianInterval::coverage), reason);
  json["rounds_count"] = estimate.rounds;
  json["samples_count"] = estimate.samples;
  json["grade"] = name_of(estimate.graded.grade);
  json["grade_reasons"] = estimate.graded.reasons;
  return json;
}

template <class Figure>
Json key_json(const Figure& figure) {
  Json json{{"notifier", figure.notifier},
            {"direction", name_of(figure.notification)},
            {"line_class", std::string(name_of(figure.line_class))},
            {"peer", figure.state.name}};
  const auto idle = [&](Nanoseconds time) {
    return figure.state.waits() && time < calibration::endless ? std::optional(time) : std::nullopt;
  };
  const char* const reason = figure.state.waits() ? "without an end" : "the peer was running: nobody was woken";
  put(json, "idle_from_ns", idle(figure.state.idle_from), reason);
  put(json, "idle_to_ns", idle(figure.state.idle_to), reason);
  return json;
}

Json wake_figures_json(const std::vector<WakeFigure>& figures) {
  Json rows = Json::array();
  for (const Row& row : rows_of(figures)) {
    Json json = key_json(*row.at(Quantity::notify));
    json["sender_calls_per_notification"] = row.at(Quantity::notify)->calls.sender;
    json["waiter_calls_per_notification"] = row.at(Quantity::notify)->calls.waiter;
    for (const auto& [key, quantity] : {std::pair("notify", Quantity::notify), std::pair("startup", Quantity::startup),
                                        std::pair("handover", Quantity::handover)}) {
      const auto figure = row.find(quantity);
      figure == row.end() ? put_absent(json, key, "the peer was running: nobody was woken")
                          : void(json[key] = estimate_json(figure->second->estimate, "ns"));
    }
    rows.push_back(std::move(json));
  }
  return rows;
}

Json ratios_json(const std::vector<NotifierRatio>& ratios) {
  Json rows = Json::array();
  for (const NotifierRatio& ratio : ratios) {
    Json row = key_json(ratio);
    row["base"] = ratio.base;
    row["of"] = symbol_of(ratio.quantity);
    row.update(estimate_json(ratio.ratio, "ratio"), true);
    row["resolved"] = ratio.resolved();
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

void put_calibration_figures(Json& document, const calibration::CalibrationResult& result) {
  put_counter_offset(document, result.counter_offset);
  document["wake_figures"] = wake_figures_json(calibration::figures_of(result.facts.blocks));
  document["ratios"] = ratios_json(calibration::ratios_of(result.facts.blocks, base_notifier));
  Json& least = document["least_work"] = Json::array();
  for (const calibration::LeastWork& work : result.least_work) {
    least.push_back({{"ring", name_of(work.ring)},
                     {"line_class", std::string(name_of(work.line_class))},
                     {"producer_ns", work.producer.count()},
                     {"consumer_ns", work.consumer.count()}});
  }
  Json& skipped = document["skipped"] = Json::array();
  for (const auto& [name, reason] : result.skipped) skipped.push_back({{"name", name}, {"reason", reason}});
}

void print_calibration(std::ostream& out, const host::Clock& clock, const host::ClockCheck& clock_check,
                       const calibration::CalibrationResult& result) {
  const calibration::Facts& facts = result.facts;
  out << "clock: " << clock.source() << ", " << text::fixed(clock.ticks_per_ns(), 4) << " ticks per ns, a read costs "
      << text::ns(clock.read_cost()) << " ns, its step is " << text::ns(clock.step()) << " ns; "
      << describe(clock_check) << "\n";
  out << "placement: CPUs " << result.placement.producer_cpu << " and " << result.placement.consumer_cpu
      << "; line is the class of the measured line transfer time:\n";
  for (const measure::LineClass line_class :
       {measure::LineClass::near, measure::LineClass::mid, measure::LineClass::far}) {
    out << "  " << name_of(line_class) << ": " << describe(line_class) << "\n";
  }
  if (result.counter_offset) out << "counters: " << text_of(*result.counter_offset, result.placement) << "\n";
  out << "CPU away: the producer's " << gaps_text(facts.producer_gaps) << ", the consumer's "
      << gaps_text(facts.consumer_gaps) << "\n\n";
  print_wake_costs(out, calibration::figures_of(facts.blocks));
  out << "\nN      what a notification costs its sender, ns\n"
         "S      from its end to the woken side's first look, ns. Both are medians of the rounds' medians, with their "
         "95 % interval\n"
         "peer   how long it had waited; one that runs is not woken, and the signal is a cost without a use\n"
         "calls  system calls for a notification, the sender's + the waiter's\n\n";
  print_ratios(out, calibration::ratios_of(facts.blocks, base_notifier));
  print_least_work(out, result);
  out << "\n";
  print_sleeps(out, result);
  for (const auto& [name, reason] : result.skipped) out << "skipped: " << name << ": " << reason << "\n";
}

}  // namespace kickbench::bench::output
