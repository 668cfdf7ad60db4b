// Simulations for people and for programs.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "bench/command/model_options.hpp"
#include "bench/output/result_json.hpp"
#include "model/simulate.hpp"

namespace kickbench::bench::command {

/// What is simulated, with the options' text beside what became of it.
struct SimulationQuestion {
  ModelOptions text;
  model::System system;
  std::vector<std::string> assumptions;
};

/// The keys of one simulation, the same alone and in each row of a grid.
output::Json row_of(const model::System& system, const model::Simulation& simulation);

output::Json parameters_json(const SimulationQuestion& question);
output::Json timeline_json(const std::vector<model::Event>& timeline);

/// The scalars of the rows, whose keys must all be the same, as CSV with a header; empty where there is no value.
std::string csv_of(const output::Json& rows);

void print_simulation(std::ostream& out, const SimulationQuestion& question, const model::Simulation& simulation);
/// The rows under `axes`, or a map of their regimes.
void print_grid(std::ostream& out, const std::vector<Axis>& axes, const output::Json& rows, bool with_rows);

}  // namespace kickbench::bench::command
