// The window's edges: when they come, and that both are at the same event of a cycle where there is one.
#include "producer/stream_marks.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace kickbench {
namespace {

class Marks final : public MarkListener {
 public:
  void on_mark(Mark mark, std::uint64_t, const PaceCounters&) noexcept override { seen.push_back(mark); }
  std::vector<Mark> seen;
};

/// Instants are made up: as long as the plan's spans are far longer than the test takes, the clock that StreamMarks
/// reads plays no part but as an origin.
class StreamMarksTest : public testing::Test {
 protected:
  static constexpr TickSpan long_time{std::int64_t{1} << 50};
  static constexpr StreamPlan plan{
      .warm_up = long_time, .measured = long_time, .cool_down = long_time, .edge_patience = {1000}};

  static TickTime after(TickTime instant, std::int64_t ticks) { return instant + TickSpan{ticks}; }

  /// The loop asks at `marks`' next edge.
  Mark ask(StreamMarks& marks) { return marks.pass_edge(1, pace); }

  void stop(StreamMarks& marks, TickTime now) { marks.on(CycleEvent::stop, now); }
  void notify(StreamMarks& marks, TickTime now) { marks.on(CycleEvent::notification, now); }

  DeadlinePace pace{{10}, {10}};
  Marks listener;
  WindowCycles cycles;
};

TEST_F(StreamMarksTest, Without_events_the_edges_come_by_the_clock) {
  const TickTime start = read_ticks();
  StreamMarks marks(plan, start, listener, cycles);
  EXPECT_EQ(marks.next_edge(), start + plan.warm_up);
  EXPECT_EQ(ask(marks), Mark::begin);
  EXPECT_GE(marks.next_edge(), start + plan.measured);
  EXPECT_EQ(ask(marks), Mark::end);
  EXPECT_GE(marks.next_edge(), start + plan.cool_down);
  EXPECT_FALSE(marks.last_was_sent());
  EXPECT_EQ(ask(marks), Mark::last);
  EXPECT_TRUE(marks.last_was_sent());
  EXPECT_LE(marks.next_edge(), start) << "so that the loop asks again right after the last item";
  EXPECT_EQ(listener.seen, (std::vector{Mark::begin, Mark::end, Mark::last}));
  EXPECT_EQ(cycles.count, 0U);
  EXPECT_FALSE(cycles.whole);
}

TEST_F(StreamMarksTest, Both_edges_wait_for_the_next_stop_and_the_window_holds_whole_cycles) {
  StreamMarks marks(plan, read_ticks(), listener, cycles);
  const TickTime begin_due = marks.next_edge();
  stop(marks, after(begin_due, -500));
  stop(marks, after(begin_due, -1));
  EXPECT_EQ(marks.next_edge(), begin_due) << "not due";
  EXPECT_EQ(ask(marks), Mark::none) << "due, and a stop is awaited";
  EXPECT_EQ(marks.next_edge(), begin_due + plan.edge_patience);
  stop(marks, after(begin_due, 400));
  EXPECT_EQ(marks.next_edge(), after(begin_due, 400));
  EXPECT_EQ(ask(marks), Mark::begin);
  EXPECT_EQ(cycles.warm_up, 3U);

  const TickTime end_due = marks.next_edge();
  stop(marks, after(end_due, -600));
  stop(marks, after(end_due, -300));
  EXPECT_EQ(ask(marks), Mark::none);
  stop(marks, after(end_due, 1));
  EXPECT_EQ(ask(marks), Mark::end);
  EXPECT_EQ(cycles.count, 3U);
  EXPECT_TRUE(cycles.whole);
  stop(marks, after(marks.next_edge(), -100));
  EXPECT_EQ(cycles.count, 3U) << "those of the cool-down do not count";
  EXPECT_EQ(ask(marks), Mark::last) << "the end of the stream waits for nothing";
}

TEST_F(StreamMarksTest, A_stop_right_when_an_edge_is_due_makes_it) {
  StreamMarks marks(plan, read_ticks(), listener, cycles);
  stop(marks, marks.next_edge());
  EXPECT_EQ(ask(marks), Mark::begin);
  stop(marks, marks.next_edge());
  EXPECT_EQ(ask(marks), Mark::end);
  EXPECT_TRUE(cycles.whole);
  EXPECT_EQ(cycles.count, 1U);
}

TEST_F(StreamMarksTest, No_edge_waits_for_longer_than_its_patience) {
  StreamMarks marks(plan, read_ticks(), listener, cycles);
  const TickTime begin_due = marks.next_edge();
  stop(marks, after(begin_due, -500));
  EXPECT_EQ(ask(marks), Mark::none);
  EXPECT_EQ(ask(marks), Mark::begin);
  stop(marks, marks.next_edge());
  EXPECT_EQ(ask(marks), Mark::end);
  EXPECT_FALSE(cycles.whole) << "one edge is not at a stop";
}

TEST_F(StreamMarksTest, Nor_is_a_window_whole_whose_end_is_not_at_a_stop) {
  StreamMarks marks(plan, read_ticks(), listener, cycles);
  stop(marks, marks.next_edge());
  EXPECT_EQ(ask(marks), Mark::begin);
  EXPECT_EQ(ask(marks), Mark::none);
  EXPECT_EQ(ask(marks), Mark::end);
  EXPECT_FALSE(cycles.whole);
}

TEST_F(StreamMarksTest, A_producer_that_only_notifies_has_its_cycles_told_by_that) {
  StreamMarks marks(plan, read_ticks(), listener, cycles);
  const TickTime begin_due = marks.next_edge();
  for (std::int64_t i = 10; i > 0; --i) notify(marks, after(begin_due, -i));
  stop(marks, after(begin_due, -1));
  EXPECT_EQ(ask(marks), Mark::none);
  stop(marks, after(begin_due, 1));
  EXPECT_EQ(marks.next_edge(), begin_due + plan.edge_patience) << "an accident is no cycle";
  notify(marks, after(begin_due, 2));
  EXPECT_EQ(ask(marks), Mark::begin);
  EXPECT_EQ(cycles.warm_up, 11U);
  const TickTime end_due = marks.next_edge();
  stop(marks, after(end_due, 1));
  notify(marks, after(end_due, 2));
  EXPECT_EQ(marks.next_edge(), after(end_due, 2));
  EXPECT_EQ(ask(marks), Mark::end);
  EXPECT_EQ(cycles.count, 1U);
  EXPECT_TRUE(cycles.whole);
}

TEST_F(StreamMarksTest, Where_each_cycle_has_both_it_begins_with_the_stop) {
  StreamMarks marks(plan, read_ticks(), listener, cycles);
  const TickTime begin_due = marks.next_edge();
  for (std::int64_t i = 3; i > 0; --i) {
    notify(marks, after(begin_due, -10 * i));
    stop(marks, after(begin_due, -10 * i + 5));
  }
  EXPECT_EQ(ask(marks), Mark::none);
  notify(marks, after(begin_due, 1));
  EXPECT_EQ(marks.next_edge(), begin_due + plan.edge_patience);
  stop(marks, after(begin_due, 2));
  EXPECT_EQ(ask(marks), Mark::begin);
  EXPECT_EQ(cycles.warm_up, 4U);
}

TEST_F(StreamMarksTest, Without_patience_events_are_counted_and_move_no_edge) {
  StreamPlan impatient = plan;
  impatient.edge_patience = {};
  StreamMarks marks(impatient, read_ticks(), listener, cycles);
  stop(marks, after(marks.next_edge(), -1));
  EXPECT_EQ(ask(marks), Mark::begin);
  stop(marks, after(marks.next_edge(), -1));
  EXPECT_EQ(ask(marks), Mark::end);
  EXPECT_EQ(cycles.count, 1U);
  EXPECT_FALSE(cycles.whole);
}

}  // namespace
}  // namespace kickbench
