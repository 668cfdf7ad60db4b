// kickbench simulate: the model's events executed, for costs that are given or drawn.
#include "model/simulate.hpp"

#include <spdlog/spdlog.h>

#include <atomic>
#include <chrono>
#include <iostream>
#include <thread>

#include "bench/command/calibration_option.hpp"
#include "bench/command/commands.hpp"
#include "bench/command/distribution_option.hpp"
#include "bench/command/model_options.hpp"
#include "bench/command/prediction/regime_map.hpp"
#include "bench/command/simulate_output.hpp"
#include "bench/measure/cancel.hpp"
#include "bench/output/output_file.hpp"
#include "bench/text/page.hpp"
#include "bench/text/progress.hpp"

namespace kickbench::bench::command {
namespace {

using model::Simulation;
using model::SimulationOptions;

struct SimulateOptions {
  ModelOptions model;
  ModelCalibration calibration;
  CalibratedCosts calibrated;
  std::string producer_oversleep, consumer_oversleep;
  std::string items;
  std::string seed = "1";
  std::string timeline;
  OutputOptions output;
};

/// Replaces the text by a time that resolve() takes.
model::Distribution take_cost(const std::string& option, std::string& text) {
  if (text.empty()) return model::Constant{};
  return parse_cost(option, std::exchange(text, "0ns"));
}

/// A domain error names the parameter as the option does, without its dashes.
void check(const model::System& system) {
  try {
    model::check_domain(system);
  } catch (const model::DomainError& error) {
    throw scenario::UsageError("--" + std::string(error.what()));
  }
}

SimulationQuestion resolve(const SimulateOptions& options, const ModelOptions& text) {
  ModelOptions rest = text;
  model::PartyCosts producer;
  model::PartyCosts consumer;
  const auto take = [&](const std::string& option, std::string& cost) {
    const auto calibrated = options.calibrated.distributions.find(cost);
    if (calibrated == options.calibrated.distributions.end()) return take_cost(option, cost);
    cost = "0ns";
    return calibrated->second;
  };
  const auto take_party = [&](model::PartyCosts& costs, PartyText& party, const std::string& suffix) {
    costs.work = take("--w" + suffix, party.work);
    costs.notify = take("--n" + suffix, party.notify);
    costs.startup = take("--s" + suffix, party.startup);
  };
  take_party(producer, rest.producer, "p");
  take_party(consumer, rest.consumer, "c");
  producer.wakes = options.calibrated.to_consumer;
  consumer.wakes = options.calibrated.to_producer;
  Question question = command::resolve(rest);
  const auto complete = [&question](model::PartyCosts& costs, const model::Party& party, const std::string& role,
                                    std::string oversleep) {
    const std::string option = "--" + role + "-oversleep";
    if (oversleep.empty() && question.sync == model::Sync::sleep) {
      question.assumptions.push_back(option + " is not given and taken as 0");
    }
    costs.oversleep = take_cost(option, oversleep);
    costs.notify_threshold = party.notify_threshold;
    costs.sleep = party.sleep;
  };
  complete(producer, question.parameters.producer, "producer", options.producer_oversleep);
  complete(consumer, question.parameters.consumer, "consumer", options.consumer_oversleep);
  SimulationQuestion result{text,
                            {.sync = question.sync,
                             .producer = std::move(producer),
                             .consumer = std::move(consumer),
                             .queue_size = question.parameters.queue_size},
                            std::move(question.assumptions)};
  check(result.system);
  return result;
}

output::Json document_of(const SimulationQuestion& question, const SimulationOptions& effort) {
  output::Json document = output::document_head("simulate");
  document["sync"] = question.text.sync;
  document["parameters"] = parameters_json(question);
  document["model_assumptions"] = question.assumptions;
  document["seed"] = effort.seed;
  return document;
}

SimulationOptions simulation_options(const SimulateOptions& options) {
  SimulationOptions result{.seed = parse_whole("--seed", options.seed)};
  if (!options.timeline.empty()) result.timeline_events = parse_whole("--timeline", options.timeline);
  if (!options.items.empty()) result.items = parse_items("--items", options.items);
  return result;
}

// --- Grids -------------------------------------------------------------------------------------------------------

struct Cell {
  output::Json place;  ///< the value on each axis
  SimulationQuestion question;
  output::Json row;  ///< null until simulated
};

/// Every combination, the last axis fastest. All are checked before any is simulated.
std::vector<Cell> cells_of(const SimulateOptions& options, const std::vector<Axis>& axes) {
  std::vector<std::pair<output::Json, ModelOptions>> places{{output::Json::object(), options.model}};
  for (const Axis& axis : axes) {
    std::vector<std::pair<output::Json, ModelOptions>> finer;
    for (const auto& [place, text] : places) {
      for (const double value : axis.values) {
        finer.emplace_back(place, text.with(axis, value));
        finer.back().first[column_of(axis)] = axis.is_time ? output::Json(value) : output::Json(std::llround(value));
      }
    }
    places = std::move(finer);
  }
  std::vector<Cell> cells;
  for (auto& [place, text] : places) cells.push_back({std::move(place), resolve(options, text), nullptr});
  return cells;
}

void simulate_cell(Cell& cell, const SimulationOptions& options) {
  output::Json row = cell.place;
  row.update(row_of(cell.question.system, model::simulate(cell.question.system, options)));
  cell.row = std::move(row);
}

/// On all CPUs this process may use, until done or interrupted; tells on standard error how far it is.
void simulate_all(std::vector<Cell>& cells, const SimulationOptions& options) {
  using std::chrono::steady_clock;
  std::atomic<std::size_t> next = 0;
  std::atomic<std::size_t> done = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < cells.size() && !measure::cancel_requested(); i = next++) {
      simulate_cell(cells[i], options);
      ++done;
    }
  };
  const std::size_t thread_count =
      std::min<std::size_t>(cells.size(), std::max(1U, std::thread::hardware_concurrency()));
  const auto begin = steady_clock::now();
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < thread_count; ++i) threads.emplace_back(work);
  for (int polls = 1; done < cells.size() && !measure::cancel_requested(); ++polls) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    if (polls % 100 != 0 || done == 0) continue;
    spdlog::info("point {}", text::progress(done, cells.size(), steady_clock::now() - begin));
  }
}

