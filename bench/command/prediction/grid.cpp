#include "bench/command/prediction/grid.hpp"

#include <algorithm>
#include <array>

#include "bench/scenario/scenario.hpp"

namespace kickbench::bench::command {
namespace {

using model::Sync;

constexpr std::size_t most_points = 40'000;

void check_size(const std::vector<Axis>& axes) {
  std::size_t points = 1;
  for (const Axis& axis : axes) points *= axis.values.size();
  if (points > most_points) {
    throw scenario::UsageError("--vary: the grid has " + std::to_string(points) + " points, and at most " +
                               std::to_string(most_points) + " are allowed: give a smaller COUNT");
  }
}

GridRow row_at(std::vector<double> values, const ModelOptions& options) {
  GridRow row{.values = std::move(values), .question = resolve(options), .answer = {}, .reason = {}};
  try {
    row.answer = ask_model(row.question);
  } catch (const model::DomainError& error) {
    row.reason = "--" + std::string(error.what());
  }
  return row;
}

/// Every combination of the axes from `depth` on.
void add_rows(Grid& grid, std::size_t depth, const std::vector<double>& values, const ModelOptions& options) {
  if (depth == grid.axes.size()) {
    grid.rows.push_back(row_at(values, options));
    return;
  }
  const Axis& axis = grid.axes[depth];
  for (const double value : axis.values) {
    std::vector<double> longer = values;
    longer.push_back(value);
    add_rows(grid, depth + 1, longer, options.with(axis, value));
  }
}

}  // namespace

Grid ask_model_over_grid(const ModelOptions& options) {
  Grid grid{.axes = parse_axes(options.vary), .rows = {}};
  const Question base = resolve(options);
  check_size(grid.axes);
  add_rows(grid, 0, {}, options);
  const bool answered = std::ranges::any_of(grid.rows, [](const GridRow& row) { return row.answer.has_value(); });
  if (!answered) throw scenario::UsageError(grid.rows.front().reason);
  return grid;
}

}  // namespace kickbench::bench::command
