// The suite's cells: names that stay from run to run, parameters that lie in the regime they are named after.
#include "bench/suite/cells.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/bench/made_up_costs.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

using test::costs_with;
using test::notifiers;
using test::regime_of;

std::vector<Cell> cells_with(Preset preset, double startup_ns) {
  return make_cells(preset, notifiers, costs_with(startup_ns), "l3", host::IdleMode::as_is);
}

std::vector<std::string> names_of(const std::vector<Cell>& cells) {
  std::vector<std::string> names;
  for (const Cell& cell : cells) names.push_back(cell.name);
  return names;
}

TEST(Cells, Names_do_not_depend_on_what_was_measured_from_run_to_run) {
  for (const PresetRow& row : presets()) {
    const auto names = names_of(cells_with(row.preset, 20'000));
    // Idle CPUs that poll, that halt, that halt deeply; and a start-up so short that the woken side was still running.
    for (const double startup_ns : {-300.0, 1100.0, 5000.0, 18'000.0, 28'300.0, 63'700.0, 90'000.0}) {
      EXPECT_EQ(names_of(cells_with(row.preset, startup_ns)), names) << row.name << " at " << startup_ns << " ns";
    }
  }
}

TEST(Cells, A_name_belongs_to_one_scenario) {
  for (const PresetRow& row : presets()) {
    const auto names = names_of(cells_with(row.preset, 20'000));
    EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size()) << row.name;
  }
}

TEST(Cells, Lie_in_the_regime_that_they_are_named_after_on_fast_and_slow_hosts) {
  for (const double startup_ns : {200.0, 1100.0, 28'000.0, 90'000.0, 150'000.0, 400'000.0, 3e6}) {
    for (const Cell& cell : cells_with(Preset::full, startup_ns)) {
      EXPECT_NO_THROW(check(cell.scenario)) << cell.name;
      if (!cell.intended) continue;
      EXPECT_EQ(regime_of(cell.scenario, startup_ns), *cell.intended) << cell.name << " at " << startup_ns << " ns";
    }
  }
}

}  // namespace
}  // namespace kickbench::bench
