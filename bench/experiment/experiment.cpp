#include "bench/experiment/experiment.hpp"

#include <algorithm>
#include <cmath>

#include "bench/experiment/rerun.hpp"
#include "bench/experiment/slice_plan.hpp"
#include "bench/host/environment.hpp"

namespace kickbench::bench::experiment {

namespace {

/// Measured time of a slice that settles, at the least.
constexpr Nanoseconds settling_slice_measured{15e6};

}  // namespace

Experiment::Experiment(const scenario::Scenario& scenario, const host::Placement& placement, const host::Clock& clock,
                       Nanoseconds least_settling)
    : clock_(clock), session_(scenario, placement, clock), planner_(scenario) {
  measurement_.scenario = scenario;
  measurement_.placement = placement;
  measurement_.queue_addresses = session_.queue_addresses();
  settle(least_settling);
}

measure::Slice Experiment::run_slice(std::optional<Nanoseconds> measured) {
  return rerun_void(measurement_.void_slices, [&] {
    PlannedSlice slice = planner_.next();
    if (measured) slice.plan.measured = *measured;
    measurement_.warm_up_per_slice = slice.plan.warm_up;
    measurement_.warm_up_capped = slice.warm_up_capped;
    return session_.run(slice.plan);
  });
}

void Experiment::settle(Nanoseconds least) {
  constexpr double steady = 0.03;
  Nanoseconds last{};
  const auto enough = [&] { return measurement_.settled || measurement_.settling_slices >= settling_slices_max; };
  while (!enough() || measurement_.settling_slices * settling_slice_measured < least) {
    const measure::Slice slice = run_slice(settling_slice_measured);
    planner_.learn(slice, clock_);
    const Nanoseconds rate = summary_of(slice, clock_).ns_per_item;
    ++measurement_.settling_slices;
    measurement_.settled = std::abs((rate - last).count()) < steady * rate.count();
    last = rate;
  }
}

void Experiment::add_slice(Repetition& repetition) {
  const host::Fact<std::uint64_t> steal_before = host::read_steal_ticks();
  const measure::Slice slice = run_slice();
  const host::Fact<std::uint64_t> steal_after = host::read_steal_ticks();
  if (!steal_before || !steal_after) {
    repetition.steal_ticks = steal_before ? steal_after : steal_before;
  } else if (repetition.steal_ticks) {
    *repetition.steal_ticks.value += *steal_after - *steal_before;
  }
  repetition.slices.push_back(summary_of(slice, clock_));
  repetition.tallies.try_emplace(repetition.slices.back().line_class, clock_).first->second.add(slice);
}

const Repetition& Experiment::repeat(const scenario::Effort& effort) {
  Repetition repetition;
  const auto now = [this] { return clock_.to_ns(read_ticks() - TickTime{}); };
  const auto keep = [&] {
    repetition.ended = now();
    measurement_.repetitions.push_back(std::move(repetition));
  };
  repetition.began = now();
  try {
    do {
      add_slice(repetition);
    } while (effort.items == 0 ? repetition.measured() < effort.duration : repetition.items() < effort.items);
  } catch (...) {
    repetition.complete = false;
    if (!repetition.slices.empty()) keep();
    throw;
  }
  keep();
  return measurement_.repetitions.back();
}

}  // namespace kickbench::bench::experiment