void write_csv(const std::optional<output::OutputFile>& csv, const output::Json& rows) {
  if (csv && !rows.empty()) csv->write(csv_of(rows));
}

ExitCode simulate_grid(const SimulateOptions& options, const std::vector<Axis>& axes) {
  std::vector<Cell> cells = cells_of(options, axes);
  const SimulationOptions effort = simulation_options(options);
  const auto json = options.output.json();
  const auto csv = options.output.csv();
  measure::catch_cancel_signals();
  simulate_all(cells, effort);
  output::Json rows = output::Json::array();
  for (Cell& cell : cells) {
    if (!cell.row.is_null()) rows.push_back(std::move(cell.row));
  }
  const bool complete = rows.size() == cells.size();
  if (!complete) spdlog::warn("interrupted: {} of {} points are complete and kept", rows.size(), cells.size());
  if (options.output.wants_table()) {
    text::Page page(std::cout);
    // A map is of the whole grid.
    print_grid(page, axes, rows, !complete || wants_rows(rows.size(), options.output));
  }
  write_csv(csv, rows);
  if (json) {
    output::Json document = output::document_head("simulate");
    document["sync"] = options.model.sync;
    document["complete"] = complete;
    document["model_assumptions"] = cells.front().question.assumptions;
    document["seed"] = effort.seed;
    document["axes"] = output::Json::array();
    for (const Axis& axis : axes) document["axes"].push_back(column_of(axis));
    document["rows"] = std::move(rows);
    json->write(output::dump(document));
  }
  return complete ? ExitCode::ok : ExitCode::cancelled;
}

ExitCode simulate_one(const SimulateOptions& options) {
  const SimulationQuestion question = resolve(options, options.model);
  const SimulationOptions effort = simulation_options(options);
  const auto json = options.output.json();
  const auto csv = options.output.csv();
  const Simulation simulation = model::simulate(question.system, effort);
  const output::Json row = row_of(question.system, simulation);
  if (options.output.wants_table()) {
    text::Page page(std::cout);
    print_simulation(page, question, simulation);
  }
  write_csv(csv, output::Json::array({row}));
  if (json) {
    output::Json document = document_of(question, effort);
    document.update(row);
    if (!options.timeline.empty()) document["timeline"] = timeline_json(simulation.timeline);
    json->write(output::dump(document));
  }
  return ExitCode::ok;
}

ExitCode simulate(SimulateOptions options) {
  options.calibrated = options.calibration.fill_distributions(options.model);
  const std::vector<Axis> axes = parse_axes(options.model.vary);
  return axes.empty() ? simulate_one(options) : simulate_grid(options, axes);
}

}  // namespace

CommandBody add_simulate(CLI::App& app) {
  auto options = std::make_shared<SimulateOptions>();
  options->model.add_to(app, "COST");
  for (const std::string role : {"producer", "consumer"}) {
    app.add_option("--" + role + "-oversleep",
                   role == "producer" ? options->producer_oversleep : options->consumer_oversleep,
                   "by how much each sleep of the " + role + " is longer than asked for")
        ->type_name("COST");
  }
  options->model.add_vary_to(app);
  options->calibration.add_to(app);
  app.add_option("--items", options->items,
                 "items to measure where costs are random, or to wait for a repetition (default: 1000000, 50000000)")
      ->type_name("COUNT");
  app.add_option("--seed", options->seed, "of the random draws: the same seed, the same result")
      ->type_name("NUMBER")
      ->default_str(options->seed);
  app.add_option("--timeline", options->timeline, "tell the first so many events, from the cold start on")
      ->type_name("COUNT");
  options->output.add_csv_to(app);
  options->output.add_to(app);
  app.footer(cost_help);
  return [options] { return simulate(*options); };
}

}  // namespace kickbench::bench::command
