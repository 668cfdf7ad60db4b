// Every ring with every notifier and every way to wait, in one process and in two: items are conserved (run() throws if
// not), and what the two threads counted independently of each other agrees.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <ostream>

#include "notify/notifier.hpp"
#include "tests/bench/live.hpp"
#include "tests/bench/made_up.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

struct Cell {
  RingKind ring;
  std::string notifier;
  WaitKindRow wait;
  bool processes;

  std::string name() const {
    std::string name =
        std::string(name_of(ring)) + "_" + notifier + "_" + std::string(wait.name) + (processes ? "_processes" : "");
    std::ranges::replace(name, '-', '_');
    return name;
  }
};

void PrintTo(const Cell& cell, std::ostream* out) { *out << cell.name(); }

std::vector<Cell> all_cells() {
  std::vector<Cell> cells;
  for (const RingKind ring : ring_kinds) {
    for (const NotifierKind& notifier : notifier_kinds()) {
      for (const WaitKindRow& wait : wait_kinds) {
        if (wait.needs_notifier && notifier.name == "none") continue;
        cells.push_back({ring, std::string(notifier.name), wait, false});
        // A process of its own changes how a side is woken, not how it polls or sleeps.
        if (wait.kind == WaitKind::block) cells.push_back({ring, std::string(notifier.name), wait, true});
      }
    }
  }
  return cells;
}

bool needs_notifier(WaitKind wait) { return std::ranges::find(wait_kinds, wait, &WaitKindRow::kind)->needs_notifier; }

class SessionMatrix : public test::TwoCpus, public testing::WithParamInterface<Cell> {
 protected:
  void SetUp() override {
    TwoCpus::SetUp();
    const std::string reason = test::unavailable_reason(GetParam().notifier);
    if (!reason.empty()) GTEST_SKIP() << GetParam().notifier << ": " << reason;
  }

