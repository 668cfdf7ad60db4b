// Halves that are made one after the other or anew, and notifications that come in vain or not at all: all of it is
// legal at any time.
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <random>

#include "tests/ring/hostile_peer.hpp"
#include "tests/ring/ring_table.hpp"
#include "tests/ring/rings.hpp"

namespace kickbench {
namespace {

template <class RingType>
class Lifecycle : public testing::Test {
 protected:
  using Ring = RingType;
  static constexpr std::uint32_t size = 4;

  void make_producer() { producer_.emplace(owned_.queue); }
  void make_consumer() { consumer_.emplace(owned_.queue); }
  void make_both() {
    // In a receive queue the consumer is the driver, and posts the buffers.
    make_consumer();
    make_producer();
  }
  void put(std::uint32_t count = 1) {
    for (std::uint32_t i = 0; i < count; ++i) {
      Item* item = producer_->acquire();
      ASSERT_NE(item, nullptr);
      *item = {.tag = put_++, .stamp = 1};
      producer_->commit();
    }
    producer_->publish();
  }
  void take(std::uint32_t count = 1) {
    for (std::uint32_t i = 0; i < count; ++i) {
      const Item* item = consumer_->take();
      ASSERT_NE(item, nullptr);
      ASSERT_EQ(item->tag, taken_++);
      consumer_->release();
    }
    consumer_->publish();
  }

