// What every ring must do with items: hand each over once, in order, not before it is published. One suite over all
// rings and queue sizes, driven from one thread.
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>

#include "tests/ring/ring_table.hpp"

namespace kickbench {
namespace {

class RingConformance : public testing::TestWithParam<test::RingCase> {
 protected:
  std::uint32_t size = GetParam().slot_count;
  test::Driven ring{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Rings, RingConformance, testing::ValuesIn(test::all_rings()),
                         [](const auto& test) { return test.param.name(); });

TEST_P(RingConformance, Starts_empty_with_all_slots_free) {
  EXPECT_EQ(ring.consumer().take(), nullptr);
  EXPECT_FALSE(ring.consumer().ready());
  EXPECT_TRUE(ring.producer().ready());
  EXPECT_NE(ring.producer().acquire(), nullptr);
  EXPECT_EQ(ring.producer().fault(), RingFault::none);
  EXPECT_EQ(ring.consumer().fault(), RingFault::none);
}

TEST_P(RingConformance, Holds_exactly_queue_size_items) {
  for (int lap = 0; lap < 3; ++lap) {
    for (std::uint32_t i = 0; i < size; ++i) ASSERT_TRUE(ring.put(1)) << i;
    EXPECT_EQ(ring.producer().acquire(), nullptr) << "full";
    EXPECT_FALSE(ring.producer().ready());
    for (std::uint32_t i = 0; i < size; ++i) ASSERT_TRUE(ring.take(1)) << i;
    EXPECT_EQ(ring.consumer().take(), nullptr) << "empty";
    EXPECT_FALSE(ring.consumer().ready());
  }
}

TEST_P(RingConformance, Slots_are_filled_in_place_and_distinct) {
  ASSERT_EQ(ring.producer().acquire(), ring.producer().acquire()) << "acquire alone takes no slot";
  for (std::uint32_t i = 0; i < size; ++i) ASSERT_TRUE(ring.fill());
  EXPECT_EQ(ring.producer().acquire(), nullptr);
  ring.producer().publish();
  EXPECT_TRUE(ring.take(size)) << "no slot was handed out twice";
}

TEST_P(RingConformance, Spec_2_7_13_3_filled_slots_are_invisible_until_published) {
  for (int round = 0; round < 5; ++round) {
    for (std::uint32_t i = 0; i < size; ++i) ASSERT_TRUE(ring.fill());
    EXPECT_FALSE(ring.consumer().ready());
    EXPECT_EQ(ring.consumer().take(), nullptr);
    ring.producer().publish();
    EXPECT_TRUE(ring.consumer().ready());
    ASSERT_TRUE(ring.take(size));
  }
}

TEST_P(RingConformance, Spec_2_7_8_released_slots_are_invisible_until_published) {
  for (int round = 0; round < 5; ++round) {
    ASSERT_TRUE(ring.put(size));
    for (std::uint32_t i = 0; i < size; ++i) ASSERT_TRUE(ring.drain());
    EXPECT_FALSE(ring.producer().ready());
    EXPECT_EQ(ring.producer().acquire(), nullptr);
    ring.consumer().publish();
    EXPECT_TRUE(ring.producer().ready());
    ASSERT_TRUE(ring.put(size)) << "all slots are free again";
    ASSERT_TRUE(ring.take(size));
  }
}

TEST_P(RingConformance, Publishing_a_part_shows_that_part) {
  const std::uint32_t part = size / 2;
  ASSERT_TRUE(ring.put(part));
  for (std::uint32_t i = part; i < size; ++i) ASSERT_TRUE(ring.fill());
  for (std::uint32_t i = 0; i < part; ++i) ASSERT_TRUE(ring.drain());
  EXPECT_EQ(ring.consumer().take(), nullptr) << "the rest was not published";
  ring.producer().publish();
  for (std::uint32_t i = part; i < size; ++i) ASSERT_TRUE(ring.drain());
  ring.consumer().publish();
}

TEST_P(RingConformance, Publishing_nothing_changes_nothing) {
  ring.producer().publish();
  ring.consumer().publish();
  EXPECT_FALSE(ring.consumer().ready());
  ASSERT_TRUE(ring.put(size));
  ring.producer().publish();
  ring.consumer().publish();
  EXPECT_FALSE(ring.producer().ready());
  EXPECT_TRUE(ring.take(size));
  EXPECT_EQ(ring.consumer().take(), nullptr);
}

TEST_P(RingConformance, Items_pass_in_order_while_indices_wrap_at_16_bits) {
  constexpr std::uint64_t item_count = 3 * (1U << 16) + 77;
  std::mt19937 random(size);
  std::uint64_t put = 0;
  std::uint64_t taken = 0;
  while (taken < item_count) {
    const std::uint64_t free = size - (put - taken);
    const std::uint32_t in = test::below(random, free + 1);
    ASSERT_TRUE(ring.put(in));
    put += in;
    const std::uint32_t out = test::below(random, put - taken + 1);
    ASSERT_TRUE(ring.take(out)) << "after item " << taken;
    taken += out;
  }
  ASSERT_TRUE(ring.take(static_cast<std::uint32_t>(put - taken)));
  EXPECT_FALSE(ring.consumer().ready());
  EXPECT_EQ(ring.producer().fault(), RingFault::none);
  EXPECT_EQ(ring.consumer().fault(), RingFault::none);
}

TEST_P(RingConformance, Full_and_empty_are_told_apart_at_every_index) {
  const std::uint32_t laps = (1U << 16) / size + 2;
  for (std::uint32_t lap = 0; lap < laps; ++lap) {
    ASSERT_TRUE(ring.put(size));
    ASSERT_FALSE(ring.producer().ready());
    ASSERT_EQ(ring.producer().acquire(), nullptr);
    ASSERT_TRUE(ring.consumer().ready());
    ASSERT_TRUE(ring.take(size));
    ASSERT_FALSE(ring.consumer().ready());
    ASSERT_EQ(ring.consumer().take(), nullptr);
    ASSERT_TRUE(ring.producer().ready());
    // One more, so that the next lap starts at another slot.
    ASSERT_TRUE(ring.put(1));
    ASSERT_TRUE(ring.take(1));
  }
}

}  // namespace
}  // namespace kickbench