  static Scenario scenario(double wp_ns, double wc_ns) {
    Scenario scenario = test::scenario_of(GetParam().wait.kind, wp_ns, wc_ns);
    scenario.ring = GetParam().ring;
    scenario.shape.queue_size = 64;
    scenario.processes = GetParam().processes;
    scenario.kick = scenario.interrupt = GetParam().notifier;
    if (GetParam().wait.kind == WaitKind::sleep)
      scenario.producer.sleep = scenario.consumer.sleep = Nanoseconds(20'000);
    return scenario;
  }

  // Without a ring no item waits for the consumer, which must have a CPU at some time in the slice.
  static SlicePlan plan() {
    return {.warm_up = Nanoseconds(1e6), .measured = Nanoseconds(GetParam().ring == RingKind::null ? 40e6 : 6e6)};
  }
};

/// What a side sent, by its counters and by its record.
void expect_notifications_agree(const NotificationFacts& sent, const SideWindow& sender) {
  EXPECT_EQ(sent.notify.size(), sender.counters.signals);
  EXPECT_EQ(sent.items_between.size(), std::max<std::uint64_t>(sender.counters.signals, 1) - 1);
  const auto between = std::accumulate(sent.items_between.begin(), sent.items_between.end(), std::uint64_t{0});
  EXPECT_LE(between, sender.items);
  EXPECT_LE(sender.counters.signals, sender.items) << "asked once an item";
  EXPECT_LE(sent.startup.size(), sent.notify.size()) << "a notification ends one wait at most";
  const auto total = std::accumulate(sent.notify.begin(), sent.notify.end(), Nanoseconds(0));
  EXPECT_NEAR(total.count(), test::live_clock().to_ns(sender.counters.notifying).count(), 1e-6 * total.count() + 1e-3);
}

void expect_side_agrees(const SideScenario& scenario, const SideWindow& side) {
  const TickSpan span = test::span_of(side);
  EXPECT_GT(side.items, 0U);
  EXPECT_GT(side.cpu.count(), 0.0);
  const SideCounters& counters = side.counters;
  const TickSpan accounted = side.pace.work + side.pace.gap_time + counters.notifying + counters.waiting;
  EXPECT_LE(accounted, span) << "no instant is counted twice";
  if (scenario.work > Nanoseconds(0)) {
    EXPECT_GT(side.pace.work, TickSpan{});
  } else {
    EXPECT_EQ(side.pace.work, TickSpan{}) << "no clock is read at W = 0";
  }
  if (scenario.wait != WaitKind::sleep) {
    EXPECT_EQ(counters.sleeps, 0U);
  }
  if (scenario.wait == WaitKind::poll || scenario.wait == WaitKind::sleep) {
    EXPECT_EQ(counters.blocked_waits, 0U);
    EXPECT_EQ(counters.cancelled_waits, 0U);
  }
  EXPECT_LE(counters.spurious_wakeups, counters.blocked_waits);
}

void expect_sleeps_agree(const std::vector<Nanoseconds>& sleeps, const SideScenario& scenario, const SideWindow& side) {
  EXPECT_EQ(sleeps.size(), side.counters.sleeps);
  for (const Nanoseconds sleep : sleeps) EXPECT_GE(sleep, 0.99 * scenario.sleep) << "the kernel sleeps no less";
}

void expect_stops_agree(const Slice& slice) {
  const SideCounters& counters = slice.producer.counters;
  EXPECT_EQ(slice.stops.producer_stops, counters.blocked_waits - counters.spurious_wakeups + counters.sleeps);
  EXPECT_LE(slice.stops.producer_stops_with_consumer_stopped, slice.stops.producer_stops);
  EXPECT_LE(slice.stops.consumer_stops_with_producer_stopped, slice.stops.consumer_stops);
}

void expect_null_ring_is_silent(const Slice& slice) {
  for (const SideWindow& side : {slice.producer, slice.consumer}) {
    EXPECT_EQ(side.counters.signals, 0U);
    EXPECT_EQ(side.counters.blocked_waits + side.counters.sleeps + side.counters.empty_polls, 0U);
  }
}

void expect_agreement(const Scenario& scenario, const SlicePlan& plan, const Slice& slice) {
  expect_side_agrees(scenario.producer, slice.producer);
  expect_side_agrees(scenario.consumer, slice.consumer);
  EXPECT_GE(test::span_of(slice.producer), test::live_clock().to_ticks(plan.measured));
  ASSERT_EQ(slice.producer.counters.records_dropped, 0U);
  ASSERT_EQ(slice.consumer.counters.records_dropped, 0U);
  expect_notifications_agree(slice.to_consumer, slice.producer);
  expect_notifications_agree(slice.to_producer, slice.consumer);
  expect_sleeps_agree(slice.producer_sleeps, scenario.producer, slice.producer);
  expect_sleeps_agree(slice.consumer_sleeps, scenario.consumer, slice.consumer);
  expect_stops_agree(slice);
  ASSERT_TRUE(slice.line_before);
  ASSERT_TRUE(slice.line_after);
  EXPECT_GT(*slice.line_before, Nanoseconds(0));
  EXPECT_GT(*slice.line_after, Nanoseconds(0));
  if (scenario.ring == RingKind::null) {
    expect_null_ring_is_silent(slice);
  } else {
    EXPECT_EQ(slice.producer.items, slice.consumer.items);
  }
  if (scenario.kick == "none" || !needs_notifier(scenario.consumer.wait)) {
    EXPECT_EQ(slice.producer.counters.signals, 0U) << "nobody armed";
    EXPECT_EQ(slice.consumer.counters.signals, 0U) << "nobody armed";
  }
}

TEST_P(SessionMatrix, Conserves_items_and_counts_consistently) {
  for (const auto& [wp_ns, wc_ns] : {std::pair(0.0, 0.0), std::pair(2000.0, 500.0), std::pair(500.0, 2000.0)}) {
    SCOPED_TRACE("W_P " + std::to_string(wp_ns) + ", W_C " + std::to_string(wc_ns));
    const Scenario cell = scenario(wp_ns, wc_ns);
    check(cell);
    Session session(cell, placement_, test::live_clock());
    for (int slice = 0; slice < 2; ++slice) expect_agreement(cell, plan(), session.run(plan()));
  }
}

INSTANTIATE_TEST_SUITE_P(All, SessionMatrix, testing::ValuesIn(all_cells()),
                         [](const auto& cell) { return cell.param.name(); });

}  // namespace
}  // namespace kickbench::bench
