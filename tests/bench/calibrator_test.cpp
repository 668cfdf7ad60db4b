// A calibration on this machine's CPUs: what each block and each round is made of, whatever they cost here.
#include <gtest/gtest.h>

#include <algorithm>

#include "bench/calibration/rounds.hpp"
#include "bench/calibration/wake_costs.hpp"
#include "tests/bench/live.hpp"
#include "tests/notify/missing.hpp"

namespace kickbench::bench {
namespace {

using test::live_clock;

class CalibratorTest : public test::TwoCpus {};

TEST_F(CalibratorTest, A_block_has_what_it_is_asked_for) {
  PinnedPair threads(placement_);
  const IdleRange idle{Nanoseconds(3'000), Nanoseconds(30'000)};
  kickbench::test::Missing missing;
  for (const NotifierKind& kind : notifier_kinds()) {
    if (kind.name == "none" || missing.lacks(kind)) continue;
    for (const Notification notification : {Notification::to_consumer, Notification::to_producer}) {
      const BlockPlan plan{.notifier = std::string(kind.name), .notification = notification, .idle = idle};
      const WakeBlock block = measure_wake_block(plan, threads, placement_, live_clock(), 1);
      SCOPED_TRACE(plan.notifier + " " + std::string(name_of(notification)));
      ASSERT_FALSE(block.wakes.empty());
      // A waiter that lost its CPU on the way into its wait was idle for less.
      const auto long_enough =
          std::ranges::count_if(block.wakes, [&](const TimedWake& timed) { return timed.idle >= idle.from; });
      EXPECT_GT(2 * long_enough, std::ssize(block.wakes)) << "it was not idle for as long as it was to be";
      for (const TimedWake& timed : block.wakes) {
        EXPECT_GE(timed.wake.notify, Nanoseconds(0));
        EXPECT_GE(timed.wake.notify + timed.wake.startup, Nanoseconds(0)) << "it looked before it was notified";
      }
      EXPECT_GT(block.needless.size(), 10U);
      for (const Nanoseconds notify : block.needless) EXPECT_GE(notify, Nanoseconds(0));
      EXPECT_GE(block.waking_calls.notifications, block.wakes.size());
      EXPECT_GT(block.waking_calls.sender, 0U);
      EXPECT_GT(block.waking_calls.waiter, 0U);
      EXPECT_EQ(block.needless_calls.notifications, block.needless.size());
      EXPECT_EQ(block.needless_calls.waiter, 0U) << "nobody waited";
      EXPECT_EQ(block.needless_calls.sender, kind.name == "futex" ? 0 : block.needless.size());
      EXPECT_GE(block.away_share, 0);
      EXPECT_LT(block.away_share, 1);
      EXPECT_EQ(block.plan.notifier, plan.notifier);
      EXPECT_EQ(block.plan.notification, notification);
    }
  }
  if (!missing.text().empty()) GTEST_SKIP() << missing.text();
}

TEST_F(CalibratorTest, A_round_has_every_block_and_each_knows_its_round) {
  Calibrator calibrator({"futex"}, placement_, live_clock());
  calibrator.run_round();
  calibrator.run_round();
  const Facts& facts = calibrator.facts();
  EXPECT_EQ(facts.rounds, 2U);
  ASSERT_EQ(facts.blocks.size(), 2 * blocks_of_round({"futex"}, 0).size());
  for (std::size_t i = 0; i < facts.blocks.size(); ++i) {
    EXPECT_EQ(facts.blocks[i].round, 2 * i / facts.blocks.size());
    EXPECT_FALSE(facts.blocks[i].wakes.empty());
  }
  ASSERT_EQ(facts.sleeps.size(), sleep_lengths().size());
  for (const SleepCost& sleep : facts.sleeps) {
    EXPECT_GE(sleep.oversleeps.size(), 10U);
    // 1 % covers the calibration of the counter against the kernel's clock.
    for (const Nanoseconds oversleep : sleep.oversleeps) EXPECT_GE(oversleep, -0.01 * sleep.asked);
  }
  for (const Gaps* gaps : {&facts.producer_gaps, &facts.consumer_gaps}) {
    EXPECT_GT(gaps->watched, Nanoseconds(1e6));
    EXPECT_LE(gaps->lost, gaps->watched);
  }
}

TEST_F(CalibratorTest, Without_a_notifier_it_measures_sleeps_and_gaps) {
  Calibrator calibrator({}, placement_, live_clock());
  calibrator.run_round();
  EXPECT_TRUE(calibrator.facts().blocks.empty());
  EXPECT_GT(calibrator.facts().producer_gaps.watched, Nanoseconds(0));
}

TEST_F(CalibratorTest, A_pair_of_threads_passes_on_what_went_wrong_first_and_can_go_on) {
  PinnedPair threads(placement_);
  StopFlag stop;
  const auto fails = [] { throw std::runtime_error("first"); };
  const auto heeds = [&] {
    while (!stop.requested()) {
    }
    throw std::runtime_error("a consequence");
  };
  try {
    threads.run(stop, fails, heeds);
    FAIL() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "first");
  }
  int ran = 0;
  StopFlag again;
  threads.run(
      again, [&] { ++ran; }, [] {});
  EXPECT_EQ(ran, 1);
}

TEST_F(CalibratorTest, A_CPU_that_does_not_exist_is_an_error) {
  host::Placement nowhere = placement_;
  nowhere.consumer_cpu = 4095;
  EXPECT_THROW(PinnedPair{nowhere}, std::system_error);
}

}  // namespace
}  // namespace kickbench::bench
