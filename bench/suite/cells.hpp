// The cells of the suite: for each operating regime, scenarios that lie in it. Results are compared by name, and a name
// tells all parameters.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/calibration/wake_costs.hpp"
#include "bench/suite/cell_list.hpp"

namespace kickbench::bench::suite {

enum class Preset { quick, full, strategies };

struct PresetRow {
  Preset preset;
  std::string_view name;
  std::string_view description;
};
std::span<const PresetRow> presets();

/// All cells of a preset, for the notifiers that were calibrated. `place` is the placement's name.
std::vector<Cell> make_cells(Preset preset, const std::vector<std::string>& notifiers,
                             const calibration::WakeCosts& costs, const std::string& place, host::IdleMode idle);

}  // namespace kickbench::bench::suite
