// A list of cells in the making: what all of them share is set once, and each is named by what it is.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bench/scenario/scenario.hpp"
#include "model/regime.hpp"

namespace kickbench::bench::suite {

/// One scenario to measure. `intended`: the regime that its parameters were derived for; none for what is not about a
/// regime.
struct Cell {
  std::string name;
  scenario::Scenario scenario;
  std::optional<model::Regime> intended;
};

class CellList {
 public:
  /// `place` is the placement's name.
  CellList(std::string place, host::IdleMode idle) : place_(std::move(place)), idle_(idle) {}

  void add(std::optional<model::Regime> intended, scenario::Scenario scenario) {
    scenario.place = place_;
    scenario.idle = idle_;
    cells_.push_back({.name = name_of(scenario, intended ? model::name_of(*intended) : ""),
                      .scenario = scenario,
                      .intended = intended});
  }

  std::vector<Cell> take() { return std::move(cells_); }

 private:
  std::string place_;
  host::IdleMode idle_;
  std::vector<Cell> cells_;
};

}  // namespace kickbench::bench::suite
