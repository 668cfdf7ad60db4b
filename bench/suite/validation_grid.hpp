// The grid that `validate` measures: several points in every operating regime, each by a notifier and a placement, or
// by a placement alone where nobody is notified. docs/validation.md states it.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/calibration/wake_costs.hpp"
#include "bench/suite/cell_list.hpp"
#include "model/regime.hpp"

namespace kickbench::bench::suite {

enum class Grid { quick, full };  ///< full contains quick

struct GridRow {
  Grid grid;
  std::string_view name;
  std::string_view description;
};
std::span<const GridRow> grids();

/// The regimes that it has cells of, in the order in which it goes through them. Without NL, which needs a negative S.
std::span<const model::Regime> grid_regimes();

/// True where a regime's parameters are derived from what notifiers cost.
bool needs_notifier_costs(model::Regime regime);

/// The cells of `regimes`, for the notifiers that were calibrated. `place` is the placement's name.
std::vector<Cell> make_grid(Grid grid, const std::set<model::Regime>& regimes,
                            const std::vector<std::string>& notifiers, const calibration::WakeCosts& costs,
                            const std::string& place, host::IdleMode idle);

}  // namespace kickbench::bench::suite
