#include "bench/suite/validation_grid.hpp"

#include <array>

#include "bench/suite/regimes.hpp"

namespace kickbench::bench::suite {
namespace {

using enum model::Regime;
using namespace std::chrono_literals;

// Each table begins with the points of the quick grid, so that the full grid contains it.
template <class Point>
struct Points {
  std::span<const Point> all;
  std::size_t quick_count;

  std::span<const Point> of(Grid grid) const { return grid == Grid::quick ? all.first(quick_count) : all; }
};

// FC, and mirrored FP. W of the two sides close together and far apart, thresholds, queues longer than they need to be.
constexpr std::array fast_side{
    FastSide{2us, 1800ns},        FastSide{2us, 1us, 8}, FastSide{10us, 2us, 1, 1024}, FastSide{1us, 900ns},
    FastSide{1us, 500ns},         FastSide{1us, 100ns},  FastSide{2us, 1900ns},        FastSide{2us, 1us},
    FastSide{2us, 1us, 32, 1024}, FastSide{2us, 200ns},  FastSide{5us, 4500ns},        FastSide{5us, 2500ns},
    FastSide{5us, 500ns},         FastSide{10us, 9us},   FastSide{10us, 5us, 8},       FastSide{10us, 1us},
};
constexpr Points<FastSide> fast_sides{fast_side, 3};

struct Lockstep {
  Nanoseconds work;
  std::uint32_t threshold = 1;
};
constexpr std::array lockstep_points{Lockstep{2us}, Lockstep{5us, 8}, Lockstep{1us},    Lockstep{1us, 8},
                                     Lockstep{5us}, Lockstep{10us},   Lockstep{10us, 8}};
constexpr Points<Lockstep> locksteps{lockstep_points, 2};

// SCS, and mirrored SPS.
constexpr std::array slow_startup_points{SlowStartup{256, 0.5},      SlowStartup{64, 0.4, 16}, SlowStartup{256, 0.35},
                                         SlowStartup{256, 0.5, 16},  SlowStartup{64, 0.5},     SlowStartup{64, 0.4},
                                         SlowStartup{256, 0.35, 16}, SlowStartup{64, 0.5, 16}};
constexpr Points<SlowStartup> slow_startups{slow_startup_points, 2};

struct SlowBoth {
  std::uint32_t queue_size;
  Nanoseconds wp;
  Nanoseconds wc;
  std::uint32_t threshold = 1;
};
constexpr std::array slow_both_points{
    SlowBoth{8, 2us, 1600ns}, SlowBoth{32, 1us, 3us},   SlowBoth{16, 2us, 2500ns, 4}, SlowBoth{8, 2us, 1600ns, 4},
    SlowBoth{8, 1us, 3us},    SlowBoth{8, 1us, 3us, 4}, SlowBoth{32, 2us, 1600ns, 4}, SlowBoth{64, 3us, 1us}};
constexpr Points<SlowBoth> slow_boths{slow_both_points, 3};

// W of the slower and of the faster side, and how long each sleeps. sFC and sFP: the faster side's sleep is at most
// (L-1) W_slow - W_fast, with room for what the kernel adds to it. sLS: beyond.
struct Sleeping {
  std::uint32_t queue_size;
  Nanoseconds slow_work;
  Nanoseconds fast_work;
  Nanoseconds slow_sleep;
  Nanoseconds fast_sleep;
};
constexpr std::array hidden_sleep_points{
    Sleeping{256, 2us, 1us, 20us, 20us},      Sleeping{256, 2us, 1us, 100us, 100us},
    Sleeping{256, 2us, 1800ns, 100us, 100us}, Sleeping{1024, 5us, 1us, 1ms, 1ms},
    Sleeping{256, 2us, 1us, 500us, 200us},    Sleeping{256, 10us, 1us, 1ms, 1ms},
    Sleeping{1024, 2us, 1us, 50us, 500us},    Sleeping{1024, 2us, 200ns, 1ms, 1ms}};
constexpr Points<Sleeping> hidden_sleeps{hidden_sleep_points, 4};
constexpr std::array long_sleep_points{Sleeping{64, 2us, 1us, 300us, 300us},    Sleeping{64, 2us, 1us, 1ms, 1ms},
                                       Sleeping{128, 2us, 1us, 100us, 500us},   Sleeping{64, 5us, 4us, 500us, 500us},
                                       Sleeping{64, 2us, 1800ns, 300us, 300us}, Sleeping{64, 2us, 200ns, 300us, 300us},
                                       Sleeping{32, 10us, 5us, 500us, 500us},   Sleeping{128, 2us, 1us, 1ms, 400us}};
constexpr Points<Sleeping> long_sleeps{long_sleep_points, 4};

constexpr std::array polling_points{std::pair(2us, 1us),  std::pair(1us, 2us), std::pair(2us, 2us),
                                    std::pair(10us, 5us), std::pair(1us, 1us), std::pair(5us, 10us)};
constexpr Points<std::pair<std::chrono::microseconds, std::chrono::microseconds>> pollings{polling_points, 4};

constexpr std::array regimes{FC, FP, SCS, SPS, SS, EQ, sFC, sFP, sLS, BW};

scenario::Scenario sleeping(const Sleeping& s, bool slow_producer) {
  scenario::Scenario scenario =
      waiting(base(scenario::RingKind::split, "none", s.queue_size, s.slow_work, s.fast_work), WaitKind::sleep);
  scenario.producer.sleep = s.slow_sleep;
  scenario.consumer.sleep = s.fast_sleep;
  if (!slow_producer) std::swap(scenario.producer, scenario.consumer);
  return scenario;
}

/// Cells of a regime of notification, by one notifier.
void add_notifying(CellList& list, Grid grid, model::Regime regime, const RegimeSetting& setting) {
  const auto add = [&](const auto& points, const auto& scenario_of) {
    for (const auto& point : points.of(grid)) list.add(regime, scenario_of(point));
  };
  switch (regime) {
    case FC:
      return add(fast_sides, [&](const FastSide& sides) { return fast_consumer(setting, sides); });
    case FP:
      return add(fast_sides, [&](const FastSide& sides) { return fast_producer(setting, sides); });
    case SCS:
      return add(slow_startups, [&](const SlowStartup& s) { return slow_consumer_startup(setting, s); });
    case SPS:
      return add(slow_startups, [&](const SlowStartup& s) { return slow_producer_startup(setting, s); });
    case SS:
      return add(slow_boths,
                 [&](const SlowBoth& s) { return slow_both(setting, s.queue_size, s.wp, s.wc, s.threshold); });
    default:
      return add(locksteps, [&](const Lockstep& s) { return lockstep(setting, s.work, s.threshold); });
  }
}

/// Cells of a regime in which nobody is notified.
void add_silent(CellList& list, Grid grid, model::Regime regime) {
  if (regime == BW) {
    for (const auto& [wp, wc] : pollings.of(grid)) list.add(BW, polling(scenario::RingKind::split, wp, wc));
    return;
  }
  if (regime == sLS) {
    bool slow_producer = true;  // in turn
    for (const Sleeping& point : long_sleeps.of(grid)) {
      list.add(sLS, sleeping(point, slow_producer));
      slow_producer = !slow_producer;
    }
    return;
  }
  for (const Sleeping& point : hidden_sleeps.of(grid)) list.add(regime, sleeping(point, regime == sFC));
}

constexpr std::array grid_rows{
    GridRow{Grid::quick, "quick", "every regime, two to four points each; about two seconds a cell"},
    GridRow{Grid::full, "full", "the same and several times as many points"},
};

}  // namespace

std::span<const GridRow> grids() { return grid_rows; }

std::span<const model::Regime> grid_regimes() { return regimes; }

bool needs_notifier_costs(model::Regime regime) {
  return regime != BW && regime != sFC && regime != sFP && regime != sLS;
}

std::vector<Cell> make_grid(Grid grid, const std::set<model::Regime>& wanted, const std::vector<std::string>& notifiers,
                            const calibration::WakeCosts& costs, const std::string& place, host::IdleMode idle) {
  CellList list(place, idle);
  for (const model::Regime regime : regimes) {
    if (!wanted.contains(regime)) continue;
    if (!needs_notifier_costs(regime)) {
      add_silent(list, grid, regime);
      continue;
    }
    for (const std::string& notifier : notifiers) {
      add_notifying(list, grid, regime, {scenario::RingKind::split, notifier, costs});
    }
  }
  return list.take();
}

}  // namespace kickbench::bench::suite
