#include "bench/measure/window_recorder.hpp"
#include "tests/bench/names.hpp"

#include <gtest/gtest.h>

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
          .records_dropped = 9 * factor};
}

PaceCounters pace_times(std::uint64_t factor) {
  const auto ticks = static_cast<std::int64_t>(factor);
  return {.work = TickSpan{1 * ticks}, .gaps = 2 * factor, .gap_time = TickSpan{3 * ticks}, .overruns = 4 * factor};
}

TEST(WindowRecorder, A_window_is_what_changed_between_its_marks) {
  const auto side = std::make_unique<SideRecord>();
  WindowRecorder recorder(*side);
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
  EXPECT_EQ(window.counters.records_dropped, 27U);
  EXPECT_EQ(window.pace.work, TickSpan{5});
  EXPECT_EQ(window.pace.gaps, 10U);
  EXPECT_EQ(window.pace.gap_time, TickSpan{15});
  EXPECT_EQ(window.pace.overruns, 20U);
}

TEST(WindowRecorder, Cpu_time_and_switches_are_those_of_the_window) {
  const auto side = std::make_unique<SideRecord>();
  WindowRecorder recorder(*side);
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

TEST(WindowRecorder, Is_opened_by_the_begin_of_this_stream_alone) {
  const auto side = std::make_unique<SideRecord>();
  WindowRecorder recorder(*side);
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
