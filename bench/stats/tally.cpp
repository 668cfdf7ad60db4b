#include "bench/stats/tally.hpp"

#include <algorithm>

namespace kickbench::bench::stats {
namespace {

void add_stops(measure::StopFacts& sum, const measure::StopFacts& more) {
  sum.producer_stops += more.producer_stops;
  sum.producer_stops_with_consumer_stopped += more.producer_stops_with_consumer_stopped;
  sum.consumer_stops += more.consumer_stops;
  sum.consumer_stops_with_producer_stopped += more.consumer_stops_with_producer_stopped;
}

void add_counts(std::map<std::uint64_t, std::uint64_t>& sum, const std::map<std::uint64_t, std::uint64_t>& more) {
  for (const auto& [value, count] : more) sum[value] += count;
}

void add_counters(SideCounters& sum, const SideCounters& more) {
  sum.signals += more.signals;
  sum.sleeps += more.sleeps;
  sum.blocked_waits += more.blocked_waits;
  sum.cancelled_waits += more.cancelled_waits;
  sum.spurious_wakeups += more.spurious_wakeups;
  sum.empty_polls += more.empty_polls;
  sum.notifying += more.notifying;
  sum.waiting += more.waiting;
  sum.publishing += more.publishing;
  sum.arming += more.arming;
  sum.records_dropped += more.records_dropped;
  sum.early_publishes += more.early_publishes;
  sum.early_items += more.early_items;
}

void add_pace(PaceCounters& sum, const PaceCounters& more) {
  sum.work += more.work;
  sum.gaps += more.gaps;
  sum.gap_time += more.gap_time;
  sum.overruns += more.overruns;
}

std::optional<Nanoseconds> median_ns(const std::vector<double>& samples) {
  const auto value = median(samples);
  return value ? std::optional(Nanoseconds(*value)) : std::nullopt;
}

}  // namespace

void Tally::add_window(Side& side, const measure::SideWindow& window) {
  side.items += window.items;
  side.span += window.end - window.begin;
  add_pace(side.pace, window.pace);
  add_counters(side.counters, window.counters);
  side.cpu += window.cpu;
  side.involuntary_switches += window.switches.involuntary;
}

void Tally::add_notifications(Side& sender, Side& woken, const measure::NotificationFacts& facts) {
  sender.notify.add(facts.notify);
  woken.startup.add(facts.startup);
  sender.wakes.add(facts.wakes);
  sender.signals_watched += facts.watched;
  sender.signals_spurious += facts.spurious;
}

void Tally::add(const measure::Slice& slice) {
  ++slices_;
  add_window(producer_, slice.producer);
  add_window(consumer_, slice.consumer);
  add_notifications(producer_, consumer_, slice.to_consumer);
  add_notifications(consumer_, producer_, slice.to_producer);
  producer_.sleeps.add(slice.producer_sleeps);
  consumer_.sleeps.add(slice.consumer_sleeps);
  for (const std::uint64_t batch : slice.to_consumer.items_between) ++batches_to_consumer_[batch];
  for (const std::uint64_t batch : slice.to_producer.items_between) ++batches_to_producer_[batch];
  latencies_.add(slice.latencies);
  add_energy(slice.energy);
  add_stops(stops_, slice.stops);
  if (slice.line_before) line_before_.push_back(slice.line_before->count());
  if (slice.line_after) line_after_.push_back(slice.line_after->count());
}

void Tally::add_side(Side& side, const Side& other) {
  side.items += other.items;
  side.span += other.span;
  add_pace(side.pace, other.pace);
  add_counters(side.counters, other.counters);
  side.cpu += other.cpu;
  side.involuntary_switches += other.involuntary_switches;
  side.notify.add(other.notify);
  side.startup.add(other.startup);
  side.sleeps.add(other.sleeps);
  side.wakes.add(other.wakes);
  side.signals_watched += other.signals_watched;
  side.signals_spurious += other.signals_spurious;
}

void Tally::add(const Tally& other) {
  slices_ += other.slices_;
  add_side(producer_, other.producer_);
  add_side(consumer_, other.consumer_);
  latencies_.add(other.latencies_);
  add_energy(other.energy_);
  add_counts(batches_to_consumer_, other.batches_to_consumer_);
  add_counts(batches_to_producer_, other.batches_to_producer_);
  add_stops(stops_, other.stops_);
  line_before_.insert(line_before_.end(), other.line_before_.begin(), other.line_before_.end());
  line_after_.insert(line_after_.end(), other.line_after_.begin(), other.line_after_.end());
}

Nanoseconds Tally::ns_per_item_of(const Side& side) const {
  return clock_->to_ns(side.span) / static_cast<double>(std::max<std::uint64_t>(side.items, 1));
}

/// What of its CPU time is neither W nor N, per blocked wait. A gap may have been CPU time or not: where that would
/// make a difference, and where a side polls before it blocks, it is not known.
std::optional<Nanoseconds> Tally::startup_busy_of(const Side& side) const {
  constexpr double gaps_that_matter = 0.1;
  if (side.counters.blocked_waits == 0 || side.counters.empty_polls > 0) return std::nullopt;
  const bool timed = side.pace.work > TickSpan{};
  const TickSpan work = timed ? side.pace.work : side.span - side.counters.waiting - side.counters.notifying;
  const Nanoseconds busy = side.cpu - clock_->to_ns(work + side.counters.notifying);
  if (busy <= Nanoseconds(0) || clock_->to_ns(side.pace.gap_time) > gaps_that_matter * busy) return std::nullopt;
  return busy / static_cast<double>(side.counters.blocked_waits);
}

SideFigures Tally::side_rates(const Side& side) const {
  const auto items = static_cast<double>(std::max<std::uint64_t>(side.items, 1));
  const auto per_item = [&](TickSpan span) { return clock_->to_ns(span) / items; };
  const auto rate = [&](std::uint64_t count) { return static_cast<double>(count) / items; };
  const SideCounters& counters = side.counters;
  SideFigures figures;
  figures.ns_per_item = ns_per_item_of(side);
  if (side.pace.work > TickSpan{}) figures.work = per_item(side.pace.work);
  if (counters.waiting > TickSpan{} || figures.work) figures.waiting = per_item(counters.waiting);
  figures.notifying = per_item(counters.notifying);
  figures.cpu = side.cpu / items;
  figures.signals = rate(counters.signals);
  figures.sleeps = rate(counters.sleeps);
  figures.blocked_waits = rate(counters.blocked_waits);
  figures.cancelled_waits = rate(counters.cancelled_waits);
  figures.spurious_wakeups = rate(counters.spurious_wakeups);
  figures.empty_polls = rate(counters.empty_polls);
  figures.early_publishes = rate(counters.early_publishes);
  figures.early_items = rate(counters.early_items);
  figures.startup_busy = startup_busy_of(side);
  const auto mean = [&](TickSpan total, std::uint64_t count) {
    return total > TickSpan{} ? std::optional(clock_->to_ns(total) / static_cast<double>(count)) : std::nullopt;
  };
  figures.publish_window = mean(counters.publishing, counters.signals);
  figures.arm_window = mean(counters.arming, counters.blocked_waits + counters.cancelled_waits);
  if (side.signals_watched > 0) {
    const auto share = static_cast<double>(side.signals_spurious) / static_cast<double>(side.signals_watched);
    figures.spurious_signals = share * figures.signals;
  } else if (counters.signals == 0) {
    figures.spurious_signals = 0;
  }
  figures.watched = clock_->to_ns(side.span);
  figures.gaps = side.pace.gaps;
  if (side.span > TickSpan{}) {
    figures.gap_share = static_cast<double>(side.pace.gap_time.count) / static_cast<double>(side.span.count);
  }
  figures.overruns = side.pace.overruns;
  figures.involuntary_switches = side.involuntary_switches;
  figures.records_dropped = counters.records_dropped;
  return figures;
}

void Tally::add_distributions(SideFigures& figures, const Side& side) {
  figures.notify = side.notify.spread();
  figures.startup = side.startup.spread();
  figures.sleep = side.sleeps.spread();
  figures.notify_distribution = side.notify.histogram();
  figures.startup_distribution = side.startup.histogram();
  figures.sleep_distribution = side.sleeps.histogram();
  figures.wakes = side.wakes.kept();
}

LatencyFigures Tally::latency_figures(const LatencyHistogram& histogram) const {
  LatencyFigures figures{.samples = histogram.count(), .summary = std::nullopt};
  if (figures.samples == 0) return figures;
  const auto samples = static_cast<double>(figures.samples);
  const auto ns = [&](double ticks) { return Nanoseconds(ticks / clock_->ticks_per_ns()); };
  const auto max = static_cast<double>(histogram.max());
  const auto quantile = [&](double p) {
    const auto wanted = static_cast<std::uint64_t>(p * (samples - 1));
    std::size_t bucket = 0;
    for (std::uint64_t seen = histogram.count_at(0); seen <= wanted; seen += histogram.count_at(bucket)) ++bucket;
    return ns(std::min(LatencyHistogram::middle_of(bucket), max));
  };
  figures.summary = {.mean = ns(static_cast<double>(histogram.sum()) / samples),
                     .p50 = quantile(0.5),
                     .p99 = std::nullopt,
                     .max = ns(max)};
  if (figures.samples >= samples_needed(0.99)) figures.summary->p99 = quantile(0.99);
  return figures;
}

void Tally::add_energy(const measure::PackageEnergy& more) {
  energy_.span += more.span;
  if (energy_.joules && more.joules) {
    *energy_.joules.value += *more.joules;
  } else if (energy_.joules) {
    energy_.joules = more.joules;
  }
}

Figures Tally::figures() const {
  Figures figures = rates();
  add_distributions(figures.producer, producer_);
  add_distributions(figures.consumer, consumer_);
  return figures;
}

Figures Tally::rates() const {
  Figures figures;
  figures.slices = slices_;
  figures.items = consumer_.items;
  figures.producer = side_rates(producer_);
  figures.consumer = side_rates(consumer_);
  figures.ns_per_item = figures.consumer.ns_per_item;
  figures.busy = figures.producer.cpu + figures.consumer.cpu;
  figures.latency_own = latency_figures(latencies_.own());
  figures.latency_service = latency_figures(latencies_.service());
  if (energy_.joules && energy_.span > TickSpan{}) {
    figures.package_watts = host::Fact<double>::known(*energy_.joules / (clock_->to_ns(energy_.span).count() * 1e-9));
  } else {
    figures.package_watts.reason = energy_.joules.reason;
  }
  figures.batches_to_consumer = batches_to_consumer_;
  figures.batches_to_producer = batches_to_producer_;
  figures.stops = stops_;
  figures.line_transfer_before = median_ns(line_before_);
  figures.line_transfer_after = median_ns(line_after_);
  return figures;
}

}  // namespace kickbench::bench::stats
