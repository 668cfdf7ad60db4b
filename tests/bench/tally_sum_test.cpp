// Adding tallies is adding their slices: every figure, whatever the grouping.
#include <gtest/gtest.h>

#include <random>

#include "bench/stats/tally.hpp"
#include "tests/bench/made_up.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

/// Random whole numbers in every field: their sums are exact in any order.
class SliceMaker {
 public:
  Slice next() {
    Slice slice;
    slice.producer = window();
    slice.consumer = window();
    slice.to_consumer = notifications();
    slice.to_producer = notifications();
    slice.producer_sleeps = times();
    slice.consumer_sleeps = times();
    slice.stops = {.producer_stops = count(),
                   .producer_stops_with_consumer_stopped = count(),
                   .consumer_stops = count(),
                   .consumer_stops_with_producer_stopped = count()};
    const std::uint64_t item_count = 2 + count();
    for (std::uint64_t i = 0; i < item_count; ++i) {  // after three in a row one carries no stamp
      slice.latencies.record(i + i / 3, TickTime{} + span(), TickTime{10'000} + span());
    }
    slice.energy = {.joules = host::Fact<double>::known(static_cast<double>(count())), .span = TickSpan{1} + span()};
    if (count() % 2 == 0) slice.line_before = Nanoseconds(static_cast<double>(count()));
    if (count() % 2 == 0) slice.line_after = Nanoseconds(static_cast<double>(100 + count()));
    return slice;
  }

 private:
  std::uint64_t count() { return random_() % 100; }
  TickSpan span() { return {static_cast<std::int64_t>(random_() % 10'000)}; }

  std::vector<Nanoseconds> times() {
    std::vector<Nanoseconds> all(count());
    for (Nanoseconds& time : all) time = Nanoseconds(static_cast<double>(count()) - 50);
    return all;
  }

  NotificationFacts notifications() {
    NotificationFacts facts{.notify = times(), .startup = times(), .items_between = {}};
    for (std::uint64_t i = count(); i > 0; --i) facts.items_between.push_back(count());
    facts.spurious = count();
    facts.watched = facts.spurious + count();
    return facts;
  }

  SideWindow window() {
    const TickTime begin{static_cast<std::int64_t>(count())};
    return {.items = count(),
            .begin = begin,
            .end = begin + span(),
            .pace = {.work = span(), .gaps = count(), .gap_time = span(), .overruns = count()},
            .counters = {.signals = count(),
                         .sleeps = count(),
                         .blocked_waits = count(),
                         .cancelled_waits = count(),
                         .spurious_wakeups = count(),
                         .empty_polls = count(),
                         .notifying = span(),
                         .waiting = span(),
                         .publishing = span(),
                         .arming = span(),
                         .records_dropped = count(),
                         .early_publishes = count(),
                         .early_items = count()},
            .cpu = Nanoseconds(static_cast<double>(count())),
            .switches = {.voluntary = count(), .involuntary = count()}};
  }

  std::mt19937_64 random_{7};
};

void expect_same(const std::optional<Spread>& a, const std::optional<Spread>& b) {
  ASSERT_EQ(a.has_value(), b.has_value());
  if (!a) return;
  EXPECT_EQ(a->count, b->count);
  EXPECT_EQ(a->median, b->median);
  EXPECT_EQ(a->mean, b->mean);
  EXPECT_EQ(a->p99, b->p99);
}

void expect_same(const SideFigures& a, const SideFigures& b) {
  EXPECT_EQ(a.ns_per_item, b.ns_per_item);
  EXPECT_EQ(a.work, b.work);
  EXPECT_EQ(a.waiting, b.waiting);
  EXPECT_EQ(a.notifying, b.notifying);
  EXPECT_EQ(a.cpu, b.cpu);
  EXPECT_EQ(a.signals, b.signals);
  EXPECT_EQ(a.sleeps, b.sleeps);
  EXPECT_EQ(a.blocked_waits, b.blocked_waits);
  EXPECT_EQ(a.cancelled_waits, b.cancelled_waits);
  EXPECT_EQ(a.spurious_wakeups, b.spurious_wakeups);
  EXPECT_EQ(a.empty_polls, b.empty_polls);
  expect_same(a.notify, b.notify);
  expect_same(a.startup, b.startup);
  expect_same(a.sleep, b.sleep);
  EXPECT_EQ(a.spurious_signals, b.spurious_signals);
  EXPECT_EQ(a.publish_window, b.publish_window);
  EXPECT_EQ(a.arm_window, b.arm_window);
  EXPECT_EQ(a.startup_busy, b.startup_busy);
  EXPECT_EQ(a.gaps, b.gaps);
  EXPECT_EQ(a.gap_share, b.gap_share);
  EXPECT_EQ(a.overruns, b.overruns);
  EXPECT_EQ(a.involuntary_switches, b.involuntary_switches);
  EXPECT_EQ(a.records_dropped, b.records_dropped);
  EXPECT_EQ(a.early_publishes, b.early_publishes);
  EXPECT_EQ(a.early_items, b.early_items);
}

void expect_same(const LatencyFigures& a, const LatencyFigures& b) {
  EXPECT_EQ(a.samples, b.samples);
  ASSERT_TRUE(a.summary && b.summary);
  EXPECT_EQ(a.summary->mean, b.summary->mean);
  EXPECT_EQ(a.summary->p50, b.summary->p50);
  EXPECT_EQ(a.summary->p99, b.summary->p99);
  EXPECT_EQ(a.summary->max, b.summary->max);
}

void expect_same(const Figures& a, const Figures& b) {
  EXPECT_EQ(a.slices, b.slices);
  EXPECT_EQ(a.items, b.items);
  EXPECT_EQ(a.ns_per_item, b.ns_per_item);
  expect_same(a.producer, b.producer);
  expect_same(a.consumer, b.consumer);
  expect_same(a.latency_own, b.latency_own);
  expect_same(a.latency_service, b.latency_service);
  EXPECT_EQ(a.busy, b.busy);
  EXPECT_EQ(a.package_watts.value, b.package_watts.value);
  EXPECT_EQ(a.batches_to_consumer, b.batches_to_consumer);
  EXPECT_EQ(a.batches_to_producer, b.batches_to_producer);
  EXPECT_EQ(a.stops.producer_stops, b.stops.producer_stops);
  EXPECT_EQ(a.stops.producer_stops_with_consumer_stopped, b.stops.producer_stops_with_consumer_stopped);
  EXPECT_EQ(a.stops.consumer_stops, b.stops.consumer_stops);
  EXPECT_EQ(a.stops.consumer_stops_with_producer_stopped, b.stops.consumer_stops_with_producer_stopped);
  EXPECT_EQ(a.line_transfer_before, b.line_transfer_before);
  EXPECT_EQ(a.line_transfer_after, b.line_transfer_after);
}

TEST(TallySum, Each_side_keeps_the_wakes_that_its_own_notifications_led_to) {
  const auto slice_with = [](double kick_ns, double interrupt_ns) {
    Slice slice = test::plain_slice(10, 100);
    slice.to_consumer.wakes = {{Nanoseconds(kick_ns), Nanoseconds(1)}};
    slice.to_producer.wakes = {{Nanoseconds(interrupt_ns), Nanoseconds(-2)}};
    return slice;
  };
  Tally tally(test::half_ns_clock()), more(test::half_ns_clock());
  tally.add(slice_with(10, 20));
  more.add(slice_with(30, 40));
  tally.add(more);
  const Figures figures = tally.figures();
  ASSERT_EQ(figures.producer.wakes.size(), 2U);
  ASSERT_EQ(figures.consumer.wakes.size(), 2U);
  EXPECT_EQ(figures.producer.wakes[0].notify, Nanoseconds(10));
  EXPECT_EQ(figures.producer.wakes[1].notify, Nanoseconds(30));
  EXPECT_EQ(figures.consumer.wakes[0].notify, Nanoseconds(20));
  EXPECT_EQ(figures.consumer.wakes[1].notify, Nanoseconds(40));
  EXPECT_EQ(figures.consumer.wakes[1].startup, Nanoseconds(-2));
}

TEST(Tally, Adding_tallies_is_adding_their_slices) {
  SliceMaker make;
  for (int group_size = 1; group_size <= 4; ++group_size) {
    Tally one_by_one(test::half_ns_clock());
    Tally in_groups(test::half_ns_clock());
    for (int group = 0; group < 3; ++group) {
      Tally part(test::half_ns_clock());
      for (int i = 0; i < group_size; ++i) {
        const Slice slice = make.next();
        one_by_one.add(slice);
        part.add(slice);
      }
      in_groups.add(part);
    }
    expect_same(in_groups.figures(), one_by_one.figures());
  }
}

TEST(Tally, Adding_an_empty_tally_changes_nothing) {
  SliceMaker make;
  Tally tally(test::half_ns_clock());
  tally.add(make.next());
  const Figures before = tally.figures();
  tally.add(Tally(test::half_ns_clock()));
  expect_same(tally.figures(), before);
}

TEST(Tally, Keeps_a_bounded_number_of_samples_and_counts_all) {
  Slice many = test::plain_slice(300'000, 100);
  many.to_consumer.notify.assign(150'000, Nanoseconds(1));
  many.producer.counters.signals = 150'000;
  Slice more = many;
  more.to_consumer.notify.assign(150'000, Nanoseconds(3));
  Tally one_by_one(test::half_ns_clock());
  Tally in_groups(test::half_ns_clock());
  for (const Slice* slice : {&many, &more}) {
    Tally part(test::half_ns_clock());
    part.add(*slice);
    one_by_one.add(*slice);
    in_groups.add(part);
  }
  for (const Figures& figures : {one_by_one.figures(), in_groups.figures()}) {
    ASSERT_TRUE(figures.producer.notify);
    EXPECT_EQ(figures.producer.notify->count, 300'000U);
    EXPECT_NEAR(figures.producer.notify->mean.count(), 2, 1e-4) << "early and late samples weigh the same";
    EXPECT_DOUBLE_EQ(figures.producer.signals, 0.5);
  }
}

}  // namespace
}  // namespace kickbench::bench
