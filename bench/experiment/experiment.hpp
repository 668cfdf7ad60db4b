// A scenario under measurement: one repetition of slices after the other.
#pragma once

#include <optional>

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
  /// Sets the session up and lets it run until its rate is steady (at most `settling_slices_max` short slices).
  Experiment(const scenario::Scenario& scenario, const host::Placement& placement, const host::Clock& clock);

  /// Runs one more repetition. Throws Cancelled or BrokenRun; the slices that were complete before are kept as a
  /// repetition that is not complete.
  const Repetition& repeat(const scenario::Effort& effort);

  /// Runs one more slice and adds it to `repetition`, which the caller keeps. Throws likewise.
  void add_slice(Repetition& repetition);

  /// The repetitions that repeat() has run. Those that are not complete come last.
  const Measurement& measurement() const { return measurement_; }
  /// T as the last settling slice had it: good enough to plan with.
  Nanoseconds settled_ns_per_item() const { return settled_ns_per_item_; }

 private:
  static constexpr std::uint32_t settling_slices_max = 5;

  measure::Slice run_slice(std::optional<Nanoseconds> measured = {});
  void settle();

  const host::Clock& clock_;
  measure::Session session_;
  SlicePlanner planner_;
  Measurement measurement_;
  Nanoseconds settled_ns_per_item_{};
};

}  // namespace kickbench::bench::experiment
