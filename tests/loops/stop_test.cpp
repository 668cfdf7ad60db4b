// Every wait has a way out: a stop ends both loops whatever they are doing, and so does a broken ring.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "ring/atomic.hpp"
#include "tests/loops/rig.hpp"

namespace kickbench {
namespace {

using namespace std::chrono_literals;
using test::Rig;
using test::SideRun;
using test::SideSetup;
using test::Watchdog;

constexpr std::chrono::seconds hang_limit{60};

struct Way {
  std::string name;
  std::string notifier;
  WaitKind wait;
  std::chrono::nanoseconds sleep{};
  std::chrono::nanoseconds spin{};
};

std::vector<Way> ways_to_wait() {
  return {{"poll", "none", WaitKind::poll, {}, {}},
          {"sleep_short", "none", WaitKind::sleep, 10us, {}},
          {"sleep_for_a_day", "none", WaitKind::sleep, 24h, {}},
          {"block_eventfd", "eventfd", WaitKind::block, {}, {}},
          {"block_futex", "futex", WaitKind::block, {}, {}},
          {"spin_block_short", "futex", WaitKind::spin_block, {}, 1us},
          {"spin_block_for_an_hour", "eventfd", WaitKind::spin_block, {}, 1h}};
}

class Stopping : public testing::TestWithParam<Way> {
 protected:
  test::Setup setup(std::chrono::nanoseconds work = 0ns) const {
    const SideSetup side{.wait = GetParam().wait, .threshold = 3, .work = work};
    return {.queue_size = 4,
            .notifier = GetParam().notifier,
            .producer = side,
            .consumer = side,
            .sleep = GetParam().sleep,
            .spin = GetParam().spin};
  }
  /// How long the loops run before they are stopped: from not at all, to hit them on their way, to long enough to wait.
  static std::vector<std::chrono::microseconds> delays() {
    return {0us, 0us, 1us, 2us, 5us, 10us, 20us, 50us, 100us, 200us, 500us, 5ms};
  }
};
INSTANTIATE_TEST_SUITE_P(Waits, Stopping, testing::ValuesIn(ways_to_wait()),
                         [](const auto& test) { return test.param.name; });

/// What a test with one rig a delay has in common: the loops end as `expected`, and the watchdog was not needed.
template <class Ring, class Start>
void stop_after(std::chrono::microseconds delay, const test::Setup& setup, Start start) {
  Rig<Ring> rig(setup);
  std::vector<std::future<SideRun>> loops;
  start(rig, loops);
  if (delay > 0us) std::this_thread::sleep_for(delay);
  const Watchdog watchdog(hang_limit, [&] { rig.stop(); });
  rig.stop();
  for (auto& loop : loops) EXPECT_EQ(loop.get().end, LoopEnd::stopped);
  EXPECT_FALSE(watchdog.fired()) << "stopped once after " << delay.count() << " us, a loop went on";
}

TEST_P(Stopping, Ends_a_consumer_to_whom_nothing_is_produced) {
  const auto start = [](auto& rig, auto& loops) { loops.push_back(rig.start_consumer()); };
  for (const auto delay : delays()) {
    stop_after<test::SplitTxRing>(delay, setup(), start);
    stop_after<test::SpscRing>(delay, setup(), start);
  }
}

TEST_P(Stopping, Ends_a_producer_from_whom_nobody_consumes) {
  const auto start = [](auto& rig, auto& loops) { loops.push_back(rig.start_producer(test::endless_stream())); };
  for (const auto delay : delays()) {
    stop_after<test::SplitTxRing>(delay, setup(), start);
    stop_after<test::SpscRing>(delay, setup(), start);
  }
}

TEST_P(Stopping, Ends_both_in_the_middle_of_a_stream) {
  const auto start = [](auto& rig, auto& loops) {
    loops.push_back(rig.start_consumer());
    loops.push_back(rig.start_producer(test::endless_stream()));
  };
  for (const auto work : {0ns, 500ns}) {
    for (const auto delay : delays()) {
      stop_after<test::SplitTxRing>(delay, setup(work), start);
      stop_after<test::SpscRing>(delay, setup(work), start);
    }
  }
}

TEST_P(Stopping, Ends_a_consumer_that_is_far_behind) {
  // A full queue, and much work on each item: the consumer must look at the flag between two items.
  test::Setup slow = setup();
  slow.consumer.work = 20ms;
  slow.queue_size = 256;
  Rig<test::SplitTxRing> rig(slow);
  std::future<SideRun> producer = rig.start_producer(test::endless_stream());
  std::future<SideRun> consumer = rig.start_consumer();
  std::this_thread::sleep_for(5ms);
  const Watchdog watchdog(hang_limit, [&] { rig.stop(); });
  rig.stop();
  EXPECT_EQ(producer.get().end, LoopEnd::stopped);
  const SideRun consumed = consumer.get();
  EXPECT_EQ(consumed.end, LoopEnd::stopped);
  EXPECT_LT(consumed.items, 256U) << "it worked off the whole queue first";
  EXPECT_FALSE(watchdog.fired());
}

/// A stop is no damage: what was in the queue is still there, and in order.
TEST(StoppedRing, Serves_another_stream_after_it_was_drained) {
  const SideSetup side{.wait = WaitKind::block};
  Rig<test::SplitTxRing> rig({.queue_size = 4, .notifier = "futex", .producer = side, .consumer = side});
  std::future<SideRun> producer = rig.start_producer(test::endless_stream());
  std::this_thread::sleep_for(1ms);
  rig.stop();
  EXPECT_EQ(producer.get().items, 4U);
  rig.clear_stop();
  std::future<SideRun> consumer = rig.start_consumer();
  std::this_thread::sleep_for(1ms);
  rig.stop();
  const SideRun consumed = consumer.get();
  EXPECT_EQ(consumed.end, LoopEnd::stopped);
  EXPECT_LE(consumed.items, 4U);
}

/// Breaks the queue under a loop that waits, wakes it once, and expects that it gives up.
TEST_P(Stopping, A_device_that_breaks_the_ring_ends_the_producer) {
  for (const auto delay : {0us, 20us, 2000us}) {
    test::Setup impatient = setup();
    if (GetParam().wait == WaitKind::sleep) impatient.sleep = 10us;
    Rig<test::SplitTxRing> rig(impatient);
    const Watchdog watchdog(hang_limit, [&] { rig.stop(); });
    std::future<SideRun> producer = rig.start_producer(test::endless_stream());
    std::this_thread::sleep_for(delay);
    store_relaxed(*rig.queue().areas.used_idx, std::uint16_t{0x4000});
    rig.wake_producer();
    const SideRun run = producer.get();
    EXPECT_EQ(run.end, LoopEnd::ring_fault);
    EXPECT_LE(run.items, 4U);
    EXPECT_FALSE(watchdog.fired());
  }
}

TEST_P(Stopping, A_driver_that_breaks_the_ring_ends_the_consumer) {
  for (const auto delay : {0us, 20us, 2000us}) {
    test::Setup impatient = setup();
    if (GetParam().wait == WaitKind::sleep) impatient.sleep = 10us;
    Rig<test::SplitTxRing> rig(impatient);
    const Watchdog watchdog(hang_limit, [&] { rig.stop(); });
    std::future<SideRun> consumer = rig.start_consumer();
    std::this_thread::sleep_for(delay);
    store_relaxed(*rig.queue().areas.avail_idx, std::uint16_t{0x4000});
    rig.wake_consumer();
    const SideRun run = consumer.get();
    EXPECT_EQ(run.end, LoopEnd::ring_fault);
    EXPECT_EQ(run.items, 0U);
    EXPECT_FALSE(watchdog.fired());
  }
}

}  // namespace
}  // namespace kickbench
