#include <algorithm>
#include <ostream>

#include "bench/output/noise_output.hpp"
#include "bench/output/table.hpp"
#include "bench/output/validation_output.hpp"
#include "bench/text/format.hpp"
#include "bench/validation/diagnosis.hpp"

namespace kickbench::bench::output {
namespace {

constexpr std::size_t worst_count = 10;

std::string name_or_none(const std::optional<model::Regime>& regime) {
  return regime ? std::string(model::name_of(*regime)) : "none";
}

std::string part_of(const validation::Share& share) {
  return share.whole == 0 ? "-" : std::to_string(share.part) + "/" + std::to_string(share.whole);
}

/// mean / median / p90 / max
std::string text_of(const std::optional<validation::ErrorSpread>& errors) {
  if (!errors) return "-";
  return text::fixed(errors->mean, 1) + " / " + text::fixed(errors->median, 1) + " / " +
         (errors->p90 ? text::fixed(*errors->p90, 1) : "-") + " / " + text::fixed(errors->max, 1);
}

void print_accuracy(std::ostream& out, const std::vector<validation::Summary>& summaries, const char* title,
                    validation::Accuracy validation::Summary::*part) {
  Table table({{title, Table::Align::left},
               {"cells"},
               {"as predicted"},
               {"as simulated"},
               {"closed form, %"},
               {"simulator, %"},
               {"forecast, %"}});
  for (const validation::Summary& summary : summaries) {
    const validation::Accuracy& a = summary.*part;
    if (a.cells == 0 && summary.regime) continue;
    table.add({summary.regime ? name_or_none(summary.regime) : "all", std::to_string(a.cells),
               part_of(a.regime_predicted), part_of(a.regime_simulated), text_of(a.closed_form), text_of(a.simulator),
               text_of(a.forecast)});
  }
  table.print(out);
  out << "\n";
}

void print_targets(std::ostream& out, const validation::Accuracy& all) {
  Table table(
      {{"target, over cells that are not spoiled", Table::Align::left}, {"is"}, {"asked"}, {"", Table::Align::left}});
  for (const validation::Target& target : validation::targets_of(all)) {
    const auto holds = target.holds();
    table.add({target.what,
               target.value_pct ? text::fixed(*target.value_pct, 1) + " % " + target.unit_of : std::string("-"),
               std::string(target.at_least ? ">= " : "<= ") + text::fixed(target.bound_pct, 0) + " %",
               !holds   ? "nothing was measured"
               : *holds ? "holds"
                        : "does not hold"});
  }
  table.print(out);
  out << "\n";
}

std::string beside(const std::optional<Nanoseconds>& time, const std::optional<double>& error) {
  return time ? text::ns(*time) + (error ? " (" + text::fixed(*error, 1) + " %)" : "") : "none";
}

void print_cell(std::ostream& out, const validation::ValidatedCell& cell) {
  const experiment::Result& result = cell.result;
  const auto& prediction = result.predicted.prediction;
  out << cell.name << "\n";
  out << "  measured " + text::ns(result.ns_per_item) + " ns per item, closed form " +
             beside(prediction ? prediction->per_item : std::nullopt, result.predicted.error_pct) + ", simulator " +
             beside(result.simulated.per_item, result.simulated.error_pct) + "; observed " +
             name_or_none(result.observed.regime) + ", predicted " +
             name_or_none(prediction ? std::optional(prediction->regime) : std::nullopt) + ", simulated " +
             name_or_none(result.simulated.regime)
      << "\n";
  if (validation::regimes_differ(result)) out << "  observed: " << result.observed.reason << "\n";
  const auto broken = validation::diagnose(cell.measurement.scenario, result);
  for (const auto& [name, evidence] : broken) out << "  " << name << ": " << evidence << "\n";
  if (broken.empty()) {
    out << "  no assumption is seen to break; " << validation::what_is_left(cell.measurement.scenario, result) << "\n";
  }
  out << "  " << grade_text(result.noise.graded) << "\n";
}

void print_cells(std::ostream& out, const validation::ValidationReport& report) {
  const auto worst = validation::worst_of(report.cells, worst_count);
  if (!worst.empty())
    out << "the largest errors of closed form or simulator, and what the model assumes that was not so\n\n";
  for (const validation::ValidatedCell* cell : worst) print_cell(out, *cell);
  bool first = true;
  for (const validation::ValidatedCell& cell : report.cells) {
    if (cell.failed() || !validation::regimes_differ(cell.result) || std::ranges::find(worst, &cell) != worst.end())
      continue;
    if (std::exchange(first, false)) out << "\nin another regime than predicted, with smaller errors\n\n";
    print_cell(out, cell);
  }
}

}  // namespace

void print_validation(std::ostream& out, const validation::ValidationReport& report) {
  const std::vector<validation::Summary> summaries = validation::summaries_of(report.cells);
  print_accuracy(out, summaries, "not spoiled", &validation::Summary::sound);
  print_accuracy(out, summaries, "spoiled", &validation::Summary::spoiled);
  out << "not spoiled, spoiled    the regime that the cells were derived for; each cell is in one of the two tables\n"
         "as predicted, as simulated  cells whose observed regime is what closed form and simulator say of that run\n"
         "closed form, simulator  |measured - predicted| / predicted: mean / median / p90 / max; told what the run "
         "itself measured of N, S and gaps\n"
         "forecast                the same of the simulator told N, S, sleeps and gaps of the calibration before\n\n";
  print_targets(out, summaries.back().sound);
  print_cells(out, report);
  out << "\n";
  for (const host::Placement& placement : report.placements) {
    out << "placement " << placement.name << ": CPUs " << placement.producer_cpu << " and " << placement.consumer_cpu
        << ": " << placement.reason << "\n";
  }
  out << report.cells.size() << " of " << report.planned << " cells of the grid '" << report.grid
      << "', in the order of seed " << report.seed << "\n";
  for (const validation::ValidatedCell& cell : report.cells) {
    if (cell.failed()) out << "FAILED: " << cell.name << ": " << cell.error << "\n";
  }
  for (const auto& [what, reason] : report.skipped) out << "skipped: " << what << ": " << reason << "\n";
}

}  // namespace kickbench::bench::output
