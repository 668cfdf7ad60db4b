// Both loops over a made-up clock: when each item passes, and where every tick went, is known beforehand. What their
// steps take is in StepCosts; a read of the clock takes one tick.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "consumer/consumer.hpp"
#include "notify/wait/block.hpp"
#include "notify/wait/poll.hpp"
#include "notify/wait/sleep.hpp"
#include "producer/producer.hpp"
#include "tests/loops/timed_ports.hpp"
#include "tests/notify/made_up_clock.hpp"

namespace kickbench {
namespace {

using test::made_up_clock;
using test::StepCosts;

constexpr TickSpan work{100};
constexpr TickSpan bound{50};
constexpr TickSpan signal_time{40};
constexpr TickSpan cost_of_signal = signal_time + TickSpan{1};  // and the read at its end
constexpr TickSpan asleep{1000};

constexpr TickSpan operator*(std::int64_t count, TickSpan span) { return {count * span.count}; }

/// Takes a known time to signal, and ends each wait after a known time by a notification.
class TimedChannel final : public Channel {
 public:
  explicit TimedChannel(SignalCount& count) : count_(count) {}
  void signal() noexcept override { made_up_clock.pass(signal_time); }
  void wait() noexcept override {
    made_up_clock.pass(asleep);
    ++count_.sent;
  }
  int share() override { return -1; }

 private:
  SignalCount& count_;
};

/// When each mark passed, before and after the listener had its say, which takes 1000 ticks.
class MarkTimes final : public MarkListener {
 public:
  static constexpr TickSpan reading{1000};
  struct Seen {
    std::uint64_t sequence;
    TickTime told;
    PaceCounters pace;
  };
  std::map<Mark, Seen> seen;
  void on_mark(Mark mark, std::uint64_t sequence, const PaceCounters& pace) noexcept override {
    seen[mark] = {sequence, made_up_clock.now, pace};
    made_up_clock.pass(reading);
  }
};

class ExactLoop : public testing::Test {
 protected:
  ExactLoop() { made_up_clock = {.now = {1'000'000}}; }

  BlockWait block(TickSpan startup = {}) { return {channel_, sent_to_us_, 1, startup, stop_, own_}; }
  Peer<Channel> peer(TickSpan extra_cost = {}) { return {channel_, sent_by_us_, extra_cost, own_}; }

  StopFlag stop_;
  SideRecord own_;
  SignalCount sent_to_us_;
  SignalCount sent_by_us_;
  TimedChannel channel_{sent_to_us_};
  MarkTimes marks_;
  DeadlinePace pace_{work, bound};
};

class ExactProducer : public ExactLoop {
 protected:
  /// Produces for `warm_up`, and no longer. The first item begins at begin_.
  template <class Wait, class Pace>
  LoopEnd run(Pace& pace, Wait wait, TickSpan warm_up, std::uint32_t batch = 1, TickSpan extra_cost = {}) {
    begin_ = made_up_clock.now + TickSpan{1};
    Peer<Channel> consumer = peer(extra_cost);
    return produce(port_, pace, wait, consumer, {.warm_up = warm_up, .measured = {}}, batch, marks_, stop_, own_);
  }
  TickTime at(TickSpan span) const { return begin_ + span; }

