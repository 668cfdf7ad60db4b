// Both conventions of latency: which items have one, and from where to where it counts. On one thread, with made-up
// instants, so that each latency is known.
#include "consumer/latencies.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "consumer/consumer.hpp"
#include "notify/notifier.hpp"
#include "notify/wait/waits.hpp"

namespace kickbench {
namespace {

TEST(Latencies, Own_counts_from_the_items_own_production_and_service_from_the_one_before) {
  Latencies latencies;
  latencies.record(7, {1000}, {1900});
  EXPECT_EQ(latencies.own().sum(), 900U);
  EXPECT_EQ(latencies.service().count(), 0U) << "the first item has none before it";
  latencies.record(8, {1500}, {2200});
  EXPECT_EQ(latencies.own().sum(), 900U + 700);
  EXPECT_EQ(latencies.service().sum(), 1200U);
  EXPECT_EQ(latencies.service().count(), 1U);
}

TEST(Latencies, No_service_latency_reaches_over_an_item_without_a_stamp) {
  Latencies latencies;
  latencies.record(7, {1000}, {1900});
  latencies.record(9, {1500}, {2200});
  EXPECT_EQ(latencies.own().count(), 2U);
  EXPECT_EQ(latencies.service().count(), 0U);
  latencies.record(10, {1600}, {2300});
  EXPECT_EQ(latencies.service().sum(), 800U);
}

TEST(Latencies, A_stream_does_not_go_on_where_the_last_one_ended) {
  Latencies latencies;
  latencies.record(7, {1000}, {1900});
  latencies.clear();
  latencies.record(8, {1500}, {2200});
  EXPECT_EQ(latencies.own().count(), 1U);
  EXPECT_EQ(latencies.service().count(), 0U);
}

TEST(Latencies, The_consumers_stamps_are_taken_back_to_the_producers_clock) {
  Latencies latencies;
  latencies.use_clock_ahead_by({300});
  latencies.record(7, {1000}, {1900});
  latencies.record(8, {1500}, {2200});
  EXPECT_EQ(latencies.own().sum(), 600U + 400);
  EXPECT_EQ(latencies.service().sum(), 900U);
  latencies.use_clock_ahead_by({-50});
  latencies.record(10, {1000}, {1100});
  EXPECT_EQ(latencies.own().sum(), 600U + 400 + 150);
}

TEST(Latencies, Before_the_very_first_item_there_is_none) {
  Latencies latencies;
  latencies.record(0, {1000}, {1900});
  EXPECT_EQ(latencies.service().count(), 0U);
}

TEST(Latencies, Adding_adds_both) {
  Latencies one;
  Latencies other;
  one.record(1, {100}, {200});
  other.record(1, {100}, {150});
  other.record(2, {200}, {250});
  one.add(other);
  EXPECT_EQ(one.own().sum(), 100U + 50 + 50);
  EXPECT_EQ(one.service().sum(), 150U);
}

/// Hands out a list of items.
class ListPort {
 public:
  explicit ListPort(const std::vector<Item>& items) : items_(items.data()) {}

  const Item* take() noexcept { return items_ + next_; }
  void release() noexcept { ++next_; }
  void publish() noexcept {}
  bool ready() noexcept { return true; }
  ArmOutcome arm(std::uint32_t) noexcept { return ArmOutcome::work_pending; }
  void disarm() noexcept {}
  bool peer_wants_notification() noexcept { return false; }
  RingFault fault() const noexcept { return RingFault::none; }

 private:
  const Item* items_;
  std::uint64_t next_ = 0;
};
static_assert(ConsumerPort<ListPort>);

/// Item i is consumed at 1000 (i + 1).
class ListPace {
 public:
  static constexpr bool reads_clock = false;

  void restart(TickTime) noexcept {}
  void end_item() noexcept { now_ += TickSpan{1000}; }
  TickTime end_of_stamped_item() const noexcept { return now_; }
  void exclude(TickSpan) noexcept {}
  TickTime pause() noexcept { return now_; }
  PaceCounters counters() const noexcept { return {}; }

