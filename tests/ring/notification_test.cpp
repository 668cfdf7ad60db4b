// What every ring must do with notifications: one for each time a side asked and its threshold was reached, none after
// it stopped asking. One suite over all rings, queue sizes and both directions, driven from one thread.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/ring/rings.hpp"

namespace kickbench {
namespace {

using test::ConsumerWaits;
using test::ProducerWaits;
using test::SplitTx;
using test::Spsc;

struct DirectionName {
  template <class T>
  static std::string GetName(int) {
    return std::string(T::Ring::name) + std::to_string(T::size) + std::string(T::name);
  }
};

template <class T>
class RingNotification : public testing::Test {
 protected:
  static constexpr std::uint32_t size = T::size;

  /// All counts up to the queue size; of a long queue those around the edges and some between.
  static std::vector<std::uint32_t> counts(std::uint32_t first) {
    std::vector<std::uint32_t> all;
    for (std::uint32_t count = first; count <= size; ++count) {
      const bool edge = count < 4 || count + 3 > size || (count > size / 2 - 2 && count < size / 2 + 2);
      if (size <= 256 || edge || count % 4099 == 0) all.push_back(count);
    }
    return all;
  }

  bool provide(std::uint32_t count) { return side_.provide(count); }
  bool use(std::uint32_t count) { return side_.use(count); }
  bool wants() { return side_.providing().peer_wants_notification(); }
  ArmOutcome arm(std::uint32_t threshold) { return side_.waiting().arm(threshold); }
  void disarm() { side_.waiting().disarm(); }

  /// Asserts silence. A split queue of the largest size leaves no index that is out of the peer's reach for a whole lap
  /// (event_index.hpp), so there a notification in vain is legal, but rare.
  void expect_silence_after(std::uint32_t items) {
    items_ += items;
    in_vain_ += wants() ? 1 : 0;
    ASSERT_LE(in_vain_, T::Ring::leaves_an_idx_out_of_reach(size) ? 0 : items_ / 32768)
        << "after " << items_ << " items";
  }

  /// Many items pass, in batches of `batch`, and nobody is notified.
  void pass_suppressed(std::uint32_t batch) {
    for (std::uint32_t passed = 0; passed < 200'000; passed += batch) {
      ASSERT_TRUE(provide(batch));
      ASSERT_NO_FATAL_FAILURE(expect_silence_after(batch));
      ASSERT_TRUE(use(batch));
    }
  }

  T side_;