  test::TimedProducer port_;
  TickTime begin_;
};

TEST_F(ExactProducer, Finishes_an_item_each_W_and_stamps_its_begin) {
  ASSERT_EQ(run(pace_, PollWait(stop_, own_), 20 * work), LoopEnd::finished);
  ASSERT_GT(port_.passed.size(), 20U);
  for (std::int64_t i = 0; i < 20; ++i) {
    const test::Passed& item = port_.passed[static_cast<std::size_t>(i)];
    EXPECT_EQ(item.stamp, at(i * work)) << i;
    EXPECT_EQ(item.passed, at((i + 1) * work)) << i;
  }
}

TEST_F(ExactProducer, Edges_are_passed_at_the_first_item_that_ends_at_or_after_them_and_W_begins_anew) {
  ASSERT_EQ(run(pace_, PollWait(stop_, own_), TickSpan{450}), LoopEnd::finished);
  const auto& [sequence, told, pace] = marks_.seen[Mark::begin];
  EXPECT_EQ(sequence, 5U);
  EXPECT_EQ(told, at(5 * work) + StepCosts::done + StepCosts::publish + StepCosts::ask);
  EXPECT_EQ(pace.work, 5 * work);
  const TickTime restarted = told + MarkTimes::reading + TickSpan{1};
  EXPECT_EQ(port_.passed[5].stamp, restarted);
  EXPECT_EQ(port_.passed[5].passed, restarted + work);
}

TEST_F(ExactProducer, The_window_is_as_long_as_planned) {
  PollWait wait(stop_, own_);
  Peer<Channel> consumer = peer();
  const StreamPlan plan{.warm_up = 3 * work, .measured = 10 * work, .cool_down = 5 * work};
  ASSERT_EQ(produce(port_, pace_, wait, consumer, plan, 1, marks_, stop_, own_), LoopEnd::finished);
  EXPECT_EQ(marks_.seen[Mark::begin].sequence, 3U);
  EXPECT_EQ(marks_.seen[Mark::end].sequence, 13U);
  EXPECT_EQ(marks_.seen[Mark::last].sequence, 18U);
  EXPECT_EQ(port_.passed.back().sequence, 18U);
  EXPECT_EQ(marks_.seen[Mark::end].pace.work - marks_.seen[Mark::begin].pace.work, 10 * work);
}

TEST_F(ExactProducer, A_kick_delays_what_follows_by_what_it_took) {
  port_.notified_after = {4, 9};
  ASSERT_EQ(run(pace_, PollWait(stop_, own_), 20 * work), LoopEnd::finished);
  for (std::int64_t i = 0; i < 18; ++i) {
    const std::int64_t kicks = (i >= 4) + (i >= 9);
    EXPECT_EQ(port_.passed[static_cast<std::size_t>(i)].passed, at((i + 1) * work + kicks * cost_of_signal)) << i;
  }
  EXPECT_EQ(own_.counters.signals, 3U) << "and one that ends the stream";
  EXPECT_EQ(own_.signals[0].end - own_.signals[0].begin, cost_of_signal);
  EXPECT_EQ(own_.signals[1].items, 9U);
  EXPECT_EQ(own_.counters.publishing, 2 * (StepCosts::done + StepCosts::publish + StepCosts::ask + TickSpan{1}))
      << "but for the one that nobody asked for";
}

TEST_F(ExactProducer, The_extra_cost_of_a_kick_is_part_of_it) {
  port_.notified_after = {4};
  ASSERT_EQ(run(pace_, PollWait(stop_, own_), 10 * work, 1, TickSpan{200}), LoopEnd::finished);
  const TickSpan cost = own_.signals[0].end - own_.signals[0].begin;
  EXPECT_EQ(cost, (cost_of_signal + TickSpan{200 + 1})) << "and the read before the spin";
  EXPECT_EQ(port_.passed[4].passed, at(5 * work + cost));
}

TEST_F(ExactProducer, After_a_wait_the_next_item_takes_W_from_the_look_that_found_room) {
  port_.without_work = {6};
  ASSERT_EQ(run(pace_, block(), 40 * work), LoopEnd::finished);
  ASSERT_EQ(own_.waits.count(), 1U);
  const WaitRecord& wait = own_.waits[0];
  const TickTime stopped = at(6 * work);
  EXPECT_EQ(wait.begin,
            stopped + StepCosts::done + StepCosts::publish + StepCosts::ask + StepCosts::item + TickSpan{1});
  EXPECT_GE(wait.look - wait.begin, asleep);
  EXPECT_EQ(wait.signal, 1U);
  EXPECT_EQ(own_.counters.arming, (StepCosts::arm + TickSpan{1}));
  const TickTime resumed = wait.look + StepCosts::look + StepCosts::disarm + TickSpan{1};
  EXPECT_EQ(own_.counters.waiting, resumed - stopped);
  EXPECT_EQ(port_.passed[6].stamp, resumed);
  for (std::size_t i = 6; i < 15; ++i) {
    EXPECT_EQ(port_.passed[i].passed, resumed + static_cast<std::int64_t>(i - 5) * work) << i;
  }
}

TEST_F(ExactProducer, A_request_is_timed_whether_it_is_withdrawn_or_not_and_each_by_itself) {
  port_.without_work = {6, 8};
  port_.looks_in_vain = 2;
  ASSERT_EQ(run(pace_, block(), 60 * work), LoopEnd::finished);
  EXPECT_EQ(own_.counters.blocked_waits, 4U);
  EXPECT_EQ(own_.counters.arming, 4 * (StepCosts::arm + TickSpan{1}));
  own_.clear();
  port_.without_work = {port_.passed.size() + 3};
  port_.arm_outcome = ArmOutcome::work_pending;
  ASSERT_EQ(run(pace_, block(), 20 * work), LoopEnd::finished);
  EXPECT_EQ(own_.counters.cancelled_waits, 1U);
  EXPECT_EQ(own_.counters.arming, (StepCosts::arm + TickSpan{1}));
}

TEST_F(ExactProducer, A_startup_is_spun_from_the_wake_up_to_the_look) {
  port_.without_work = {6};
  ASSERT_EQ(run(pace_, block(), 20 * work), LoopEnd::finished);
  const TickSpan without = own_.waits[0].look - own_.waits[0].begin;
  own_.clear();
  made_up_clock = {.now = {1'000'000}};
  port_ = {};
  port_.without_work = {6};
  DeadlinePace pace(work, bound);
  ASSERT_EQ(run(pace, block({300}), 20 * work), LoopEnd::finished);
  EXPECT_EQ(own_.waits[0].look - own_.waits[0].begin, (without + TickSpan{300 + 1}));
}

TEST_F(ExactProducer, A_sleep_lasts_as_long_as_asked_for_and_is_no_work) {
  port_.without_work = {6};
  port_.looks_in_vain = 3;
  ASSERT_EQ(run(pace_, SleepWait(std::chrono::nanoseconds(70'000'000), stop_, own_), 20 * work), LoopEnd::finished);
  ASSERT_EQ(own_.waits.count(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(own_.waits[i].look - own_.waits[i].begin, TickSpan{70'000'000 + 1});
  EXPECT_EQ(port_.passed[6].passed, port_.passed[6].stamp + work);
  EXPECT_EQ(port_.passed[6].stamp, at(6 * work + own_.counters.waiting));
}

TEST_F(ExactProducer, Every_tick_is_work_notification_wait_or_gap) {
  port_.notified_after = {4, 9, 10, 13};
  port_.without_work = {3, 11, 12};
  ASSERT_EQ(run(pace_, block(), TickSpan{20'000}), LoopEnd::finished);
  const MarkTimes::Seen& end = marks_.seen[Mark::begin];
  EXPECT_EQ(end.pace.work, static_cast<std::int64_t>(end.sequence) * work);
  const TickTime last_item_ended = port_.passed[end.sequence - 1].passed;
  EXPECT_EQ(last_item_ended - begin_, end.pace.work + 4 * cost_of_signal + own_.counters.waiting);
}

TEST_F(ExactProducer, At_W_0_over_polling_no_clock_is_read_but_for_stamps_and_edges) {
  FreePace pace;
  port_.without_work = {200, 300};
  port_.looks_in_vain = 1000;
  const std::uint64_t reads = made_up_clock.reads;
  ASSERT_EQ(run(pace, PollWait(stop_, own_), TickSpan{40'000}), LoopEnd::finished);
  std::uint64_t stamps = 0;
  for (const test::Passed& item : port_.passed) stamps += item.stamp != TickTime{} ? 1 : 0;
  EXPECT_GT(port_.passed.size(), 1000U);
  // One at the start, two at each of three edges, and two around the kick that ends the stream.
  EXPECT_EQ(own_.counters.publishing, TickSpan{}) << "when an item ended is not known here";
  EXPECT_EQ(made_up_clock.reads - reads, stamps + 1 + 2 * 3 + 2);
  EXPECT_LE(stamps, 2 * (port_.passed.size() / FreePace::sample_period + 1));
}

class ExactConsumer : public ExactLoop {
 protected:
  /// A stream of `count` items, each stamped with `stamp`; the window begins with item 10.
  void make_stream(std::uint64_t count, TickTime stamp) {
    for (std::uint64_t i = 0; i < count; ++i) {
      const Mark mark = i == 10 ? Mark::begin : i + 1 == count ? Mark::last : Mark::none;
      port_.stream.push_back({.tag = Item::make_tag(i, mark), .stamp = stamp.count});
    }
  }

  template <class Wait, class Pace>
  LoopEnd run(Pace& pace, Wait wait, std::uint32_t batch = 1) {
    begin_ = made_up_clock.now + TickSpan{1};
    Peer<Channel> producer = peer();
    return consume(port_, pace, wait, producer, batch, marks_, latencies_, stop_, own_);
  }
  TickTime at(TickSpan span) const { return begin_ + span; }

  test::TimedConsumer port_;
  Latencies latencies_;
  TickTime begin_;
};

TEST_F(ExactConsumer, Finishes_an_item_each_W) {
  make_stream(10, {});
  ASSERT_EQ(run(pace_, PollWait(stop_, own_)), LoopEnd::finished);
  ASSERT_EQ(port_.passed.size(), 10U);
  for (std::int64_t i = 0; i < 9; ++i) {
    EXPECT_EQ(port_.passed[static_cast<std::size_t>(i)].passed, at((i + 1) * work)) << i;
  }
}

TEST_F(ExactConsumer, At_a_mark_W_begins_anew) {
  make_stream(20, {});
  ASSERT_EQ(run(pace_, PollWait(stop_, own_)), LoopEnd::finished);
  const auto& [sequence, told, pace] = marks_.seen[Mark::begin];
  EXPECT_EQ(sequence, 10U);
  EXPECT_EQ(pace.work, 10 * work);
  EXPECT_EQ(port_.passed[10].passed, told + MarkTimes::reading + TickSpan{1} + work);
  EXPECT_EQ(marks_.seen[Mark::last].pace.work, 19 * work);
}

TEST_F(ExactConsumer, An_interrupt_delays_what_follows_by_what_it_took) {
  make_stream(10, {});
  port_.notified_after = {4, 7};
  ASSERT_EQ(run(pace_, PollWait(stop_, own_)), LoopEnd::finished);
  for (std::int64_t i = 0; i < 9; ++i) {
    const std::int64_t interrupts = (i >= 4) + (i >= 7);
    EXPECT_EQ(port_.passed[static_cast<std::size_t>(i)].passed, at((i + 1) * work + interrupts * cost_of_signal)) << i;
  }
  EXPECT_EQ(own_.counters.signals, 2U);
  EXPECT_EQ(own_.counters.notifying, 2 * cost_of_signal);
}

TEST_F(ExactConsumer, After_a_wait_the_next_item_takes_W_from_the_look_that_found_it) {
  make_stream(10, {});
  port_.without_work = {6};
  ASSERT_EQ(run(pace_, block()), LoopEnd::finished);
  ASSERT_EQ(own_.waits.count(), 1U);
  const TickTime resumed = own_.waits[0].look + StepCosts::look + StepCosts::disarm + TickSpan{1};
  EXPECT_EQ(own_.counters.waiting, resumed - at(6 * work));
  EXPECT_EQ(port_.passed[6].passed, resumed + work);
  EXPECT_EQ(port_.passed[7].passed, resumed + 2 * work);
}

TEST_F(ExactConsumer, Latency_ends_with_W) {
  make_stream(20, {500'000});
  ASSERT_EQ(run(pace_, PollWait(stop_, own_)), LoopEnd::finished);
  EXPECT_EQ(latencies_.own().count(), 9U) << "of the window";
  EXPECT_EQ(latencies_.own().max(), static_cast<std::uint64_t>((port_.passed[18].passed - TickTime{500'000}).count));
}

}  // namespace
}  // namespace kickbench