 private:
  TickTime now_;
};

struct Ignore final : MarkListener {
  void on_mark(Mark, std::uint64_t, const PaceCounters&) noexcept override {}
};

Latencies latencies_of(const std::vector<Item>& items) {
  ListPort port(items);
  ListPace pace;
  const StopFlag stop;
  SideRecord own;
  PollWait wait(stop, own);
  NoNotifier nobody;
  SignalCount count;
  Peer<NoNotifier> peer(nobody, count, {}, own);
  Ignore marks;
  Latencies latencies;
  EXPECT_EQ(consume(port, pace, wait, peer, 1, marks, latencies, stop, own), LoopEnd::finished);
  return latencies;
}

constexpr std::uint64_t item_count = 40;

/// A window from item 10 to item 30.
Mark mark_at(std::uint64_t sequence) {
  switch (sequence) {
    case 10:
      return Mark::begin;
    case 30:
      return Mark::end;
    default:
      return sequence == item_count - 1 ? Mark::last : Mark::none;
  }
}

/// The production of item i begins at 990 i, where it carries a stamp.
template <class Stamped>
std::vector<Item> stream(Stamped stamped) {
  std::vector<Item> items;
  for (std::uint64_t i = 0; i < item_count; ++i) {
    const auto production = static_cast<std::int64_t>(990 * i);
    items.push_back({.tag = Item::make_tag(i, mark_at(i)), .stamp = stamped(i) ? production : 0});
  }
  return items;
}

TEST(ConsumedLatencies, Are_of_the_windows_items_and_reach_over_neither_edge) {
  const Latencies latencies = latencies_of(stream([](std::uint64_t) { return true; }));
  // Own: 1000 (i + 1) - 990 i = 1000 + 10 i for items 10 to 29; service: 990 more, and item 10 has none.
  EXPECT_EQ(latencies.own().count(), 20U);
  EXPECT_EQ(latencies.own().sum(), 20U * 1000 + 10 * (10 + 29) * 20 / 2);
  EXPECT_EQ(latencies.own().max(), 1000U + 10 * 29);
  EXPECT_EQ(latencies.service().count(), 19U);
  EXPECT_EQ(latencies.service().sum(), 19U * 1990 + 10 * (11 + 29) * 19 / 2);
  EXPECT_EQ(latencies.service().max(), 1990U + 10 * 29);
}

TEST(ConsumedLatencies, Of_stamped_pairs_the_second_has_a_service_latency) {
  // Pairs 8, 9 (before the window), 16, 17 and 24, 25.
  const Latencies latencies = latencies_of(stream([](std::uint64_t i) { return i > 0 && i % 8 < 2; }));
  EXPECT_EQ(latencies.own().count(), 4U);
  EXPECT_EQ(latencies.own().sum(), 4U * 1000 + 10 * (16 + 17 + 24 + 25));
  EXPECT_EQ(latencies.service().count(), 2U);
  EXPECT_EQ(latencies.service().sum(), 2U * 1990 + 10 * (17 + 25));
}

TEST(ConsumedLatencies, A_pair_that_the_window_cuts_has_no_service_latency) {
  for (const std::uint64_t first : {9U, 29U}) {  // the window begins, or ends, between the two
    const Latencies latencies = latencies_of(stream([&](std::uint64_t i) { return i == first || i == first + 1; }));
    EXPECT_EQ(latencies.own().count(), 1U) << first;
    EXPECT_EQ(latencies.service().count(), 0U) << first;
  }
}

TEST(ConsumedLatencies, Without_stamps_there_are_none) {
  const Latencies latencies = latencies_of(stream([](std::uint64_t) { return false; }));
  EXPECT_EQ(latencies.own().count() + latencies.service().count(), 0U);
}

}  // namespace
}  // namespace kickbench