  test::Owned<typename Ring::Queue> owned_{Ring::shape(size)};
  std::optional<typename Ring::Producer> producer_;
  std::optional<typename Ring::Consumer> consumer_;
  std::uint64_t put_ = 0;
  std::uint64_t taken_ = 0;
};

using Rings = testing::Types<test::SplitTx, test::SplitRx, test::PackedTx, test::PackedRx,
                             test::InOrder<SplitLayout, true>, test::InOrder<SplitLayout, false>,
                             test::InOrder<PackedLayout, true>, test::InOrder<PackedLayout, false>,
                             test::FlagsOnly<SplitLayout, true>, test::FlagsOnly<PackedLayout, true>,
                             test::Chained<SplitLayout, true>, test::Chained<PackedLayout, false>>;
struct RingName {
  template <class Ring>
  static std::string GetName(int) {
    return Ring::name();
  }
};
TYPED_TEST_SUITE(Lifecycle, Rings, RingName);

// Nobody waits for the kick that was sent before it was there: a half that is made late must look for itself.
TYPED_TEST(Lifecycle, A_notification_before_the_other_half_is_ready_is_served_once_it_is) {
  if constexpr (requires { TxProducer<typename TypeParam::Layout>(this->owned_.queue); } &&
                std::is_same_v<typename TypeParam::Producer, TxProducer<typename TypeParam::Layout>>) {
    this->make_producer();
    this->put(3);
    this->producer_->peer_wants_notification();
    this->make_consumer();
    EXPECT_EQ(this->consumer_->arm(1), ArmOutcome::work_pending);
    this->take(3);
    EXPECT_FALSE(this->consumer_->ready());
  } else {
    this->make_consumer();  // posts all buffers, and asks whether to kick for them
    this->make_producer();
    EXPECT_EQ(this->producer_->arm(1), ArmOutcome::work_pending);
    this->put(this->size);
    EXPECT_FALSE(this->producer_->ready());
  }
}

TYPED_TEST(Lifecycle, Spec_2_4_1_after_a_reset_the_first_notification_is_sent) {
  for (std::uint32_t before = 0; before <= 3 * this->size; ++before) {
    SCOPED_TRACE(testing::Message() << before << " items before the reset");
    this->owned_.queue.reset();
    this->make_both();
    this->put_ = this->taken_ = 0;
    ASSERT_EQ(this->consumer_->arm(1), ArmOutcome::may_sleep);
    this->put();
    EXPECT_TRUE(this->producer_->peer_wants_notification()) << "of the consumer";
    this->consumer_->disarm();
    this->put(this->size - 1);
    this->producer_->peer_wants_notification();
    ASSERT_EQ(this->producer_->arm(1), ArmOutcome::may_sleep);
    this->take();
    EXPECT_TRUE(this->consumer_->peer_wants_notification()) << "of the producer";
    this->producer_->disarm();
    this->take(this->size - 1);
    for (std::uint32_t i = 0; i < before; ++i) {
      this->put();
      this->producer_->peer_wants_notification();
      this->take();
      this->consumer_->peer_wants_notification();
    }
  }
}

TYPED_TEST(Lifecycle, Notifications_in_vain_or_missing_lose_nothing_and_break_nothing) {
  this->make_both();
  std::mt19937 random(11);
  std::uint32_t pending = 0;
  for (int step = 0; step < 200'000; ++step) {
    const std::uint32_t count = 1 + test::below(random, this->size);
    switch (test::below(random, 8)) {
      case 0:  // woken for nothing, or though nobody told: what is there is seen
        ASSERT_EQ(this->consumer_->ready(), pending > 0);
        break;
      case 1:
        ASSERT_EQ(this->producer_->ready(), pending < this->size);
        break;
      case 2:  // asked for, and never waited for
        ASSERT_EQ(this->consumer_->arm(1), pending >= 1 ? ArmOutcome::work_pending : ArmOutcome::may_sleep);
        break;
      case 3:
        ASSERT_EQ(this->producer_->arm(1), pending < this->size ? ArmOutcome::work_pending : ArmOutcome::may_sleep);
        break;
      case 4:  // the answer is dropped: a notification that never arrives
        this->producer_->peer_wants_notification();
        this->consumer_->peer_wants_notification();
        break;
      case 5:
        this->consumer_->disarm();
        this->producer_->disarm();
        break;
      case 6:
        if (pending + count > this->size) break;
        ASSERT_NO_FATAL_FAILURE(this->put(count));
        pending += count;
        break;
      default:
        if (count > pending) break;
        ASSERT_NO_FATAL_FAILURE(this->take(count));
        pending -= count;
    }
  }
  EXPECT_GT(this->taken_, 10'000U);
  EXPECT_EQ(this->producer_->fault(), RingFault::none);
  EXPECT_EQ(this->consumer_->fault(), RingFault::none);
}

// The peer's decision, each way of asking for it: one test that is quick to build, for what notification_test.cpp says
// of all rings and sizes.
TYPED_TEST(Lifecycle, Each_request_is_answered_once_lap_after_lap) {
  this->make_both();
  for (int round = 0; round < 20 * static_cast<int>(this->size); ++round) {
    ASSERT_EQ(this->consumer_->arm(1), ArmOutcome::may_sleep);
    EXPECT_FALSE(this->producer_->peer_wants_notification()) << "nothing was published";
    this->put();
    EXPECT_TRUE(this->producer_->peer_wants_notification()) << "round " << round;
    EXPECT_FALSE(this->producer_->peer_wants_notification()) << "round " << round;
    this->consumer_->disarm();
    this->put(this->size - 1);
    EXPECT_FALSE(this->producer_->peer_wants_notification()) << "round " << round;
    ASSERT_EQ(this->producer_->arm(1), ArmOutcome::may_sleep);
    this->take();
    EXPECT_TRUE(this->consumer_->peer_wants_notification()) << "round " << round;
    EXPECT_FALSE(this->consumer_->peer_wants_notification()) << "round " << round;
    this->producer_->disarm();
    this->take(this->size - 1);
    EXPECT_FALSE(this->consumer_->peer_wants_notification()) << "round " << round;
    // One more, so that the next round begins at another slot.
    this->put();
    this->producer_->peer_wants_notification();
    this->take();
    this->consumer_->peer_wants_notification();
  }
}

TYPED_TEST(Lifecycle, Items_pass_in_order_while_indices_wrap_at_16_bits) {
  this->make_both();
  for (std::uint32_t passed = 0; passed < 70'000; passed += this->size) {
    ASSERT_NO_FATAL_FAILURE(this->put(this->size));
    ASSERT_FALSE(this->producer_->ready());
    ASSERT_NO_FATAL_FAILURE(this->take(this->size));
    ASSERT_FALSE(this->consumer_->ready());
  }
}

}  // namespace
}  // namespace kickbench
