// A scenario under measurement: one repetition of slices after the other.
#pragma once

#include <optional>
#include <utility>

#include "bench/experiment/measurement.hpp"
#include "bench/experiment/slice_plan.hpp"
#include "bench/host/clock.hpp"
#include "bench/host/topology.hpp"
#include "bench/measure/session.hpp"
#include "bench/scenario/scenario.hpp"

namespace kickbench::bench::experiment {

/// A session together with the measurement that it fills, one repetition after the other.
class Experiment {
 public:
  /// Sets the session up and lets it run until its rate is steady (at most `settling_slices_max` short slices), and for
  /// `least_settling` at the least.
  Experiment(const scenario::Scenario& scenario, const host::Placement& placement, const host::Clock& clock,
             Nanoseconds least_settling = {});

  /// Runs one more repetition. Throws Cancelled or BrokenRun; the slices that were complete before are kept as a
  /// repetition that is not complete.
  const Repetition& repeat(const scenario::Effort& effort);

  /// The repetitions that repeat() has run. Those that are not complete come last.
  const Measurement& measurement() const& { return measurement_; }
  Measurement measurement() && { return std::move(measurement_); }

 private:
  static constexpr std::uint32_t settling_slices_max = 5;

  measure::Slice run_slice(std::optional<Nanoseconds> measured = {});
  void settle(Nanoseconds least);
  void add_slice(Repetition& repetition);

  const host::Clock& clock_;
  measure::Session session_;
  SlicePlanner planner_;
  Measurement measurement_;
};

}  // namespace kickbench::bench::experiment
