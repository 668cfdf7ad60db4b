// The lost wake-up, hunted: both sides block whenever they can, at full speed over short queues, for millions of items.
// A fence that is missing on either side of the protocol hangs this program within seconds on real hardware; the
// watchdog turns that into a failure.
//
// KICKBENCH_STRESS_ITEMS: items for each notifier over the split ring, 10,000,000 if not set.
#include <gtest/gtest.h>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <optional>
#include <string>

#include "ring/atomic.hpp"
#include "tests/loops/rig.hpp"

namespace kickbench {
namespace {

using namespace std::chrono_literals;
using test::Rig;
using test::StreamRun;

// A stream lasts 20 ms. It has hung if it is not over by then, however busy the machine is.
constexpr std::chrono::seconds hang_limit{30};
constexpr std::uint64_t default_item_count = 10'000'000;

std::optional<std::uint64_t> stress_items() {
  const char* text = std::getenv("KICKBENCH_STRESS_ITEMS");
  if (text == nullptr) return default_item_count;
  std::uint64_t items = 0;
  const char* end = text + std::strlen(text);
  const auto [parsed, error] = std::from_chars(text, end, items);
  if (error != std::errc() || parsed != end || items == 0) return std::nullopt;
  return items;
}

/// Where a hung ring stands: what was published by each side and what each side asked for.
std::string state_of(const SplitQueue& queue) {
  const SplitAreas& areas = queue.areas;
  return "avail.idx " + std::to_string(load_relaxed(*areas.avail_idx)) + ", avail_event " +
         std::to_string(load_relaxed(*areas.avail_event)) + ", used.idx " +
         std::to_string(load_relaxed(*areas.used_idx)) + ", used_event " +
         std::to_string(load_relaxed(*areas.used_event));
}
std::string state_of(const SpscQueue& queue) {
  return "tail " + std::to_string(load_relaxed(queue.indices->tail.idx)) + ", consumer's event " +
         std::to_string(load_relaxed(queue.indices->consumer_event.idx)) + ", head " +
         std::to_string(load_relaxed(queue.indices->head.idx)) + ", producer's event " +
         std::to_string(load_relaxed(queue.indices->producer_event.idx));
}

/// Streams over one ring until `item_count` items have passed, with both sides blocking.
template <class Ring>
void stress(const std::string& notifier, std::uint32_t queue_size, std::uint64_t item_count) {
  SCOPED_TRACE(testing::Message() << "queue size " << queue_size);
  const auto begin = std::chrono::steady_clock::now();
  Rig<Ring> rig({.queue_size = queue_size, .notifier = notifier, .apart = true});
  std::uint64_t passed = 0;
  while (passed < item_count) {
    const StreamRun run = rig.run({.warm_up = test::ticks(1ms), .measured = test::ticks(19ms)}, hang_limit);
    ASSERT_FALSE(run.hung) << "lost a wake-up: stuck after " << passed + run.consumer.items << " items; "
                           << state_of(rig.queue());
    ASSERT_EQ(run.producer.end, LoopEnd::finished);
    ASSERT_EQ(run.consumer.end, LoopEnd::finished);
    ASSERT_EQ(run.producer.items, run.consumer.items);
    passed += run.consumer.items;
  }
  const SideCounters& producer = rig.producer_record().counters;
  const SideCounters& consumer = rig.consumer_record().counters;
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  std::cout << "queue size " << queue_size << ": " << passed << " items in " << elapsed.count() << " s; blocked "
            << producer.blocked_waits << " + " << consumer.blocked_waits << " times, work found while arming "
            << producer.cancelled_waits << " + " << consumer.cancelled_waits << " times\n";
  // A stress that hardly ever blocks would prove nothing.
  EXPECT_GT(producer.blocked_waits + consumer.blocked_waits, passed / 100'000);
}

class LostWakeUp : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const std::optional<std::uint64_t> items = stress_items();
    ASSERT_TRUE(items) << "KICKBENCH_STRESS_ITEMS must be a number of items above 0";
    items_ = *items;
  }

  /// Over the short queue every few items cost two wake-ups, over the long one the sides chase each other and meet in
  /// the middle of the protocol most often. Both take about as long.
  template <class Ring>
  void stress_both(std::uint64_t item_count) {
    const std::uint64_t short_count = item_count / 20;
    ASSERT_NO_FATAL_FAILURE(stress<Ring>(GetParam(), 4, short_count));
    ASSERT_NO_FATAL_FAILURE(stress<Ring>(GetParam(), 256, item_count - short_count));
  }

  std::uint64_t items_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Notifiers, LostWakeUp, testing::Values("eventfd", "futex"),
                         [](const auto& test) { return std::string(test.param); });

TEST_P(LostWakeUp, Never_over_the_split_ring) { stress_both<test::SplitTxRing>(items_); }

// The yardstick has the same protocol with indices of its own, and fewer fences to miss.
TEST_P(LostWakeUp, Never_over_the_plain_ring) { stress_both<test::SpscRing>(items_ / 4); }

}  // namespace
}  // namespace kickbench
