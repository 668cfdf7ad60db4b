// A scenario measured: repetitions of slices, kept apart by the line transfer time, with what disturbed them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bench/experiment/rerun.hpp"
#include "bench/experiment/slice_summary.hpp"
#include "bench/host/clock.hpp"
#include "bench/host/fact.hpp"
#include "bench/host/topology.hpp"
#include "bench/measure/session.hpp"
#include "bench/measure/slice.hpp"
#include "bench/scenario/scenario.hpp"
#include "bench/stats/grade.hpp"
#include "bench/stats/observed.hpp"
#include "bench/stats/quantile.hpp"
#include "bench/stats/simulated.hpp"
#include "bench/stats/tally.hpp"
#include "bench/stats/verdict.hpp"

namespace kickbench::bench::experiment {

/// One repetition: its slices, summed up class by class. Those that moved are a class of their own, which counts only
/// where there is no other.
struct Repetition {
  std::vector<SliceSummary> slices;
  std::map<std::optional<measure::LineClass>, stats::Tally> tallies;
  host::Fact<std::uint64_t> steal_ticks = host::Fact<std::uint64_t>::known(0);  ///< of all CPUs, while slices ran
  Nanoseconds began{};  ///< by the clock, as `ended`: when its first slice began, and its last one ended
  Nanoseconds ended{};
  bool complete = true;  ///< false: it was interrupted or broke; its slices are those that were complete before

  std::uint64_t items() const;
  Nanoseconds measured() const;
};

struct Measurement {
  scenario::Scenario scenario;
  host::Placement placement;
  measure::QueueAddresses queue_addresses;
  Nanoseconds warm_up_per_slice{};    ///< of the last slice: each begins at another phase of the cycle
  bool warm_up_capped = false;        ///< it was not as long as the queue takes to settle
  std::uint32_t settling_slices = 0;  ///< discarded before the first repetition
  bool settled = false;               ///< the last two of them agreed
  VoidSlices void_slices;             ///< run again, by why there was nothing to report of them
  std::vector<Repetition> repetitions;
};

/// What an interval over repetitions is of. Slices that follow each other are alike, so an interval over repetitions
/// that do, too, is narrower than what another run would show: it is called one within the run.
enum class IntervalKind { within_run, interleaved };
std::string_view name_of(IntervalKind kind);

/// Interleaved where between any two repetitions so much time lay, in which others were measured. What a hypervisor or
/// a neighbour does lasts for seconds: docs/measuring.md has how far apart repetitions must be to differ as runs do.
inline constexpr Nanoseconds interleaved_apart{8e9};
IntervalKind interval_kind(const std::vector<Repetition>& repetitions);

/// The headline and what to think of it. Pure over the measurement. A repetition that is not complete counts only where
/// there is no other.
struct Result {
  std::optional<measure::LineClass> line_class;     ///< of the slices that the figures are of
  stats::Figures figures;                           ///< all slices of that class, in all repetitions that count
  std::vector<Nanoseconds> repetition_ns_per_item;  ///< of repetitions that have slices of that class
  Nanoseconds ns_per_item{};                        ///< median of them
  std::optional<stats::MedianInterval> interval;
  IntervalKind interval_kind = IntervalKind::within_run;
  std::uint64_t slices_total = 0;
  std::uint64_t slices_moved = 0;
  std::uint64_t slices_missed = 0;  ///< run again
  VoidSlices void_slices;           ///< the same, by the reason
  stats::ObservedRegime observed;
  stats::PredictionBeside predicted;  ///< closed form, from means
  stats::SimulationBeside simulated;  ///< from distributions
  std::optional<double> producer_residual_pct;
  std::optional<double> consumer_residual_pct;
  std::optional<CounterOffset> counter_offset;  ///< the most certain of the slices; none where both threads share a CPU
  stats::Noise noise;

  bool spoiled() const { return noise.graded.grade == stats::Grade::spoiled; }
};
Result conclude(const Measurement& measurement);

/// What the processor packages, all CPUs of them, used in the time of an item: their mean power times that time.
host::Fact<double> package_joules_per_item(const Result& result);

}  // namespace kickbench::bench::experiment
