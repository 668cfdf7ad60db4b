// kickbench validate: the model beside a grid of measured cells, and how far off it is.
#include <spdlog/spdlog.h>

#include <iostream>
#include <memory>

#include "bench/command/calibration_option.hpp"
#include "bench/command/commands.hpp"
#include "bench/command/measuring_host.hpp"
#include "bench/command/notifier_costs.hpp"
#include "bench/experiment/experiment.hpp"
#include "bench/measure/cancel.hpp"
#include "bench/output/validation_output.hpp"
#include "bench/scenario/nearest_name.hpp"
#include "bench/suite/validation_grid.hpp"
#include "bench/text/format.hpp"
#include "bench/text/page.hpp"
#include "bench/text/progress.hpp"
#include "model/distribution.hpp"

namespace kickbench::bench::command {
namespace {

/// About six seconds with three notifiers.
constexpr std::uint32_t calibration_rounds = 8;

struct ValidateOptions {
  std::string grid = "quick";
  std::vector<std::string> places{"auto"};
  std::string only;
  std::string idle = "as-is";
  std::string duration = "270ms";
  std::string repetitions = "5";
  std::string seed = "1";
  CalibrationOption calibration;
  OutputOptions output;
};

/// The options, understood.
struct Plan {
  suite::Grid grid;
  std::set<model::Regime> regimes;
  scenario::Effort effort;
  host::IdleMode idle;
  std::uint32_t seed;
};

suite::Grid parse_grid(const std::string& name) {
  for (const suite::GridRow& row : suite::grids()) {
    if (row.name == name) return row.grid;
  }
  throw scenario::UsageError(
      scenario::unknown_name("--grid", name, suite::grids(), [](const suite::GridRow& row) { return row.name; }));
}

std::set<model::Regime> parse_regimes(const std::string& list) {
  const auto known = suite::grid_regimes();
  std::set<model::Regime> regimes(known.begin(), known.end());
  if (list.empty()) return regimes;
  regimes.clear();
  for (const std::string& name : items_of(list)) {
    const auto regime = model::regime_from(name);
    if (!regime || std::ranges::find(known, *regime) == known.end()) {
      throw scenario::UsageError(
          scenario::unknown_name("--only", name, known, [](model::Regime r) { return model::name_of(r); }));
    }
    regimes.insert(*regime);
  }
  return regimes;
}

Plan plan_of(const ValidateOptions& options) {
  Plan plan{.grid = parse_grid(options.grid),
            .regimes = parse_regimes(options.only),
            .effort = {.duration = parse_model_time("--duration", options.duration),
                       .repetitions = parse_whole("--repetitions", options.repetitions)},
            .idle = parse_idle(options.idle),
            .seed = parse_whole("--seed", options.seed)};
  if (plan.effort.duration <= Nanoseconds(0))
    throw scenario::UsageError("--duration " + options.duration + " must be above 0");
  if (!options.calibration.path.empty() && options.places.size() > 1) {
    throw scenario::UsageError("--calibration " + options.calibration.path +
                               ": is of one placement, and several are given: give one --place");
  }
  return plan;
}

/// A placement with what is to be measured there.
struct PlacedCells {
  std::unique_ptr<MeasuringHost> measuring;
  std::vector<suite::Cell> cells;
  std::optional<calibration::Costs> costs;  ///< none where no regime needs them
};

/// Every placement that this host has; throws where it has none of them, or one of them twice.
std::vector<PlacedCells> find_places(const ValidateOptions& options, const Plan& plan,
                                     validation::ValidationReport& report) {
  std::vector<PlacedCells> places;
  for (const std::string& place : options.places) {
    try {
      auto measuring = std::make_unique<MeasuringHost>(place, plan.idle);
      const host::Placement& placement = measuring->placement;
      if (std::ranges::find(report.placements, placement.name, &host::Placement::name) != report.placements.end()) {
        throw scenario::UsageError("--place " + place + ": is " + placement.name + " again: leave one out");
      }
      report.placements.push_back(placement);
      places.push_back({.measuring = std::move(measuring), .cells = {}, .costs = {}});
    } catch (const host::PlacementUnavailable& error) {
      if (options.places.size() == 1) throw;
      spdlog::warn("skipping --place {}: {}", place, error.what());
      report.skipped.emplace_back("place " + place, error.what());
    }
  }
  if (places.empty()) throw Skipped("none of the placements is on this host");
  return places;
}

/// So that what drifts while all is measured does not fall on one regime. The same order for the same seed, anywhere.
void shuffle(std::vector<suite::Cell>& cells, std::uint32_t seed) {
  model::RandomBits random(seed, 0);
  for (std::size_t left = cells.size(); left > 1; --left) std::swap(cells[left - 1], cells[random.next() % left]);
}

void derive_cells(std::vector<PlacedCells>& places, const ValidateOptions& options, const Plan& plan,
                  const std::optional<output::Calibration>& known, validation::ValidationReport& report) {
  const bool costs_matter = std::ranges::any_of(plan.regimes, suite::needs_notifier_costs);
  for (PlacedCells& placed : places) {
    const host::Placement& placement = placed.measuring->placement;
    NotifierCostsHere here;
    if (costs_matter) {
      if (known) {
        options.calibration.warn_of_differences(*known, placement, plan.idle);
      } else {
        spdlog::info("{}: calibrating the notifiers: the regimes' parameters are derived from their costs",
                     placement.name);
      }
      here = notifier_costs(*placed.measuring, known, calibration_rounds);
    }
    for (const auto& part : here.skipped) {
      if (std::ranges::find(report.skipped, part) == report.skipped.end()) report.skipped.push_back(part);
    }
    placed.cells =
        suite::make_grid(plan.grid, plan.regimes, here.notifiers, here.costs.wakes, placement.name, plan.idle);
    if (costs_matter) placed.costs = std::move(here.costs);
    shuffle(placed.cells, plan.seed);
    report.planned += placed.cells.size();
  }
}

/// Throws Cancelled; what else goes wrong is the cell's own.
validation::ValidatedCell measure(const suite::Cell& cell, const PlacedCells& placed, const scenario::Effort& effort) {
  const MeasuringHost& measuring = *placed.measuring;
  validation::ValidatedCell measured{
      .name = cell.name, .intended = *cell.intended, .measurement = {}, .result = {}, .forecast = {}, .error = {}};
  measured.measurement.scenario = cell.scenario;
  measured.measurement.placement = measuring.placement;
  try {
    experiment::Experiment experiment(cell.scenario, measuring.placement, measuring.clock);
    for (std::uint32_t i = 0; i < effort.repetitions; ++i) experiment.repeat(effort);
    measured.measurement = experiment.measurement();
    measured.result = experiment::conclude(measured.measurement);
    measured.measurement.repetitions.clear();
    if (placed.costs) {
      measured.forecast = calibration::forecast(*placed.costs, cell.scenario, measured.result.line_class);
    } else {
      measured.forecast.reason = "nothing was calibrated: no regime of notification is among the cells";
    }
  } catch (const measure::Cancelled&) {
    throw;
  } catch (const std::exception& error) {
    measured.error = error.what();
  }
  return measured;
}

void tell(const validation::ValidatedCell& cell, const std::string& where) {
  if (cell.failed()) {
    spdlog::error("cell {}: {}: {}", where, cell.name, cell.error);
    return;
  }
  const auto error = validation::worst_error_pct(cell.result);
  spdlog::info("cell {}: {}: {} ns per item, {}{}{}", where, cell.name, text::ns(cell.result.ns_per_item),
               error ? "errors up to " + text::fixed(*error, 1) + " %" : "no time to compare with",
               validation::regimes_differ(cell.result) ? ", in another regime than predicted" : "",
               cell.spoiled() ? ", spoiled" : "");
}

ExitCode validate(const ValidateOptions& options) {
  const Plan plan = plan_of(options);
  const auto json = options.output.json();
  const auto known = options.calibration.path.empty() ? std::nullopt : std::optional(options.calibration.read());
  measure::catch_cancel_signals();
  validation::ValidationReport report;
  report.grid = options.grid;
  report.seed = plan.seed;
  std::vector<PlacedCells> places = find_places(options, plan, report);

  output::Json head = document_head("validate", *places.front().measuring);
  if (known) head["calibration"] = options.calibration.path;
  const auto document = [&](bool complete) {
    output::Json all = head;
    all["complete"] = complete;
    all["interrupted"] = measure::cancel_requested();
    output::add_to_document(all, report);
    return all;
  };
  ExitCode exit_code = ExitCode::ok;
  try {
    derive_cells(places, options, plan, known, report);
    if (report.planned == 0) throw Skipped("there is nothing to measure: no notifier of the grid works here");
    spdlog::info("{} cells in the order of --seed {}", report.planned, plan.seed);
    text::Progress steps(report.planned);
    for (const PlacedCells& placed : places) {
      for (const suite::Cell& cell : placed.cells) {
        report.cells.push_back(measure(cell, placed, plan.effort));
        tell(report.cells.back(), steps.step());
        if (report.cells.back().failed()) exit_code = ExitCode::cells_failed;
        if (json) output::keep_so_far(*json, document(false));
      }
    }
  } catch (const measure::Cancelled&) {
    spdlog::warn("interrupted: {} of {} cells are complete and kept", report.cells.size(), report.planned);
    exit_code = ExitCode::cancelled;
  }
  if (options.output.wants_table() && !report.cells.empty()) {
    text::Page page(std::cout);
    output::print_validation(page, report);
  }
  if (json) json->write(output::dump(document(exit_code != ExitCode::cancelled)));
  return exit_code;
}

}  // namespace

CommandBody add_validate(CLI::App& app) {
  auto options = std::make_shared<ValidateOptions>();
  std::string grid_help = "which cells:";
  for (const suite::GridRow& row : suite::grids()) {
    grid_help += " " + std::string(row.name) + " (" + std::string(row.description) + ")";
  }
  app.add_option("--grid", options->grid, grid_help)->type_name("NAME")->default_str(options->grid);
  app.add_option("--place", options->places,
                 "auto, same-core, smt, l2, l3, numa, socket, or two CPU numbers P,C; several: repeat the option")
      ->type_name("NAME")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->default_str("auto");
  app.add_option("--only", options->only, "these regimes alone, with commas: FC,EQ")->type_name("REGIME");
  app.add_option("--idle", options->idle, "what idle CPUs do: as-is, or poll (needs /dev/cpu_dma_latency)")
      ->type_name("NAME")
      ->default_str(options->idle);
  app.add_option("--duration", options->duration, "measured time of a repetition of one cell")
      ->type_name("TIME")
      ->default_str(options->duration);
  app.add_option("--repetitions", options->repetitions, "of each cell")
      ->type_name("COUNT")
      ->default_str(options->repetitions);
  app.add_option("--seed", options->seed, "of the order of the cells")->type_name("COUNT")->default_str(options->seed);
  options->calibration.add_to(app, "wake costs that 'calibrate --out' wrote, instead of measuring them again");
  options->output.add_to(app);
  app.footer(
      "The grid: over the split ring, for every notifier that works here, FC, FP, SCS, SPS, SS and EQ at several W, L\n"
      "and thresholds; without notifiers sFC, sFP and sLS at several sleeps, and BW. The parameters are derived from\n"
      "calibrated costs, so that each cell lies in its regime with a margin. docs/validation.md states all points, "
      "and\n"
      "how to read the report. A target that does not hold does not change the exit code: noise is no failure.");
  return [options] { return validate(*options); };
}

}  // namespace kickbench::bench::command