 private:
  std::uint32_t items_ = 0;
  std::uint32_t in_vain_ = 0;
};

using Directions =
    testing::Types<ConsumerWaits<SplitTx, 1>, ConsumerWaits<SplitTx, 2>, ConsumerWaits<SplitTx, 256>,
                   ConsumerWaits<SplitTx, 8192>, ConsumerWaits<SplitTx, 16384>, ConsumerWaits<SplitTx, 32768>,
                   ProducerWaits<SplitTx, 1>, ProducerWaits<SplitTx, 2>, ProducerWaits<SplitTx, 256>,
                   ProducerWaits<SplitTx, 8192>, ProducerWaits<SplitTx, 16384>, ProducerWaits<SplitTx, 32768>,
                   ConsumerWaits<Spsc, 1>, ConsumerWaits<Spsc, 2>, ConsumerWaits<Spsc, 3>, ConsumerWaits<Spsc, 256>,
                   ConsumerWaits<Spsc, 32768>, ProducerWaits<Spsc, 1>, ProducerWaits<Spsc, 2>, ProducerWaits<Spsc, 3>,
                   ProducerWaits<Spsc, 256>, ProducerWaits<Spsc, 32768>>;
TYPED_TEST_SUITE(RingNotification, Directions, DirectionName);

TYPED_TEST(RingNotification, Nobody_asked_nobody_is_notified) {
  for (std::uint32_t lap = 0; lap < 3; ++lap) {
    for (std::uint32_t i = 0; i < this->size; ++i) {
      ASSERT_TRUE(this->provide(1));
      ASSERT_NO_FATAL_FAILURE(this->expect_silence_after(1));
    }
    ASSERT_TRUE(this->use(this->size));
  }
}

TYPED_TEST(RingNotification, Arm_says_may_sleep_iff_fewer_slots_than_asked_for_are_pending) {
  for (const std::uint32_t pending : this->counts(0)) {
    ASSERT_TRUE(this->provide(pending));
    for (const std::uint32_t threshold : this->counts(1)) {
      const ArmOutcome expected = pending >= threshold ? ArmOutcome::work_pending : ArmOutcome::may_sleep;
      ASSERT_EQ(this->arm(threshold), expected) << pending << " pending, threshold " << threshold;
    }
    this->disarm();
    ASSERT_TRUE(this->use(pending));
  }
}

TYPED_TEST(RingNotification, Spec_2_7_7_2_notified_once_when_the_threshold_is_reached) {
  for (const std::uint32_t pending : this->counts(0)) {
    for (const std::uint32_t threshold : this->counts(pending + 1)) {
      SCOPED_TRACE(testing::Message() << pending << " pending, threshold " << threshold);
      ASSERT_TRUE(this->provide(pending));
      this->wants();  // an answer for what was published before the request
      ASSERT_EQ(this->arm(threshold), ArmOutcome::may_sleep);
      for (std::uint32_t count = pending + 1; count <= this->size; ++count) {
        ASSERT_TRUE(this->provide(1));
        ASSERT_EQ(this->wants(), count == threshold) << "with " << count << " pending";
        ASSERT_FALSE(this->wants()) << "nothing was added since the last answer";
      }
      this->disarm();
      ASSERT_TRUE(this->use(this->size));
    }
  }
}

TYPED_TEST(RingNotification, Spec_2_7_7_2_a_batch_notifies_iff_the_threshold_lies_in_it) {
  std::mt19937 random(this->size);
  const std::uint32_t rounds = std::clamp(2'000'000 / this->size, 60U, 2000U);
  for (std::uint32_t round = 0; round < rounds; ++round) {
    const std::uint32_t threshold = 1 + test::below(random, this->size);
    ASSERT_EQ(this->arm(threshold), ArmOutcome::may_sleep);
    std::uint32_t pending = 0;
    while (pending < this->size) {
      const std::uint32_t batch = 1 + test::below(random, this->size - pending);
      ASSERT_TRUE(this->provide(batch));
      const bool reached = pending < threshold && pending + batch >= threshold;
      ASSERT_EQ(this->wants(), reached) << pending << " + " << batch << ", threshold " << threshold;
      pending += batch;
    }
    this->disarm();
    ASSERT_TRUE(this->use(this->size));
  }
}

TYPED_TEST(RingNotification, One_question_answers_for_several_publications) {
  for (const std::uint32_t threshold : this->counts(1)) {
    ASSERT_EQ(this->arm(threshold), ArmOutcome::may_sleep);
    for (std::uint32_t i = 0; i < this->size; ++i) ASSERT_TRUE(this->provide(1));
    EXPECT_TRUE(this->wants()) << "threshold " << threshold;
    EXPECT_FALSE(this->wants());
    this->disarm();
    ASSERT_TRUE(this->use(this->size));
  }
}

TYPED_TEST(RingNotification, Withdrawn_request_notifies_nobody) {
  for (const std::uint32_t threshold : this->counts(1)) {
    ASSERT_EQ(this->arm(threshold), ArmOutcome::may_sleep);
    ASSERT_TRUE(this->provide(threshold - 1));
    ASSERT_FALSE(this->wants());
    this->disarm();
    for (std::uint32_t count = threshold; count <= this->size; ++count) {
      ASSERT_TRUE(this->provide(1));
      ASSERT_FALSE(this->wants()) << "threshold " << threshold;
    }
    ASSERT_TRUE(this->use(this->size));
  }
}

TYPED_TEST(RingNotification, A_later_request_replaces_the_earlier_one) {
  ASSERT_EQ(this->arm(1), ArmOutcome::may_sleep);
  ASSERT_EQ(this->arm(this->size), ArmOutcome::may_sleep);
  for (std::uint32_t count = 1; count <= this->size; ++count) {
    ASSERT_TRUE(this->provide(1));
    ASSERT_EQ(this->wants(), count == this->size) << count;
  }
}

TYPED_TEST(RingNotification, Asks_again_and_again_and_is_notified_each_time) {
  // Ever new positions of the index, until it has wrapped twice.
  const std::uint32_t rounds = (1U << 17) / std::max(1U, this->size / 2) + 3;
  std::mt19937 random(7);
  for (std::uint32_t round = 0; round < rounds; ++round) {
    const std::uint32_t threshold = 1 + test::below(random, this->size);
    ASSERT_EQ(this->arm(threshold), ArmOutcome::may_sleep);
    if (threshold > 1) {
      ASSERT_TRUE(this->provide(threshold - 1));
      ASSERT_FALSE(this->wants()) << "round " << round;
    }
    ASSERT_TRUE(this->provide(1));
    ASSERT_TRUE(this->wants()) << "round " << round;
    this->disarm();
    ASSERT_TRUE(this->use(threshold));
  }
}

TYPED_TEST(RingNotification, Stays_silent_for_200000_items_one_by_one) {
  ASSERT_EQ(this->arm(1), ArmOutcome::may_sleep);
  this->disarm();
  this->pass_suppressed(1);
}

TYPED_TEST(RingNotification, Stays_silent_for_200000_items_in_batches_of_the_queue_size) {
  this->pass_suppressed(this->size);
}

TYPED_TEST(RingNotification, Stays_silent_for_200000_items_after_a_notification_was_used_up) {
  for (const std::uint32_t batch : {this->size, std::max(1U, this->size / 2)}) {
    ASSERT_EQ(this->arm(1), ArmOutcome::may_sleep);
    ASSERT_TRUE(this->provide(batch));
    ASSERT_TRUE(this->wants());
    ASSERT_TRUE(this->side_.waiting().ready()) << "the look that follows a wake-up";
    this->disarm();
    ASSERT_TRUE(this->use(batch));
    ASSERT_NO_FATAL_FAILURE(this->pass_suppressed(batch)) << "in batches of " << batch;
  }
}

TYPED_TEST(RingNotification, Stays_silent_while_a_full_queue_is_refilled_slot_by_slot) {
  // The providing side runs a whole queue ahead of the waiting one, which looks rarely.
  ASSERT_TRUE(this->provide(this->size));
  ASSERT_NO_FATAL_FAILURE(this->expect_silence_after(this->size));
  for (std::uint32_t passed = 0; passed < 200'000; ++passed) {
    ASSERT_TRUE(this->use(1));
    ASSERT_TRUE(this->provide(1));
    ASSERT_NO_FATAL_FAILURE(this->expect_silence_after(1));
  }
}

class SplitNotification : public testing::Test {
 protected:
  void put() {
    ASSERT_NE(producer_.acquire(), nullptr);
    producer_.commit();
    producer_.publish();
  }
  void take() {
    ASSERT_NE(consumer_.take(), nullptr);
    consumer_.release();
    consumer_.publish();
  }

