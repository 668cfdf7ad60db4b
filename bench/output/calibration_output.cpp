#include "bench/output/calibration_output.hpp"

#include <algorithm>
#include <ostream>

#include "bench/output/table.hpp"
#include "bench/text/format.hpp"

namespace kickbench::bench::output {
namespace {

void print_wake_costs(std::ostream& out, const calibration::CalibrationResult& result) {
  Table table({{"notifier", Table::Align::left},
               {"direction", Table::Align::left},
               {"line", Table::Align::left},
               {"peer has waited"},
               {"N median"},
               {"N p99"},
               {"S median"},
               {"S p99"},
               {"n"}});
  auto rows = result.wake_costs.all();
  // By notifier, direction, place; the peer that does not wait last.
  std::ranges::stable_sort(rows, {}, [](const calibration::WakeCost& cost) {
    return std::tuple(cost.notifier, cost.notification, cost.line_class, !cost.idle, cost.idle);
  });
  for (const calibration::WakeCost& cost : rows) {
    if (!cost.line_class) continue;
    table.add({cost.notifier, std::string(name_of(cost.notification)), std::string(name_of(cost.line_class)),
               cost.idle ? text::with_unit(*cost.idle) : "it runs", text::ns(cost.notify.median),
               text::ns_or_dash(cost.notify.p99), cost.startup ? text::ns(cost.startup->median) : "-",
               cost.startup ? text::ns_or_dash(cost.startup->p99) : "-", std::to_string(cost.notify.count)});
  }
  table.print(out);
}

void print_least_work(std::ostream& out, const calibration::CalibrationResult& result) {
  Table table(
      {{"least W over ring", Table::Align::left}, {"line", Table::Align::left}, {"producer ns"}, {"consumer ns"}});
  for (const calibration::LeastWork& least : result.least_work) {
    table.add({std::string(name_of(least.ring)), std::string(name_of(least.line_class)), text::ns(least.producer),
               text::ns(least.consumer)});
  }
  table.print(out);
}

void print_sleeps(std::ostream& out, const calibration::CalibrationResult& result) {
  Table table({{"asked to sleep"}, {"took, median"}, {"p99"}});
  for (const calibration::SleepCost& sleep : result.sleeps) {
    table.add(
        {text::with_unit(sleep.asked), text::with_unit(sleep.took.median), text::with_unit_or_dash(sleep.took.p99)});
  }
  table.print(out);
}

}  // namespace

void add_to_document(Json& document, const calibration::CalibrationResult& result) {
  document["placement"] = to_json(result.placement);
  document["idle"] = result.idle;
  Json& costs = document["wake_costs"] = Json::array();
  for (const calibration::WakeCost& cost : result.wake_costs.all()) {
    Json entry{{"notifier", cost.notifier},
               {"direction", name_of(cost.notification)},
               {"line_class", std::string(name_of(cost.line_class))},
               {"peer", cost.idle ? "blocked" : "running"}};
    put(entry, "idle_ns", cost.idle, "the peer was running: nobody was woken");
    entry["notify"] = to_json(std::optional(cost.notify));
    put(entry, "startup", cost.startup, "the peer was running: nobody was woken");
    costs.push_back(std::move(entry));
  }
  Json& least = document["least_work"] = Json::array();
  for (const calibration::LeastWork& work : result.least_work) {
    least.push_back({{"ring", name_of(work.ring)},
                     {"line_class", std::string(name_of(work.line_class))},
                     {"producer_ns", work.producer.count()},
                     {"consumer_ns", work.consumer.count()}});
  }
  Json& sleeps = document["sleeps"] = Json::array();
  for (const calibration::SleepCost& sleep : result.sleeps) {
    sleeps.push_back({{"asked_ns", sleep.asked.count()}, {"took", to_json(std::optional(sleep.took))}});
  }
  Json& skipped = document["skipped"] = Json::array();
  for (const auto& [name, reason] : result.skipped) skipped.push_back({{"name", name}, {"reason", reason}});
}

void print_calibration(std::ostream& out, const host::Clock& clock, const host::ClockCheck& clock_check,
                       const calibration::CalibrationResult& result) {
  out << "clock: " << clock.source() << ", " << text::fixed(clock.ticks_per_ns(), 4) << " ticks per ns, a read costs "
      << text::ns(clock.read_cost()) << " ns, its step is " << text::ns(clock.step()) << " ns; "
      << describe(clock_check) << "\n";
  out << "placement: CPUs " << result.placement.producer_cpu << " and " << result.placement.consumer_cpu
      << "; line is the class of the measured line transfer time:\n";
  for (const measure::LineClass line_class :
       {measure::LineClass::near, measure::LineClass::mid, measure::LineClass::far}) {
    out << "  " << name_of(line_class) << ": " << describe(line_class) << "\n";
  }
  out << "\n";
  print_wake_costs(out, result);
  out << "\nN: what a notification costs its sender, ns. S: from its end to the woken side's first look, ns. A peer "
         "that\n"
         "runs is not woken: the signal is a cost without a use.\n\n";
  print_least_work(out, result);
  out << "\n";
  print_sleeps(out, result);
  for (const auto& [name, reason] : result.skipped) out << "skipped: " << name << ": " << reason << "\n";
}

}  // namespace kickbench::bench::output
