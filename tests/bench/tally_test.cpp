#include "bench/stats/tally.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/bench/made_up.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

using test::half_ns_clock;

std::vector<Nanoseconds> times(std::initializer_list<double> ns) { return {ns.begin(), ns.end()}; }

/// Items one after the other, each produced 30 ticks after the one before.
void record(Latencies& latencies, std::uint64_t item_count, TickSpan own) {
  for (std::uint64_t i = 0; i < item_count; ++i) {
    const TickTime produced{static_cast<std::int64_t>(1000 + 30 * i)};
    latencies.record(i, produced, produced + own);
  }
}

/// All fields set, no two alike. The second slice differs in all of them.
Slice first_slice() {
  Slice slice;
  slice.producer = {.items = 40,
                    .begin = TickTime{100},
                    .end = TickTime{8100},
                    .pace = {.work = TickSpan{4000}, .gaps = 2, .gap_time = TickSpan{800}, .overruns = 3},
                    .counters = {.signals = 4,
                                 .sleeps = 5,
                                 .blocked_waits = 6,
                                 .cancelled_waits = 7,
                                 .spurious_wakeups = 8,
                                 .empty_polls = 9,
                                 .notifying = TickSpan{1000},
                                 .waiting = TickSpan{1200},
                                 .publishing = TickSpan{300},
                                 .arming = TickSpan{400},
                                 .records_dropped = 10,
                                 .early_publishes = 2,
                                 .early_items = 3},
                    .cpu = Nanoseconds(3000),
                    .switches = {.voluntary = 100, .involuntary = 11}};
  slice.consumer = {.items = 50,
                    .begin = TickTime{1000},
                    .end = TickTime{13'000},
                    .pace = {.work = TickSpan{5000}, .gaps = 12, .gap_time = TickSpan{600}, .overruns = 13},
                    .counters = {.signals = 14,
                                 .sleeps = 15,
                                 .blocked_waits = 16,
                                 .cancelled_waits = 17,
                                 .spurious_wakeups = 18,
                                 .empty_polls = 19,
                                 .notifying = TickSpan{2000},
                                 .waiting = TickSpan{2200},
                                 .publishing = TickSpan{500},
                                 .arming = TickSpan{600},
                                 .records_dropped = 20,
                                 .early_publishes = 4,
                                 .early_items = 9},
                    .cpu = Nanoseconds(4000),
                    .switches = {.voluntary = 200, .involuntary = 21}};
  slice.to_consumer = {
      .notify = times({10, 20}), .startup = times({-5, 5}), .items_between = {3, 3, 8}, .watched = 2, .spurious = 1};
  slice.to_producer = {
      .notify = times({30, 50}), .startup = times({70, 90}), .items_between = {6}, .watched = 3, .spurious = 2};
  slice.producer_sleeps = times({1000, 1100});
  slice.consumer_sleeps = times({2000, 2100});
  slice.stops = {.producer_stops = 22,
                 .producer_stops_with_consumer_stopped = 23,
                 .consumer_stops = 24,
                 .consumer_stops_with_producer_stopped = 25};
  record(slice.latencies, 99, TickSpan{20});
  slice.energy = {.joules = host::Fact<double>::known(3), .span = TickSpan{2'000'000}};
  slice.line_before = Nanoseconds(10);
  slice.line_after = Nanoseconds(20);
  return slice;
}

Slice second_slice() {
  Slice slice = first_slice();
  for (SideWindow* side : {&slice.producer, &slice.consumer}) {
    side->items += 10;
    side->end += TickSpan{1000};
    side->pace = {.work = TickSpan{500}, .gaps = 1, .gap_time = TickSpan{100}, .overruns = 2};
    side->counters = {.signals = 3,
                      .sleeps = 4,
                      .blocked_waits = 5,
                      .cancelled_waits = 6,
                      .spurious_wakeups = 7,
                      .empty_polls = 8,
                      .notifying = TickSpan{40},
                      .waiting = TickSpan{60},
                      .publishing = TickSpan{40},
                      .arming = TickSpan{50},
                      .records_dropped = 9,
                      .early_publishes = 1,
                      .early_items = 2};
    side->cpu = Nanoseconds(500);
    side->switches = {.voluntary = 1, .involuntary = 2};
  }
  slice.to_consumer = {
      .notify = times({60}), .startup = times({30}), .items_between = {8, 9}, .watched = 4, .spurious = 2};
  slice.to_producer = {
      .notify = times({10}), .startup = times({20}), .items_between = {6, 7}, .watched = 1, .spurious = 1};
  slice.producer_sleeps = times({3000});
  slice.consumer_sleeps = times({4000});
  slice.stops = {.producer_stops = 1,
                 .producer_stops_with_consumer_stopped = 2,
                 .consumer_stops = 3,
                 .consumer_stops_with_producer_stopped = 4};
  slice.latencies.clear();
  record(slice.latencies, 2, TickSpan{100'000});
  slice.energy = {.joules = host::Fact<double>::known(5), .span = TickSpan{6'000'000}};
  slice.line_before = Nanoseconds(40);
  slice.line_after = Nanoseconds(60);
  return slice;
}

Tally tally_of(std::initializer_list<Slice> slices) {
  Tally tally(half_ns_clock());
  for (const Slice& slice : slices) tally.add(slice);
  return tally;
}

void expect_spread(const std::optional<Spread>& spread, std::uint64_t count, double median_ns, double mean_ns) {
  ASSERT_TRUE(spread);
  EXPECT_EQ(spread->count, count);
  EXPECT_DOUBLE_EQ(spread->median.count(), median_ns);
  EXPECT_DOUBLE_EQ(spread->mean.count(), mean_ns);
}

TEST(Tally, Producer_figures_are_sums_over_its_items) {
  const SideFigures side = tally_of({first_slice(), second_slice()}).figures().producer;
  constexpr double items = 90;
  EXPECT_DOUBLE_EQ(side.ns_per_item.count(), (8000 + 9000) / 2 / items);
  EXPECT_DOUBLE_EQ(side.work->count(), 4500 / 2 / items);
  EXPECT_DOUBLE_EQ(side.waiting->count(), 1260 / 2 / items);
  EXPECT_DOUBLE_EQ(side.notifying.count(), 1040 / 2 / items);
  EXPECT_DOUBLE_EQ(side.cpu.count(), 3500 / items);
  EXPECT_DOUBLE_EQ(side.signals, 7 / items);
  EXPECT_DOUBLE_EQ(side.sleeps, 9 / items);
  EXPECT_DOUBLE_EQ(side.blocked_waits, 11 / items);
  EXPECT_DOUBLE_EQ(side.cancelled_waits, 13 / items);
  EXPECT_DOUBLE_EQ(side.spurious_wakeups, 15 / items);
  EXPECT_DOUBLE_EQ(side.empty_polls, 17 / items);
  EXPECT_DOUBLE_EQ(*side.spurious_signals, 3.0 / 6 * 7 / items);
  EXPECT_DOUBLE_EQ(side.publish_window->count(), 340.0 / 2 / 7);
  EXPECT_DOUBLE_EQ(side.arm_window->count(), 450.0 / 2 / (11 + 13));
  EXPECT_EQ(side.gaps, 3U);
  EXPECT_DOUBLE_EQ(side.gap_share, 900.0 / 17'000);
  EXPECT_EQ(side.overruns, 5U);
  EXPECT_EQ(side.involuntary_switches, 13U);
  EXPECT_EQ(side.records_dropped, 19U);
  EXPECT_DOUBLE_EQ(side.early_publishes + side.early_items, (3 + 5) / items);
  expect_spread(side.notify, 3, 20, 30);   // what kicks cost the producer
  expect_spread(side.startup, 3, 70, 60);  // after interrupts
  expect_spread(side.sleep, 3, 1100, 5100.0 / 3);
}

TEST(Tally, Consumer_figures_are_sums_over_its_items) {
  const SideFigures side = tally_of({first_slice(), second_slice()}).figures().consumer;
  constexpr double items = 110;
  EXPECT_DOUBLE_EQ(side.ns_per_item.count(), (12'000 + 13'000) / 2 / items);
  EXPECT_DOUBLE_EQ(side.work->count(), 5500 / 2 / items);
  EXPECT_DOUBLE_EQ(side.waiting->count(), 2260 / 2 / items);
  EXPECT_DOUBLE_EQ(side.notifying.count(), 2040 / 2 / items);
  EXPECT_DOUBLE_EQ(side.cpu.count(), 4500 / items);
  EXPECT_DOUBLE_EQ(side.signals, 17 / items);
  EXPECT_DOUBLE_EQ(side.sleeps, 19 / items);
  EXPECT_DOUBLE_EQ(side.blocked_waits, 21 / items);
  EXPECT_DOUBLE_EQ(side.cancelled_waits, 23 / items);
  EXPECT_DOUBLE_EQ(side.spurious_wakeups, 25 / items);
  EXPECT_DOUBLE_EQ(side.empty_polls, 27 / items);
  EXPECT_DOUBLE_EQ(*side.spurious_signals, 3.0 / 4 * 17 / items);
  EXPECT_DOUBLE_EQ(side.publish_window->count(), 540.0 / 2 / 17);
  EXPECT_DOUBLE_EQ(side.arm_window->count(), 650.0 / 2 / (21 + 23));
  EXPECT_EQ(side.gaps, 13U);
  EXPECT_DOUBLE_EQ(side.gap_share, 700.0 / 25'000);
  EXPECT_EQ(side.overruns, 15U);
  EXPECT_EQ(side.involuntary_switches, 23U);
  EXPECT_EQ(side.records_dropped, 29U);
  EXPECT_DOUBLE_EQ(side.early_publishes + side.early_items, (5 + 11) / items);
  expect_spread(side.notify, 3, 30, 30);  // what interrupts cost the consumer
  expect_spread(side.startup, 3, 5, 10);  // after kicks, signed
  expect_spread(side.sleep, 3, 2100, 8100.0 / 3);
}

/// A side that blocked ten times in 20 us, of which it had the CPU for 15 us.
Slice blocking_slice() {
  Slice slice;
  slice.consumer.items = 10;
  slice.consumer.end = TickTime{40'000};
  slice.consumer.pace.work = TickSpan{20'000};
  slice.consumer.counters.blocked_waits = 10;
  slice.consumer.counters.notifying = TickSpan{2000};
  slice.consumer.counters.waiting = TickSpan{18'000};
  slice.consumer.cpu = Nanoseconds(15'000);
  return slice;
}

TEST(Tally, The_busy_part_of_a_wait_is_CPU_time_beyond_W_and_N) {
  EXPECT_DOUBLE_EQ(tally_of({blocking_slice()}).figures().consumer.startup_busy->count(), 400);
}

TEST(Tally, The_busy_part_of_a_wait_at_W_0_leaves_out_all_that_was_neither_waiting_nor_N) {
  Slice slice = blocking_slice();
  slice.consumer.pace = {};
  EXPECT_DOUBLE_EQ(tally_of({slice}).figures().consumer.startup_busy->count(), 400);
}

TEST(Tally, The_busy_part_of_a_wait_is_not_known_without_one_or_of_one_that_polls_or_where_gaps_hide_it) {
  EXPECT_FALSE(tally_of({blocking_slice()}).figures().producer.startup_busy);
  Slice polls = blocking_slice();
  polls.consumer.counters.empty_polls = 1;
  EXPECT_FALSE(tally_of({polls}).figures().consumer.startup_busy);
  Slice gaps = blocking_slice();
  gaps.consumer.pace.gap_time = TickSpan{800};
  EXPECT_TRUE(tally_of({gaps}).figures().consumer.startup_busy);
  gaps.consumer.pace.gap_time = TickSpan{801};
  EXPECT_FALSE(tally_of({gaps}).figures().consumer.startup_busy);
  Slice idle = blocking_slice();
  idle.consumer.cpu = Nanoseconds(11'000);
  EXPECT_FALSE(tally_of({idle}).figures().consumer.startup_busy);
}

TEST(Tally, Spurious_signals_are_not_known_where_none_was_watched) {
  Slice slice = blocking_slice();
  EXPECT_EQ(tally_of({slice}).figures().consumer.spurious_signals, 0.0) << "no signals, none spurious";
  slice.consumer.counters.signals = 1;
  EXPECT_FALSE(tally_of({slice}).figures().consumer.spurious_signals);
}

TEST(Tally, Figures_of_the_pair) {
  const Figures figures = tally_of({first_slice(), second_slice()}).figures();
  EXPECT_EQ(figures.slices, 2U);
  EXPECT_EQ(figures.items, 110U);
  EXPECT_EQ(figures.ns_per_item, figures.consumer.ns_per_item);
  EXPECT_EQ(figures.batches_to_consumer, (std::map<std::uint64_t, std::uint64_t>{{3, 2}, {8, 2}, {9, 1}}));
  EXPECT_EQ(figures.batches_to_producer, (std::map<std::uint64_t, std::uint64_t>{{6, 2}, {7, 1}}));
  EXPECT_EQ(figures.stops.producer_stops, 23U);
  EXPECT_EQ(figures.stops.producer_stops_with_consumer_stopped, 25U);
  EXPECT_EQ(figures.stops.consumer_stops, 27U);
  EXPECT_EQ(figures.stops.consumer_stops_with_producer_stopped, 29U);
  EXPECT_EQ(figures.line_transfer_before, Nanoseconds(25));
  EXPECT_EQ(figures.line_transfer_after, Nanoseconds(40));
}

TEST(Tally, Latency_quantiles_are_those_of_all_samples_in_ns) {
  Figures figures = tally_of({first_slice(), second_slice()}).figures();
  EXPECT_EQ(figures.latency_own.samples, 101U);  // 99 of 20 ticks, 2 of 100'000: p99 is the 100th
  ASSERT_TRUE(figures.latency_own.summary);
  EXPECT_EQ(figures.latency_own.summary->p50, Nanoseconds(10));
  EXPECT_NEAR(figures.latency_own.summary->p99.value().count(), 50'000, 50'000 / 64.0);
  figures = tally_of({first_slice()}).figures();
  EXPECT_EQ(figures.latency_own.samples, 99U);
  EXPECT_FALSE(figures.latency_own.summary->p99) << "99 samples are too few";
  Slice two = test::plain_slice(2, 100);
  two.latencies.record(0, {}, TickTime{20});
  two.latencies.record(1, {}, TickTime{100'000});
  EXPECT_EQ(tally_of({two}).figures().latency_own.summary->p50, Nanoseconds(10)) << "the lower of both middles";
}

// The middle of a bucket may lie above all that fell into it.
TEST(Tally, No_latency_quantile_is_above_the_maximum) {
  for (const std::int64_t ticks : {64, 65, 1000, 1024, 100'000, 1 << 20}) {
    Slice slice = test::plain_slice(200, 100);
    for (std::uint64_t i = 0; i < 200; ++i) slice.latencies.record(2 * i, {}, TickTime{ticks});
    const auto summary = tally_of({slice}).figures().latency_own.summary;
    EXPECT_EQ(summary->max, Nanoseconds(static_cast<double>(ticks) / 2));
    EXPECT_LE(summary->p50, summary->max) << ticks;
    EXPECT_LE(summary->p99, summary->max) << ticks;
  }
}

TEST(Tally, Mean_and_maximum_of_both_latencies_are_exact) {
  const Figures figures = tally_of({first_slice(), second_slice()}).figures();
  ASSERT_TRUE(figures.latency_own.summary && figures.latency_service.summary);
  EXPECT_DOUBLE_EQ(figures.latency_own.summary->mean.count(), (99 * 20 + 2 * 100'000) / 2.0 / 101);
  EXPECT_EQ(figures.latency_own.summary->max, Nanoseconds(50'000));
  EXPECT_EQ(figures.latency_service.samples, 99U) << "the first item of each slice has none";
  EXPECT_DOUBLE_EQ(figures.latency_service.summary->mean.count(), (98 * 50 + 100'030) / 2.0 / 99);
  EXPECT_EQ(figures.latency_service.summary->max, Nanoseconds(50'015));
  EXPECT_EQ(figures.latency_service.summary->p50, Nanoseconds(25));
}

TEST(Tally, Busy_is_the_cpu_time_of_both_sides) {
  const Figures figures = tally_of({first_slice(), second_slice()}).figures();
  EXPECT_DOUBLE_EQ(figures.busy.count(), 3500.0 / 90 + 4500.0 / 110);
}

TEST(Tally, Package_power_is_over_the_time_of_all_slices) {
  const Figures figures = tally_of({first_slice(), second_slice()}).figures();
  ASSERT_TRUE(figures.package_watts);
  EXPECT_DOUBLE_EQ(*figures.package_watts, 8 / 4e-3);  // 8 J in 8'000'000 ticks of half a nanosecond
}

TEST(Tally, Package_power_is_unknown_if_it_is_for_one_slice) {
  Slice unread = first_slice();
  unread.energy.joules = host::Fact<double>::unknown("permission denied");
  Tally sum = tally_of({unread});
  sum.add(tally_of({second_slice()}));
  for (const Figures& figures : {tally_of({first_slice(), unread, second_slice()}).figures(), sum.figures()}) {
    EXPECT_FALSE(figures.package_watts);
    EXPECT_EQ(figures.package_watts.reason, "permission denied");
  }
}

TEST(Tally, What_never_occurred_is_none_and_not_zero) {
  const Figures figures = tally_of({test::plain_slice(10, 100)}).figures();
  for (const SideFigures& side : {figures.producer, figures.consumer}) {
    EXPECT_DOUBLE_EQ(side.ns_per_item.count(), 100);
    EXPECT_FALSE(side.work);
    EXPECT_FALSE(side.waiting);
    EXPECT_FALSE(side.notify);
    EXPECT_FALSE(side.startup);
    EXPECT_FALSE(side.sleep);
    EXPECT_EQ(side.gap_share, 0.0);
  }
  EXPECT_FALSE(figures.latency_own.summary);
  EXPECT_FALSE(figures.latency_service.summary);
  EXPECT_FALSE(figures.line_transfer_before);
  EXPECT_FALSE(figures.line_transfer_after);
}

TEST(Tally, A_side_that_is_timed_and_never_waits_waits_for_0) {
  Slice slice = test::plain_slice(10, 100);
  slice.producer.pace.work = TickSpan{2000};       // W > 0
  slice.consumer.counters.waiting = TickSpan{20};  // W = 0, but it blocks
  const Figures figures = tally_of({slice}).figures();
  EXPECT_EQ(figures.producer.waiting, Nanoseconds(0));
  EXPECT_EQ(figures.consumer.waiting, Nanoseconds(1));
  EXPECT_FALSE(figures.consumer.work);
}

TEST(Tally, Is_empty_until_a_slice_is_added) {
  Tally tally(half_ns_clock());
  EXPECT_TRUE(tally.empty());
  EXPECT_EQ(tally.figures().items, 0U);
  EXPECT_EQ(tally.figures().ns_per_item, Nanoseconds(0));
  tally.add(first_slice());
  EXPECT_FALSE(tally.empty());
}

}  // namespace
}  // namespace kickbench::bench
