#include "bench/output/result_text.hpp"

#include <algorithm>
#include <ostream>

#include "bench/output/noise_output.hpp"
#include "bench/output/table.hpp"
#include "bench/stats/by_half.hpp"
#include "bench/text/format.hpp"

namespace kickbench::bench::output {
namespace {

std::string name_or_dash(const std::optional<model::Regime>& regime) {
  return regime ? std::string(model::name_of(*regime)) : "-";
}

std::string spread_text(const std::optional<stats::Spread>& spread) {
  if (!spread) return "-";
  return text::ns(spread->median) + " / " + text::ns(spread->mean) + " / " + text::ns_or_dash(spread->p99) + "  (" +
         std::to_string(spread->count) + ")";
}

/// A rate below it is as good as none.
constexpr double seldom = 1e-3;

std::string rate_error(double measured, const std::optional<double>& expected) {
  if (!expected || std::max(measured, *expected) < seldom) return "";
  return *expected < seldom ? "not 0" : text::fixed(100 * (measured / *expected - 1), 1) + " %";
}

bool is_far_off(double measured, const std::optional<double>& expected) {
  constexpr double far = 1.5;
  if (!expected || std::max(measured, *expected) < seldom) return false;
  return measured > far * *expected || *expected > far * measured;
}

void print_headline(std::ostream& out, const experiment::Measurement& measurement, const experiment::Result& result) {
  const stats::Figures& figures = result.figures;
  out << name_of(measurement.scenario) << "\n\n";
  Table table({{"", Table::Align::left}, {"measured"}, {"predicted"}, {"error"}, {"simulated"}, {"error"}});
  const stats::SimulationBeside& simulated = result.simulated;
  const auto& prediction = result.predicted.prediction;
  std::string predicted = prediction ? text::ns_or_dash(prediction->per_item) : "-";
  if (prediction && prediction->per_item_bounds) {
    const model::Bounds& bounds = *prediction->per_item_bounds;
    predicted = text::ns(bounds.lower) + " .. " + (bounds.upper ? text::ns(*bounds.upper) : "?");
  }
  const auto error = result.predicted.error_pct;
  table.add({"ns per item", text::ns(result.ns_per_item), predicted, error ? text::fixed(*error, 1) + " %" : "-",
             text::ns_or_dash(simulated.per_item),
             simulated.error_pct ? text::fixed(*simulated.error_pct, 1) + " %" : "-"});
  table.add({"regime", name_or_dash(result.observed.regime),
             prediction ? std::string(model::name_of(prediction->regime)) : "-", "", name_or_dash(simulated.regime),
             ""});
  std::string far_off;
  const auto rate = [&](const char* what, double measured, const std::optional<double>& expected) {
    table.add({what, text::per_item(measured), expected ? text::per_item(*expected) : "-",
               rate_error(measured, expected), "", ""});
    if (is_far_off(measured, expected)) far_off += (far_off.empty() ? "" : ", ") + std::string(what);
  };
  // The driver kicks and the device interrupts; which of the two produces is the direction. The model's kick is the
  // producer's.
  const bool tx = measurement.scenario.direction == scenario::Direction::tx;
  rate(tx ? "kicks per item" : "interrupts per item", figures.producer.signals,
       prediction ? prediction->kicks_per_item : std::nullopt);
  rate(tx ? "interrupts per item" : "kicks per item", figures.consumer.signals,
       prediction ? prediction->interrupts_per_item : std::nullopt);
  rate("producer sleeps per item", figures.producer.sleeps,
       prediction ? prediction->producer_sleeps_per_item : std::nullopt);
  rate("consumer sleeps per item", figures.consumer.sleeps,
       prediction ? prediction->consumer_sleeps_per_item : std::nullopt);
  table.add({"busy (CPU) ns per item, both", text::ns(figures.busy),
             prediction ? text::ns_or_dash(prediction->busy_per_item) : "-", "",
             text::ns_or_dash(simulated.busy_per_item), ""});
  table.print(out);
  if (!far_off.empty()) {
    out << "prediction: off by more than half in " << far_off
        << ": where the time per item agrees, it is for other reasons\n";
  }
  if (!result.predicted.reason.empty()) out << "prediction: " << result.predicted.reason << "\n";
  for (const std::string& assumption : result.predicted.assumptions) out << "prediction: " << assumption << "\n";
}

void print_sides(std::ostream& out, const scenario::Scenario& scenario, const experiment::Result& result) {
  const stats::SideFigures& p = result.figures.producer;
  const stats::SideFigures& c = result.figures.consumer;
  Table table({{"each side", Table::Align::left}, {"producer"}, {"consumer"}});
  const auto add = [&](const char* what, const auto& cell) { table.add({what, cell(p), cell(c)}); };
  table.add({"W asked for, ns", text::ns(scenario.producer.work), text::ns(scenario.consumer.work)});
  add("W spent, ns", [](const stats::SideFigures& s) { return text::ns_or_dash(s.work); });
  add("notifying, ns per item", [](const stats::SideFigures& s) { return text::ns(s.notifying); });
  add("waiting, ns per item", [](const stats::SideFigures& s) { return text::ns_or_dash(s.waiting); });
  const auto pct = [](const std::optional<double>& value) { return value ? text::fixed(*value, 2) + " %" : "-"; };
  table.add({"unexplained (residual)", pct(result.producer_residual_pct), pct(result.consumer_residual_pct)});
  add("CPU ns per item", [](const stats::SideFigures& s) { return text::ns(s.cpu); });
  add("N: median / mean / p99 ns (n)", [](const stats::SideFigures& s) { return spread_text(s.notify); });
  add("S: median / mean / p99 ns (n)", [](const stats::SideFigures& s) { return spread_text(s.startup); });
  add("sleep: median / mean / p99 ns (n)", [](const stats::SideFigures& s) { return spread_text(s.sleep); });
  add("blocked waits per item", [](const stats::SideFigures& s) { return text::per_item(s.blocked_waits); });
  add("cancelled waits per item", [](const stats::SideFigures& s) { return text::per_item(s.cancelled_waits); });
  add("spurious wake-ups per item", [](const stats::SideFigures& s) { return text::per_item(s.spurious_wakeups); });
  const auto suppressed = [&](const stats::SideFigures& s, const std::string& notifier) {
    const auto per_item = stats::suppressed_per_item(s, scenario.batch, notifier);
    return per_item ? text::per_item(*per_item) : std::string("-");
  };
  table.add({"suppressed notifications per item", suppressed(p, scenario::notifier_to_consumer(scenario)),
             suppressed(c, scenario::notifier_to_producer(scenario))});
  add("empty polls per item", [](const stats::SideFigures& s) { return text::per_item(s.empty_polls); });
  add("preemption gaps", [](const stats::SideFigures& s) {
    return s.work ? std::to_string(s.gaps) + " (" + text::fixed(100 * s.gap_share, 2) + " %)" : "-";
  });
  add("involuntary switches", [](const stats::SideFigures& s) { return std::to_string(s.involuntary_switches); });
  table.print(out);
}

void print_latency(std::ostream& out, const experiment::Result& result) {
  const stats::Figures& figures = result.figures;
  if (!figures.latency_own.summary) return;
  Table table({{"latency", Table::Align::left}, {"mean"}, {"p50"}, {"p99"}, {"max"}, {"items"}});
  const auto text = [](const std::optional<Nanoseconds>& time) { return text::with_unit_or_dash(time); };
  const auto add = [&](const char* what, const auto& s, const std::string& items) {
    if (s) table.add({what, text(s->mean), text(s->p50), text(s->p99), text(s->max), items});
  };
  const auto add_predicted = [&](const char* what, const std::string& mean, const std::string& max) {
    if (mean != "-" || max != "-") table.add({what, mean, "-", "-", max, ""});
  };
  const model::Prediction none{};
  const model::Prediction& predicted = result.predicted.prediction.value_or(none);
  const std::string bound = predicted.latency_service_max && !predicted.latency_is_exact ? "<= " : "";
  add("own: measured", figures.latency_own.summary, std::to_string(figures.latency_own.samples));
  add_predicted("own: predicted", text(predicted.latency_own_mean), "-");
  add("own: simulated", result.simulated.latency_own, "");
  add("service: measured", figures.latency_service.summary, std::to_string(figures.latency_service.samples));
  add_predicted("service: predicted", "-", bound + text(predicted.latency_service_max));
  add("service: simulated", result.simulated.latency_service, "");
  table.print(out);
  out << "\n";
}

void print_energy(std::ostream& out, const experiment::Result& result) {
  const host::Fact<double> joules = experiment::package_joules_per_item(result);
  out << "package energy: ";
  if (joules) {
    out << text::fixed(*joules * 1e6, 3)
        << " uJ per item, of all CPUs of the package and not of these two alone (RAPL)\n";
  } else {
    out << "unknown (RAPL): " << joules.reason << "\n";
  }
}

/// Quantiles of the items that passed between two notifications.
void print_batches(std::ostream& out, const char* what, const std::map<std::uint64_t, std::uint64_t>& batches) {
  std::uint64_t total = 0;
  for (const auto& [items, count] : batches) total += count;
  if (total == 0) return;
  out << "items per " << what << ":";
  const double quantiles[] = {0, 0.1, 0.5, 0.9, 1};
  const char* const names[] = {" min ", ", p10 ", ", median ", ", p90 ", ", max "};
  for (int q = 0; q < 5; ++q) {
    if (total < stats::samples_needed(quantiles[q])) continue;
    const auto wanted = static_cast<std::uint64_t>(quantiles[q] * static_cast<double>(total - 1));
    std::uint64_t seen = 0;
    for (const auto& [items, count] : batches) {
      seen += count;
      if (seen <= wanted) continue;
      out << names[q] << items;
      break;
    }
  }
  out << "\n";
}

void print_harness_overhead(std::ostream& out, const experiment::Measurement& measurement,
                            const experiment::Result& result) {
  if (measurement.scenario.ring != scenario::RingKind::null) return;
  out << "harness overhead: " << text::ns(result.figures.producer.ns_per_item)
      << " ns per item on the producer's side, " << text::ns(result.figures.consumer.ns_per_item)
      << " ns on the consumer's\n";
}

void note_effective_work(std::ostream& out, const char* option, const scenario::SideScenario& side,
                         const stats::SideFigures& figures) {
  if (!figures.work || *figures.work <= side.work + stats::work_tolerance(side.work)) return;
  out << "note: " << option << " " << text::ns(side.work) << "ns is less than ring, harness and clock need here: W was "
      << text::ns(*figures.work) << " ns\n";
}

}  // namespace

std::string text_of(const experiment::CounterOffset& offset, const host::Placement& placement) {
  return "CPU " + std::to_string(placement.consumer_cpu) + "'s is " + text::ns(offset.estimate) + " ns ahead of CPU " +
         std::to_string(placement.producer_cpu) + "'s, give or take " + text::ns(offset.uncertainty) +
         " ns: " + (offset.corrected ? "taken off S and latency" : "no offset is certain, none is taken off");
}

void print_result(std::ostream& out, const experiment::Measurement& measurement, const experiment::Result& result) {
  print_headline(out, measurement, result);
  out << "\n";
  print_sides(out, measurement.scenario, result);
  out << "\n";
  print_latency(out, result);
  const stats::Figures& figures = result.figures;
  const bool tx = measurement.scenario.direction == scenario::Direction::tx;
  print_batches(out, tx ? "kick" : "interrupt", figures.batches_to_consumer);
  print_batches(out, tx ? "interrupt" : "kick", figures.batches_to_producer);
  print_energy(out, result);
  out << "observed: " << result.observed.reason << "\n";
  out << "placement: CPUs " << measurement.placement.producer_cpu << " and " << measurement.placement.consumer_cpu
      << "; " << describe(result.line_class) << "; a line took " << text::ns_or_dash(figures.line_transfer_before)
      << " ns before and " << text::ns_or_dash(figures.line_transfer_after) << " ns after a slice\n";
  // S and latency are differences between the two.
  if (result.counter_offset) out << "counters: " << text_of(*result.counter_offset, measurement.placement) << "\n";
  print_harness_overhead(out, measurement, result);
  note_effective_work(out, "--wp", measurement.scenario.producer, figures.producer);
  note_effective_work(out, "--wc", measurement.scenario.consumer, figures.consumer);
  if (!measurement.settled) out << "note: the rate was not steady before the first repetition\n";
  print_noise(out, result);
}

}  // namespace kickbench::bench::output
