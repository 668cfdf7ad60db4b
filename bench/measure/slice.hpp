// The raw facts of one slice: a stretch of about 50 ms between two looks at the line transfer time.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "bench/host/fact.hpp"
#include "bench/host/thread.hpp"
#include "bench/measure/line_probe.hpp"
#include "consumer/latencies.hpp"
#include "model/observed.hpp"
#include "model/wake.hpp"
#include "notify/pace.hpp"
#include "notify/side.hpp"
#include "ring/units.hpp"

namespace kickbench::bench::measure {

/// What one side did within the measured window, by its own marks.
struct SideWindow {
  std::uint64_t items = 0;
  TickTime begin;
  TickTime end;
  PaceCounters pace;
  SideCounters counters;
  Nanoseconds cpu{};                ///< CPU time of the thread
  host::SchedulingCounts switches;  ///< context switches of the thread
};

/// One side's notifications within the window.
struct NotificationFacts {
  std::vector<Nanoseconds> notify;           ///< N of each notification sent
  std::vector<Nanoseconds> startup;          ///< S of each wait of the *peer* that one of them ended, signed
  std::vector<model::Wake> wakes{};          ///< the same, each with its N
  std::vector<std::uint64_t> items_between;  ///< items finished by the sender between one notification and the next
  std::uint64_t watched = 0;   ///< notifications of which it is known whether they ended a wait of the peer
  std::uint64_t spurious = 0;  ///< of these, how many ended none: the peer had gone on by itself
};

using StopFacts = model::StopCounts;

/// What all processor packages used while the slice lasted, its warm-up and cool-down included: the same stream runs
/// through all of it.
struct PackageEnergy {
  host::Fact<double> joules;
  TickSpan span;
};

struct Slice {
  SideWindow producer;
  SideWindow consumer;
  NotificationFacts to_consumer;             ///< notify: N_P; startup: S_C
  NotificationFacts to_producer;             ///< notify: N_C; startup: S_P
  std::vector<Nanoseconds> producer_sleeps;  ///< what each sleep really took
  std::vector<Nanoseconds> consumer_sleeps;
  StopFacts stops;
  Latencies latencies;                     ///< in ticks
  std::optional<Nanoseconds> line_before;  ///< one way; none where both threads share a CPU
  std::optional<Nanoseconds> line_after;
  std::optional<OffsetBounds>
      counter_offset{};  ///< by how much the consumer's counter was ahead of the producer's; in ticks
  WindowCycles cycles{};
  PackageEnergy energy;
};

/// The class of a slice by both of its probes; none if they disagree: the threads moved while it ran.
std::optional<LineClass> class_of(const Slice& slice);

}  // namespace kickbench::bench::measure
