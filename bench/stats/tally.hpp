// Slices added up: the figures of a repetition, or of all repetitions.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "bench/host/clock.hpp"
#include "bench/measure/slice.hpp"
#include "bench/stats/quantile.hpp"
#include "bench/stats/samples.hpp"
#include "model/distribution.hpp"
#include "model/latency_summary.hpp"
#include "model/wake.hpp"

namespace kickbench::bench::stats {

/// One side's figures. Rates are per item; times of W, N, S as the model defines them.
struct SideFigures {
  Nanoseconds ns_per_item{};           ///< by this side's own window
  std::optional<Nanoseconds> work;     ///< mean W really spent; none at W = 0, where it is not timed
  std::optional<Nanoseconds> waiting;  ///< waiting per item; none where it is not timed (polling at W = 0)
  Nanoseconds notifying{};             ///< in notifications, per item
  Nanoseconds cpu{};                   ///< CPU time per item
  double signals = 0;
  double sleeps = 0;
  double blocked_waits = 0;
  double cancelled_waits = 0;
  double spurious_wakeups = 0;
  double empty_polls = 0;
  double early_publishes = 0;                 ///< of less than a batch
  double early_items = 0;                     ///< published by these
  std::optional<Spread> notify;               ///< N: what this side's notifications cost it
  std::optional<Spread> startup;              ///< S: from the end of the peer's notification to this side's first look
  std::optional<Spread> sleep;                ///< what this side's sleeps really took
  std::optional<double> spurious_signals;     ///< notifications that ended no wait of the peer; none if not known
  std::optional<Nanoseconds> publish_window;  ///< mean from an item's end to the look that found the peer's request
  std::optional<Nanoseconds> arm_window;      ///< mean from this side's request to its second look
  std::optional<Nanoseconds> startup_busy;    ///< CPU time of a blocked wait, from going to sleep to the first look
  std::optional<model::Histogram> notify_distribution;
  std::optional<model::Histogram> startup_distribution;
  std::optional<model::Histogram> sleep_distribution;
  std::vector<model::Wake> wakes;  ///< N of this side, each with the S of the peer that it woke
  Nanoseconds watched{};           ///< the sum of this side's windows
  std::uint64_t gaps = 0;
  double gap_share = 0;  ///< of the time
  std::uint64_t overruns = 0;
  std::uint64_t involuntary_switches = 0;
  std::uint64_t records_dropped = 0;
};

/// Latencies as measured. Mean and maximum are exact; quantiles are within 3 %, and never above the maximum.
struct LatencySpread {
  Nanoseconds mean{};
  Nanoseconds p50{};
  std::optional<Nanoseconds> p99;  ///< none of fewer samples than it needs
  Nanoseconds max{};
};

/// Latency by one convention.
struct LatencyFigures {
  std::uint64_t samples = 0;
  std::optional<LatencySpread> summary;  ///< none without samples
};

struct Figures {
  std::uint64_t slices = 0;
  std::uint64_t items = 0;    ///< as the consumer counted them
  Nanoseconds ns_per_item{};  ///< T, by the consumer's window
  SideFigures producer;
  SideFigures consumer;
  LatencyFigures latency_own;
  LatencyFigures latency_service;
  Nanoseconds busy{};                ///< CPU time of both sides per item
  host::Fact<double> package_watts;  ///< mean power of all processor packages while the slices lasted
  std::map<std::uint64_t, std::uint64_t> batches_to_consumer;  ///< how often each batch was seen
  std::map<std::uint64_t, std::uint64_t> batches_to_producer;
  measure::StopFacts stops;
  std::optional<Nanoseconds> line_transfer_before;  ///< median over the slices, one way
  std::optional<Nanoseconds> line_transfer_after;
};

/// Adds up slices. Sums and counts are of all; quantiles of N, S and sleeps are of evenly spaced samples.
class Tally {
 public:
  explicit Tally(const host::Clock& clock) : clock_(&clock) {}

  void add(const measure::Slice& slice);
  void add(const Tally& other);
  bool empty() const { return slices_ == 0; }
  Figures figures() const;
  /// The figures without what takes sorting: no distribution of N, S or sleeps, and nothing that is said of them.
  Figures rates() const;
  /// T alone, by the consumer's window.
  Nanoseconds ns_per_item() const { return ns_per_item_of(consumer_); }

 private:
  struct Side {
    std::uint64_t items = 0;
    TickSpan span;
    PaceCounters pace;
    SideCounters counters;
    Nanoseconds cpu{};
    std::uint64_t involuntary_switches = 0;
    Samples notify;
    Samples startup;
    Samples sleeps;
    EvenlyKept<model::Wake, 20'000> wakes;
    std::uint64_t signals_watched = 0;
    std::uint64_t signals_spurious = 0;
  };

  void add_energy(const measure::PackageEnergy& more);
  static void add_notifications(Side& sender, Side& woken, const measure::NotificationFacts& facts);
  static void add_window(Side& side, const measure::SideWindow& window);
  static void add_side(Side& side, const Side& other);
  Nanoseconds ns_per_item_of(const Side& side) const;
  SideFigures side_rates(const Side& side) const;
  static void add_distributions(SideFigures& figures, const Side& side);
  std::optional<Nanoseconds> startup_busy_of(const Side& side) const;
  LatencyFigures latency_figures(const LatencyHistogram& histogram) const;

  const host::Clock* clock_;
  std::uint64_t slices_ = 0;
  Side producer_;
  Side consumer_;
  Latencies latencies_;
  measure::PackageEnergy energy_{.joules = host::Fact<double>::known(0), .span = {}};
  std::map<std::uint64_t, std::uint64_t> batches_to_consumer_;
  std::map<std::uint64_t, std::uint64_t> batches_to_producer_;
  measure::StopFacts stops_;
  std::vector<double> line_before_;
  std::vector<double> line_after_;
};

}  // namespace kickbench::bench::stats
