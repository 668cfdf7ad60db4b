// How long a slice of a scenario warms up, is measured and cools down: in cycles of its regime, from one stop of the
// fast side to the next.
#pragma once

#include <cstdint>
#include <optional>

#include "bench/host/clock.hpp"
#include "bench/measure/session.hpp"
#include "bench/measure/slice.hpp"
#include "bench/scenario/scenario.hpp"
#include "model/parameters.hpp"

namespace kickbench::bench::experiment {

/// Measured time of one slice, at the least.
inline constexpr Nanoseconds slice_measured{45e6};

/// No warm-up is longer: what needs more is measured before it is steady, and says so.
inline constexpr Nanoseconds warm_up_max{5e9};

/// What a regime does in time.
struct RegimeTiming {
  Nanoseconds transient{};         ///< from a cold start until the cycles begin: a queue that must fill first
  Nanoseconds cycle{};             ///< one item, where nobody stops
  bool producer_has_part = false;  ///< it stops or notifies once in each cycle: a window can hold whole cycles
};

/// By the closed form. A W of 0 counts as the little that a ring needs.
RegimeTiming predict_timing(model::Sync sync, model::Parameters parameters);

/// A cycle as it was counted in a slice; none where the slice does not hold whole cycles.
std::optional<Nanoseconds> counted_cycle(const measure::Slice& slice, const host::Clock& clock);

struct PlannedSlice {
  measure::SlicePlan plan;
  bool warm_up_capped = false;
};

/// At least two cycles of warm-up, then whole cycles or at least fifty of them (but for no longer than five times the
/// usual). `phase`, from 0 to 1, is the part of a cycle by which the window begins later. Longer than 60 ms in all
/// where cycles are long: no figure over a part of a cycle means anything.
PlannedSlice plan_slice(const scenario::Scenario& scenario, const RegimeTiming& timing, double phase);

/// Plans one slice of a scenario after the other, each from another phase, by what is known of its cycle so far: at
/// first by what is emulated, then as it is counted, or by N and S as they are measured.
class SlicePlanner {
 public:
  explicit SlicePlanner(const scenario::Scenario& scenario);

  PlannedSlice next();
  void learn(const measure::Slice& slice, const host::Clock& clock);
  const RegimeTiming& timing() const { return timing_; }

 private:
  scenario::Scenario scenario_;
  RegimeTiming timing_;
  std::uint32_t planned_ = 0;
};

}  // namespace kickbench::bench::experiment