  SplitQueue queue_{4};
  SplitTxProducer producer_{queue_};
  SplitTxConsumer consumer_{queue_};
};

// The flags of both rings are for peers without EVENT_IDX. With it they must not matter.
TEST_F(SplitNotification, Spec_2_7_7_2_and_2_7_10_1_flags_are_ignored_with_event_idx) {
  for (const std::uint16_t flags : {std::uint16_t{0}, std::uint16_t{1}}) {
    *(queue_.areas.avail_idx - 1) = flags;
    *(queue_.areas.used_idx - 1) = flags;
    ASSERT_EQ(consumer_.arm(1), ArmOutcome::may_sleep);
    put();
    EXPECT_TRUE(producer_.peer_wants_notification()) << "used.flags " << flags;
    for (int i = 0; i < 3; ++i) put();
    ASSERT_EQ(producer_.arm(1), ArmOutcome::may_sleep);
    take();
    EXPECT_TRUE(consumer_.peer_wants_notification()) << "avail.flags " << flags;
    for (int i = 0; i < 3; ++i) take();
  }
}

TEST_F(SplitNotification, Slots_that_the_driver_has_reclaimed_count_towards_its_threshold) {
  for (int i = 0; i < 4; ++i) put();
  take();
  ASSERT_NE(producer_.acquire(), nullptr) << "one is reclaimed";
  EXPECT_EQ(producer_.arm(1), ArmOutcome::work_pending);
  ASSERT_EQ(producer_.arm(3), ArmOutcome::may_sleep);
  consumer_.peer_wants_notification();
  take();
  EXPECT_FALSE(consumer_.peer_wants_notification()) << "2 are free";
  take();
  EXPECT_TRUE(consumer_.peer_wants_notification()) << "3 are free";
}

// A device may be slow to write its event, and memory starts out as zeros: notifying for nothing is legal, not
// notifying is not.
TEST_F(SplitNotification, Spec_2_7_7_2_device_notifies_when_idx_equals_used_event) {
  for (int i = 0; i < 4; ++i) put();
  for (std::uint16_t idx = 0; idx < 4; ++idx) {
    *queue_.areas.used_event = idx;
    take();
    EXPECT_TRUE(consumer_.peer_wants_notification()) << idx;
  }
}

TEST_F(SplitNotification, Spec_2_7_10_1_driver_notifies_when_idx_equals_avail_event) {
  for (std::uint16_t idx = 0; idx < 4; ++idx) {
    *queue_.areas.avail_event = idx;
    put();
    EXPECT_TRUE(producer_.peer_wants_notification()) << idx;
  }
}

}  // namespace
}  // namespace kickbench
