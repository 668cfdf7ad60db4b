// The grid of `validate`: every cell lies in the regime that it is there for, whatever the host's costs are.
#include "bench/suite/validation_grid.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "bench/suite/regimes.hpp"
#include "tests/bench/made_up_costs.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

using test::costs_with;
using test::notifiers;
using test::regime_of;

std::set<model::Regime> all_of_them() { return {grid_regimes().begin(), grid_regimes().end()}; }

std::vector<Cell> cells_of(Grid grid, const std::set<model::Regime>& regimes, double startup_ns) {
  return make_grid(grid, regimes, notifiers, costs_with(startup_ns), "l3", host::IdleMode::as_is);
}

TEST(ValidationGrid, Every_cell_lies_in_its_regime_on_fast_and_slow_hosts) {
  for (const double startup_ns : {0.0, 200.0, 1100.0, 28'000.0, 90'000.0, 150'000.0, 400'000.0, 3e6}) {
    for (const Cell& cell : cells_of(Grid::full, all_of_them(), startup_ns)) {
      EXPECT_NO_THROW(check(cell.scenario)) << cell.name;
      EXPECT_EQ(regime_of(cell.scenario, startup_ns), *cell.intended) << cell.name << " at " << startup_ns << " ns";
    }
  }
}

TEST(ValidationGrid, A_start_up_twice_as_long_as_calibrated_keeps_the_regime) {
  for (const double startup_ns : {1100.0, 28'000.0, 150'000.0}) {
    for (const Cell& cell : cells_of(Grid::full, all_of_them(), startup_ns)) {
      EXPECT_EQ(regime_of(cell.scenario, 1.9 * startup_ns), *cell.intended) << cell.name << " at " << startup_ns;
    }
  }
}

TEST(ValidationGrid, Sleeps_that_the_kernel_lengthens_keep_the_regime) {
  for (Cell& cell : cells_of(Grid::full, {model::Regime::sFC, model::Regime::sFP, model::Regime::sLS}, 1000)) {
    for (SideScenario* side : {&cell.scenario.producer, &cell.scenario.consumer}) side->sleep += Nanoseconds(90'000);
    EXPECT_EQ(regime_of(cell.scenario, 1000), *cell.intended) << cell.name;
  }
}

TEST(ValidationGrid, Has_several_points_in_every_regime_for_every_notifier) {
  for (const GridRow& row : grids()) {
    std::map<std::pair<model::Regime, std::string>, int> points;
    for (const Cell& cell : cells_of(row.grid, all_of_them(), 20'000)) ++points[{*cell.intended, cell.scenario.kick}];
    for (const model::Regime regime : grid_regimes()) {
      if (needs_notifier_costs(regime)) {
        for (const std::string& notifier : notifiers) EXPECT_GE((points[{regime, notifier}]), 2) << row.name;
      } else {
        EXPECT_GE((points[{regime, "none"}]), 4) << row.name;
      }
    }
  }
}

TEST(ValidationGrid, Points_of_a_regime_differ_in_more_than_one_parameter) {
  for (const model::Regime regime : {model::Regime::FC, model::Regime::FP, model::Regime::SCS, model::Regime::SPS}) {
    std::set<std::uint32_t> thresholds;
    std::set<std::uint32_t> queues;
    for (const Cell& cell : cells_of(Grid::quick, {regime}, 1100)) {
      thresholds.insert(std::max(cell.scenario.producer.notify_threshold, cell.scenario.consumer.notify_threshold));
      queues.insert(cell.scenario.shape.queue_size);
    }
    EXPECT_GE(thresholds.size(), 2U) << model::name_of(regime);
    EXPECT_GE(queues.size(), 2U) << model::name_of(regime);
  }
}

TEST(ValidationGrid, Full_contains_quick_and_a_name_belongs_to_one_cell) {
  std::set<std::string> quick, full;
  const auto names_into = [](std::set<std::string>& names, const std::vector<Cell>& cells) {
    for (const Cell& cell : cells) names.insert(cell.name);
    EXPECT_EQ(names.size(), cells.size());
  };
  names_into(quick, cells_of(Grid::quick, all_of_them(), 20'000));
  names_into(full, cells_of(Grid::full, all_of_them(), 20'000));
  EXPECT_TRUE(std::ranges::includes(full, quick));
  EXPECT_GE(full.size(), 3 * quick.size());
}

TEST(ValidationGrid, A_queue_is_long_enough_for_its_threshold_too) {
  const WakeCosts costs = costs_with(500'000);  // two of which are 500 items, and then 20 more
  const RegimeSetting setting{RingKind::split, notifiers.front(), costs};
  const FastSide sides{.slow_work = Nanoseconds(2000), .fast_work = Nanoseconds(1000), .threshold = 20};
  EXPECT_EQ(fast_consumer(setting, sides).shape.queue_size, 1024U);
  EXPECT_EQ(fast_producer(setting, sides).shape.queue_size, 1024U);
}

TEST(ValidationGrid, Only_what_is_wanted) {
  const auto cells = cells_of(Grid::full, {model::Regime::EQ, model::Regime::BW}, 20'000);
  EXPECT_FALSE(cells.empty());
  for (const Cell& cell : cells) {
    EXPECT_TRUE(cell.intended == model::Regime::EQ || cell.intended == model::Regime::BW) << cell.name;
  }
}

TEST(ValidationGrid, What_notifies_nobody_needs_no_notifier) {
  const auto cells = make_grid(Grid::quick, all_of_them(), {}, WakeCosts(), "l3", host::IdleMode::as_is);
  EXPECT_FALSE(cells.empty());
  for (const Cell& cell : cells) EXPECT_FALSE(needs_notifier_costs(*cell.intended)) << cell.name;
}

}  // namespace
}  // namespace kickbench::bench
