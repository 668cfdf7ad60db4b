// What every ring must do with items: hand each over once, in order, not before it is published. One suite over all
// rings and queue sizes, driven from one thread.
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>

#include "tests/ring/rings.hpp"

namespace kickbench {
namespace {

using test::Driven;

template <class RingType, std::uint32_t queue_size>
struct Sized {
  using Ring = RingType;
  static constexpr std::uint32_t size = queue_size;
};

struct SizedName {
  template <class T>
  static std::string GetName(int) {
    return std::string(T::Ring::name) + std::to_string(T::size);
  }
};

template <class T>
class RingConformance : public testing::Test {
 protected:
  static constexpr std::uint32_t size = T::size;
  Driven<typename T::Ring> ring_{size};
};

using Rings = testing::Types<Sized<test::SplitTx, 1>, Sized<test::SplitTx, 2>, Sized<test::SplitTx, 256>,
                             Sized<test::SplitTx, 32768>, Sized<test::Spsc, 1>, Sized<test::Spsc, 2>,
                             Sized<test::Spsc, 3>, Sized<test::Spsc, 256>, Sized<test::Spsc, 32768>>;
TYPED_TEST_SUITE(RingConformance, Rings, SizedName);

TYPED_TEST(RingConformance, Starts_empty_with_all_slots_free) {
  auto& ring = this->ring_;
  EXPECT_EQ(ring.consumer().take(), nullptr);
  EXPECT_FALSE(ring.consumer().ready());
  EXPECT_TRUE(ring.producer().ready());
  EXPECT_NE(ring.producer().acquire(), nullptr);
  EXPECT_EQ(ring.producer().fault(), RingFault::none);
  EXPECT_EQ(ring.consumer().fault(), RingFault::none);
}

TYPED_TEST(RingConformance, Holds_exactly_queue_size_items) {
  auto& ring = this->ring_;
  for (int lap = 0; lap < 3; ++lap) {
    for (std::uint32_t i = 0; i < this->size; ++i) ASSERT_TRUE(ring.put(1)) << i;
    EXPECT_EQ(ring.producer().acquire(), nullptr) << "full";
    EXPECT_FALSE(ring.producer().ready());
    for (std::uint32_t i = 0; i < this->size; ++i) ASSERT_TRUE(ring.take(1)) << i;
    EXPECT_EQ(ring.consumer().take(), nullptr) << "empty";
    EXPECT_FALSE(ring.consumer().ready());
  }
}

TYPED_TEST(RingConformance, Slots_are_filled_in_place_and_distinct) {
  auto& ring = this->ring_;
  ASSERT_EQ(ring.producer().acquire(), ring.producer().acquire()) << "acquire alone takes no slot";
  for (std::uint32_t i = 0; i < this->size; ++i) ASSERT_TRUE(ring.fill());
  EXPECT_EQ(ring.producer().acquire(), nullptr);
  ring.producer().publish();
  EXPECT_TRUE(ring.take(this->size)) << "no slot was handed out twice";
}

TYPED_TEST(RingConformance, Spec_2_7_13_3_filled_slots_are_invisible_until_published) {
  auto& ring = this->ring_;
  for (int round = 0; round < 5; ++round) {
    for (std::uint32_t i = 0; i < this->size; ++i) ASSERT_TRUE(ring.fill());
    EXPECT_FALSE(ring.consumer().ready());
    EXPECT_EQ(ring.consumer().take(), nullptr);
    ring.producer().publish();
    EXPECT_TRUE(ring.consumer().ready());
    ASSERT_TRUE(ring.take(this->size));
  }
}

TYPED_TEST(RingConformance, Spec_2_7_8_released_slots_are_invisible_until_published) {
  auto& ring = this->ring_;
  for (int round = 0; round < 5; ++round) {
    ASSERT_TRUE(ring.put(this->size));
    for (std::uint32_t i = 0; i < this->size; ++i) ASSERT_TRUE(ring.drain());
    EXPECT_FALSE(ring.producer().ready());
    EXPECT_EQ(ring.producer().acquire(), nullptr);
    ring.consumer().publish();
    EXPECT_TRUE(ring.producer().ready());
    ASSERT_TRUE(ring.put(this->size)) << "all slots are free again";
    ASSERT_TRUE(ring.take(this->size));
  }
}

TYPED_TEST(RingConformance, Publishing_a_part_shows_that_part) {
  auto& ring = this->ring_;
  const std::uint32_t part = this->size / 2;
  ASSERT_TRUE(ring.put(part));
  for (std::uint32_t i = part; i < this->size; ++i) ASSERT_TRUE(ring.fill());
  for (std::uint32_t i = 0; i < part; ++i) ASSERT_TRUE(ring.drain());
  EXPECT_EQ(ring.consumer().take(), nullptr) << "the rest was not published";
  ring.producer().publish();
  for (std::uint32_t i = part; i < this->size; ++i) ASSERT_TRUE(ring.drain());
  ring.consumer().publish();
}

TYPED_TEST(RingConformance, Publishing_nothing_changes_nothing) {
  auto& ring = this->ring_;
  ring.producer().publish();
  ring.consumer().publish();
  EXPECT_FALSE(ring.consumer().ready());
  ASSERT_TRUE(ring.put(this->size));
  ring.producer().publish();
  ring.consumer().publish();
  EXPECT_FALSE(ring.producer().ready());
  EXPECT_TRUE(ring.take(this->size));
  EXPECT_EQ(ring.consumer().take(), nullptr);
}

TYPED_TEST(RingConformance, Items_pass_in_order_while_indices_wrap_at_16_bits) {
  auto& ring = this->ring_;
  constexpr std::uint64_t item_count = 3 * (1U << 16) + 77;
  std::mt19937 random(this->size);
  std::uint64_t put = 0;
  std::uint64_t taken = 0;
  while (taken < item_count) {
    const std::uint64_t free = this->size - (put - taken);
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

TYPED_TEST(RingConformance, Full_and_empty_are_told_apart_at_every_index) {
  auto& ring = this->ring_;
  const std::uint32_t laps = (1U << 16) / this->size + 2;
  for (std::uint32_t lap = 0; lap < laps; ++lap) {
    ASSERT_TRUE(ring.put(this->size));
    ASSERT_FALSE(ring.producer().ready());
    ASSERT_EQ(ring.producer().acquire(), nullptr);
    ASSERT_TRUE(ring.consumer().ready());
    ASSERT_TRUE(ring.take(this->size));
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
