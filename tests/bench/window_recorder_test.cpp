#include "bench/measure/window_recorder.hpp"
#include "tests/bench/names.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <memory>

namespace kickbench::bench {
namespace {

SideCounters counters_times(std::uint64_t factor) {
  const auto ticks = static_cast<std::int64_t>(factor);
  return {.signals = 1 * factor,
          .sleeps = 2 * factor,
          .blocked_waits = 3 * factor,
          .cancelled_waits = 4 * factor,
          .spurious_wakeups = 5 * factor,
          .empty_polls = 6 * factor,
          .notifying = TickSpan{7 * ticks},
          .waiting = TickSpan{8 * ticks},
          .publishing = TickSpan{10 * ticks},
          .arming = TickSpan{11 * ticks},
          .records_dropped = 9 * factor,
          .early_publishes = 12 * factor,
          .early_items = 13 * factor};
}

PaceCounters pace_times(std::uint64_t factor) {
  const auto ticks = static_cast<std::int64_t>(factor);
  return {.work = TickSpan{1 * ticks}, .gaps = 2 * factor, .gap_time = TickSpan{3 * ticks}, .overruns = 4 * factor};
}

TEST(WindowRecorder, A_window_is_what_changed_between_its_marks) {
  const auto side = std::make_unique<SideRecord>();
  std::atomic<std::int64_t> first_begin{0};
  WindowRecorder recorder(*side, first_begin);
  side->counters = counters_times(10);
  const TickTime before = read_ticks();
  recorder.on_mark(Mark::begin, 1000, pace_times(20));
  const TickTime between = read_ticks();
  side->counters = counters_times(13);
  recorder.on_mark(Mark::last, 1234, pace_times(25));
  const SideWindow window = recorder.window();

  EXPECT_EQ(window.items, 234U);
  EXPECT_LE(before, window.begin);
  EXPECT_LE(window.begin, between);
  EXPECT_LE(between, window.end);
  EXPECT_LE(window.end, read_ticks());
  EXPECT_EQ(window.counters.signals, 3U);
  EXPECT_EQ(window.counters.sleeps, 6U);
  EXPECT_EQ(window.counters.blocked_waits, 9U);
  EXPECT_EQ(window.counters.cancelled_waits, 12U);
  EXPECT_EQ(window.counters.spurious_wakeups, 15U);
  EXPECT_EQ(window.counters.empty_polls, 18U);
  EXPECT_EQ(window.counters.notifying, TickSpan{21});
  EXPECT_EQ(window.counters.waiting, TickSpan{24});
  EXPECT_EQ(window.counters.publishing, TickSpan{30});
  EXPECT_EQ(window.counters.arming, TickSpan{33});
  EXPECT_EQ(window.counters.records_dropped, 27U);
  EXPECT_EQ(window.counters.early_publishes, 36U);
  EXPECT_EQ(window.counters.early_items, 39U);
  EXPECT_EQ(window.pace.work, TickSpan{5});
  EXPECT_EQ(window.pace.gaps, 10U);
  EXPECT_EQ(window.pace.gap_time, TickSpan{15});
  EXPECT_EQ(window.pace.overruns, 20U);
}

TEST(WindowRecorder, Cpu_time_and_switches_are_those_of_the_window) {
  const auto side = std::make_unique<SideRecord>();
  std::atomic<std::int64_t> first_begin{0};
  WindowRecorder recorder(*side, first_begin);
  const Nanoseconds cpu_before = host::this_thread_cpu_time();
  const host::SchedulingCounts switches_before = host::this_thread_scheduling();
  recorder.on_mark(Mark::begin, 0, {});
  for (int i = 0; i < 100'000; ++i) asm volatile("");
  recorder.on_mark(Mark::last, 0, {});
  const SideWindow window = recorder.window();
  EXPECT_GT(window.cpu.count(), 0.0);
  EXPECT_LE(window.cpu, host::this_thread_cpu_time() - cpu_before);
  const host::SchedulingCounts switches = host::this_thread_scheduling();
  EXPECT_LE(window.switches.voluntary, switches.voluntary - switches_before.voluntary);
  EXPECT_LE(window.switches.involuntary, switches.involuntary - switches_before.involuntary);
}

// What the warm-up left in the logs would take the room of the window's own records.
TEST(WindowRecorder, The_logs_begin_with_the_window_and_signals_keep_their_numbers) {
  const auto side = std::make_unique<SideRecord>();
  std::atomic<std::int64_t> first_begin{0};
  WindowRecorder recorder(*side, first_begin);
  for (std::int64_t i = 1; i <= 7; ++i) side->signals.push({.begin = {i}, .end = {i}});
  side->waits.push({.begin = {1}, .look = {5}});
  side->counters.signals = 7;
  recorder.on_mark(Mark::begin, 100, {});
  EXPECT_EQ(side->signals.count(), 0U);
  EXPECT_EQ(side->waits.count(), 0U);
  EXPECT_EQ(side->counters.signals, 7U) << "counters go on";
  EXPECT_EQ(side->complete_since, TickTime{first_begin});
  EXPECT_LE(side->complete_since, recorder.window().begin);
  const TickTime later = recorder.window().begin + TickSpan{1};
  side->signals.push({.begin = later, .end = later});
  EXPECT_EQ(side->signal(7), nullptr);
  ASSERT_NE(side->signal(8), nullptr);
  EXPECT_EQ(side->signal(8)->begin, later);
  EXPECT_EQ(side->signal(9), nullptr);
  EXPECT_EQ(side->signal(0), nullptr);
  recorder.on_mark(Mark::end, 200, {});
  EXPECT_EQ(side->signals.count(), 1U) << "the end clears nothing";
  side->clear();
  EXPECT_EQ(side->signals_before, 0U);
  EXPECT_EQ(side->complete_since, TickTime{});
}

TEST(WindowRecorder, The_side_that_opens_later_keeps_what_ended_since_the_other_one_did) {
  const auto side = std::make_unique<SideRecord>();
  std::atomic<std::int64_t> first_begin{500};
  WindowRecorder recorder(*side, first_begin);
  side->signals.push({.begin = {480}, .end = {490}});
  side->signals.push({.begin = {490}, .end = {500}});
  side->signals.push({.begin = {600}, .end = {610}});
  side->waits.push({.begin = {400}, .look = {499}});
  side->waits.push({.begin = {450}, .look = {510}, .signal = 3});
  side->counters.signals = 3;
  recorder.on_mark(Mark::begin, 100, {});
  EXPECT_EQ(first_begin, 500) << "it is the other side's";
  EXPECT_EQ(side->complete_since, TickTime{500});
  ASSERT_EQ(side->signals.count(), 2U);
  EXPECT_EQ(side->signal(1), nullptr);
  ASSERT_NE(side->signal(2), nullptr);
  EXPECT_EQ(side->signal(2)->end, TickTime{500});
  EXPECT_EQ(side->signal(3)->begin, TickTime{600});
  ASSERT_EQ(side->waits.count(), 1U);
  EXPECT_EQ(side->waits[0].signal, 3U) << "it began before, and ended in the other side's window";
}

TEST(WindowRecorder, A_log_that_was_full_before_the_window_is_complete_only_from_there_on) {
  const auto side = std::make_unique<SideRecord>();
  std::atomic<std::int64_t> first_begin{500};
  WindowRecorder recorder(*side, first_begin);
  while (side->waits.push({.begin = {600}, .look = {601}})) {
  }
  side->signals.push({.begin = {600}, .end = {601}});
  side->counters.signals = 9;
  side->counters.records_dropped = 20;
  const TickTime before = read_ticks();
  recorder.on_mark(Mark::begin, 100, {});
  EXPECT_EQ(side->waits.count() + side->signals.count(), 0U);
  EXPECT_GE(side->complete_since, before);
  EXPECT_EQ(side->signals_before, 9U);
  recorder.on_mark(Mark::end, 200, {});
  EXPECT_EQ(recorder.window().counters.records_dropped, 0U) << "what the window lacks is what counts";
}

TEST(WindowRecorder, Is_opened_by_the_begin_of_this_stream_alone) {
  const auto side = std::make_unique<SideRecord>();
  std::atomic<std::int64_t> first_begin{0};
  WindowRecorder recorder(*side, first_begin);
  EXPECT_FALSE(recorder.opened());
  recorder.on_mark(Mark::last, 1, {});
  EXPECT_FALSE(recorder.opened());
  recorder.on_mark(Mark::begin, 1, {});
  EXPECT_TRUE(recorder.opened());
  recorder.reset();
  EXPECT_FALSE(recorder.opened());
}

}  // namespace
}  // namespace kickbench::bench
