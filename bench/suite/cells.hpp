// The cells of the suite: for each operating regime, a scenario whose parameters are such that the regime's
// inequalities hold with a margin. What depends on this host's costs goes in coarse steps, so that names stay what they
// are from run to run: results are compared by name, and a name tells all parameters.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/calibration/calibration.hpp"
#include "bench/scenario/scenario.hpp"
#include "model/regime.hpp"

namespace kickbench::bench {

/// One benchmark. `intended`: the regime that its parameters were derived for; none for what is not about a regime.
struct Cell {
  std::string name;
  Scenario scenario;
  std::optional<model::Regime> intended;
};

enum class Preset { quick, full, strategies };

struct PresetRow {
  Preset preset;
  std::string_view name;
  std::string_view description;
};
std::span<const PresetRow> presets();

/// All cells of a preset, for the notifiers that were calibrated. `place` is the placement's name.
std::vector<Cell> make_cells(Preset preset, const std::vector<std::string>& notifiers, const WakeCosts& costs,
                             const std::string& place, host::IdleMode idle);

}  // namespace kickbench::bench
