// What every ring must do with notifications: one for each time a side asked and its threshold was reached, none after
// it stopped asking. One suite over all rings, queue sizes and both directions, driven from one thread.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/ring/ring_table.hpp"
#include "tests/ring/rings.hpp"

namespace kickbench {
namespace {

/// One side waits, the other provides.
class Waiting {
 public:
  Waiting(const test::RingCase& ring_case, bool consumer_waits)
      : size(ring_case.slot_count), ring_(ring_case), consumer_waits_(consumer_waits), case_(ring_case) {
    if (consumer_waits) return;  // empty: nothing is pending
    ring_.put(size);             // full: likewise
    items_ = size;
  }

  /// All counts up to the queue size; of a long queue those around the edges and some between.
  std::vector<std::uint32_t> counts(std::uint32_t first) const {
    std::vector<std::uint32_t> all;
    for (std::uint32_t count = first; count <= size; ++count) {
      const bool edge = count < 4 || count + 3 > size || (count > size / 2 - 2 && count < size / 2 + 2);
      if (edge || count % (size <= 256 ? 37 : 4099) == 0) all.push_back(count);
    }
    return all;
  }

  test::AnyPort& waiting() {
    return consumer_waits_ ? static_cast<test::AnyPort&>(ring_.consumer()) : ring_.producer();
  }
  bool provide(std::uint32_t count) { return consumer_waits_ ? ring_.put(count) : ring_.take(count); }
  bool use(std::uint32_t count) { return consumer_waits_ ? ring_.take(count) : ring_.put(count); }
  bool wants() {
    return consumer_waits_ ? ring_.producer().peer_wants_notification() : ring_.consumer().peer_wants_notification();
  }
  ArmOutcome arm(std::uint32_t threshold) { return waiting().arm(threshold); }
  void disarm() { waiting().disarm(); }

  /// Asserts silence. A split queue of the largest size leaves no index that is out of the peer's reach for a whole lap
  /// (event_index.hpp), so there a notification in vain is legal, but rare.
  void expect_silence_after(std::uint32_t items) {
    items_ += items;
    in_vain_ += wants() ? 1 : 0;
    ASSERT_LE(in_vain_, case_.ring->leaves_an_idx_out_of_reach(size) ? 0 : items_ / 32768)
        << "after " << items_ << " items";
  }

  /// Many items pass, in batches of `batch`, and nobody is notified.
  void pass_suppressed(std::uint32_t batch) {
    for (std::uint32_t passed = 0; passed < 140'000; passed += batch) {
      ASSERT_TRUE(provide(batch));
      ASSERT_NO_FATAL_FAILURE(expect_silence_after(batch));
      ASSERT_TRUE(use(batch));
    }
  }

  std::uint32_t size;

 private:
  test::Driven ring_;
  bool consumer_waits_;
  test::RingCase case_;
  std::uint32_t items_ = 0;
  std::uint32_t in_vain_ = 0;
};

struct NotificationCase {
  test::RingCase ring;
  bool consumer_waits;

  std::string name() const { return ring.name() + (consumer_waits ? "_consumer_waits" : "_producer_waits"); }
  friend void PrintTo(const NotificationCase& c, std::ostream* out) { *out << c.name(); }
};

std::vector<NotificationCase> both_sides_of(const std::vector<test::RingCase>& rings) {
  std::vector<NotificationCase> cases;
  for (const test::RingCase& ring : rings) {
    cases.push_back({ring, true});
    cases.push_back({ring, false});
  }
  return cases;
}

class RingNotification : public testing::TestWithParam<NotificationCase> {
 protected:
  Waiting t{GetParam().ring, GetParam().consumer_waits};
};
INSTANTIATE_TEST_SUITE_P(Rings, RingNotification, testing::ValuesIn(both_sides_of(test::rings_with_thresholds())),
                         [](const auto& test) { return test.param.name(); });

TEST_P(RingNotification, Nobody_asked_nobody_is_notified) {
  for (std::uint32_t lap = 0; lap < 3; ++lap) {
    for (std::uint32_t i = 0; i < t.size; ++i) {
      ASSERT_TRUE(t.provide(1));
      ASSERT_NO_FATAL_FAILURE(t.expect_silence_after(1));
    }
    ASSERT_TRUE(t.use(t.size));
  }
}

TEST_P(RingNotification, Arm_says_may_sleep_iff_fewer_slots_than_asked_for_are_pending) {
  for (const std::uint32_t pending : t.counts(0)) {
    ASSERT_TRUE(t.provide(pending));
    for (const std::uint32_t threshold : t.counts(1)) {
      const ArmOutcome expected = pending >= threshold ? ArmOutcome::work_pending : ArmOutcome::may_sleep;
      ASSERT_EQ(t.arm(threshold), expected) << pending << " pending, threshold " << threshold;
    }
    t.disarm();
    ASSERT_TRUE(t.use(pending));
  }
}

TEST_P(RingNotification, Spec_2_7_7_2_notified_once_when_the_threshold_is_reached) {
  for (const std::uint32_t pending : t.counts(0)) {
    for (const std::uint32_t threshold : t.counts(pending + 1)) {
      SCOPED_TRACE(testing::Message() << pending << " pending, threshold " << threshold);
      ASSERT_TRUE(t.provide(pending));
      t.wants();  // an answer for what was published before the request
      ASSERT_EQ(t.arm(threshold), ArmOutcome::may_sleep);
      for (std::uint32_t count = pending + 1; count <= t.size; ++count) {
        ASSERT_TRUE(t.provide(1));
        ASSERT_EQ(t.wants(), count == threshold) << "with " << count << " pending";
        ASSERT_FALSE(t.wants()) << "nothing was added since the last answer";
      }
      t.disarm();
      ASSERT_TRUE(t.use(t.size));
    }
  }
}

TEST_P(RingNotification, Spec_2_7_7_2_a_batch_notifies_iff_the_threshold_lies_in_it) {
  std::mt19937 random(t.size);
  const std::uint32_t rounds = std::clamp(2'000'000 / t.size, 60U, 2000U);
  for (std::uint32_t round = 0; round < rounds; ++round) {
    const std::uint32_t threshold = 1 + test::below(random, t.size);
    ASSERT_EQ(t.arm(threshold), ArmOutcome::may_sleep);
    std::uint32_t pending = 0;
    while (pending < t.size) {
      const std::uint32_t batch = 1 + test::below(random, t.size - pending);
      ASSERT_TRUE(t.provide(batch));
      const bool reached = pending < threshold && pending + batch >= threshold;
      ASSERT_EQ(t.wants(), reached) << pending << " + " << batch << ", threshold " << threshold;
      pending += batch;
    }
    t.disarm();
    ASSERT_TRUE(t.use(t.size));
  }
}

TEST_P(RingNotification, One_question_answers_for_several_publications) {
  for (const std::uint32_t threshold : t.counts(1)) {
    ASSERT_EQ(t.arm(threshold), ArmOutcome::may_sleep);
    for (std::uint32_t i = 0; i < t.size; ++i) ASSERT_TRUE(t.provide(1));
    EXPECT_TRUE(t.wants()) << "threshold " << threshold;
    EXPECT_FALSE(t.wants());
    t.disarm();
    ASSERT_TRUE(t.use(t.size));
  }
}

TEST_P(RingNotification, Withdrawn_request_notifies_nobody) {
  for (const std::uint32_t threshold : t.counts(1)) {
    ASSERT_EQ(t.arm(threshold), ArmOutcome::may_sleep);
    ASSERT_TRUE(t.provide(threshold - 1));
    ASSERT_FALSE(t.wants());
    t.disarm();
    for (std::uint32_t count = threshold; count <= t.size; ++count) {
      ASSERT_TRUE(t.provide(1));
      ASSERT_FALSE(t.wants()) << "threshold " << threshold;
    }
    ASSERT_TRUE(t.use(t.size));
  }
}

TEST_P(RingNotification, A_later_request_replaces_the_earlier_one) {
  ASSERT_EQ(t.arm(1), ArmOutcome::may_sleep);
  ASSERT_EQ(t.arm(t.size), ArmOutcome::may_sleep);
  for (std::uint32_t count = 1; count <= t.size; ++count) {
    ASSERT_TRUE(t.provide(1));
    ASSERT_EQ(t.wants(), count == t.size) << count;
  }
}

TEST_P(RingNotification, Asks_again_and_again_and_is_notified_each_time) {
  // Ever new positions of the index, until it has wrapped twice.
  const std::uint32_t rounds = (1U << 17) / std::max(1U, t.size / 2) + 3;
  std::mt19937 random(7);
  for (std::uint32_t round = 0; round < rounds; ++round) {
    const std::uint32_t threshold = 1 + test::below(random, t.size);
    ASSERT_EQ(t.arm(threshold), ArmOutcome::may_sleep);
    if (threshold > 1) {
      ASSERT_TRUE(t.provide(threshold - 1));
      ASSERT_FALSE(t.wants()) << "round " << round;
    }
    ASSERT_TRUE(t.provide(1));
    ASSERT_TRUE(t.wants()) << "round " << round;
    t.disarm();
    ASSERT_TRUE(t.use(threshold));
  }
}

TEST_P(RingNotification, Stays_silent_for_140000_items_one_by_one) {
  ASSERT_EQ(t.arm(1), ArmOutcome::may_sleep);
  t.disarm();
  t.pass_suppressed(1);
}

TEST_P(RingNotification, Stays_silent_for_140000_items_in_batches_of_the_queue_size) { t.pass_suppressed(t.size); }

TEST_P(RingNotification, Stays_silent_for_140000_items_after_a_notification_was_used_up) {
  for (const std::uint32_t batch : {t.size, std::max(1U, t.size / 2)}) {
    ASSERT_EQ(t.arm(1), ArmOutcome::may_sleep);
    ASSERT_TRUE(t.provide(batch));
    ASSERT_TRUE(t.wants());
    ASSERT_TRUE(t.waiting().ready()) << "the look that follows a wake-up";
    t.disarm();
    ASSERT_TRUE(t.use(batch));
    ASSERT_NO_FATAL_FAILURE(t.pass_suppressed(batch)) << "in batches of " << batch;
  }
}

TEST_P(RingNotification, Stays_silent_while_a_full_queue_is_refilled_slot_by_slot) {
  // The providing side runs a whole queue ahead of the waiting one, which looks rarely.
  ASSERT_TRUE(t.provide(t.size));
  ASSERT_NO_FATAL_FAILURE(t.expect_silence_after(t.size));
  for (std::uint32_t passed = 0; passed < 140'000; ++passed) {
    ASSERT_TRUE(t.use(1));
    ASSERT_TRUE(t.provide(1));
    ASSERT_NO_FATAL_FAILURE(t.expect_silence_after(1));
  }
}

// Without EVENT_IDX a side asks by a flag: every publication is worth a notification until it takes the request back.
class RingFlags : public testing::TestWithParam<NotificationCase> {
 protected:
  Waiting t{GetParam().ring, GetParam().consumer_waits};
};
INSTANTIATE_TEST_SUITE_P(Rings, RingFlags, testing::ValuesIn(both_sides_of(test::rings_with_flags_only())),
                         [](const auto& test) { return test.param.name(); });

TEST_P(RingFlags, Spec_2_7_7_1_whoever_asked_is_notified_of_each_publication_until_the_request_is_withdrawn) {
  for (int round = 0; round < 3; ++round) {
    ASSERT_EQ(t.arm(1), ArmOutcome::may_sleep);
    for (std::uint32_t i = 0; i < t.size; ++i) {
      ASSERT_TRUE(t.provide(1));
      ASSERT_TRUE(t.wants()) << i;
      ASSERT_FALSE(t.wants()) << "nothing was added since the last answer";
    }
    t.disarm();
    ASSERT_TRUE(t.use(t.size));
    for (std::uint32_t i = 0; i < t.size; ++i) {
      ASSERT_TRUE(t.provide(1));
      ASSERT_FALSE(t.wants()) << i;
    }
    ASSERT_TRUE(t.use(t.size));
  }
}

TEST_P(RingFlags, Arm_finds_what_is_pending) {
  ASSERT_TRUE(t.provide(1));
  EXPECT_EQ(t.arm(1), ArmOutcome::work_pending);
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

  test::Owned<SplitQueue> owned_{QueueShape{.queue_size = 4}};
  const SplitQueue& queue_ = owned_.queue;
  SplitTxProducer producer_{queue_};
  SplitTxConsumer consumer_{queue_};
};

// The flags of both rings are for peers without EVENT_IDX. With it they must not matter.
TEST_F(SplitNotification, Spec_2_7_7_2_and_2_7_10_1_flags_are_ignored_with_event_idx) {
  for (const std::uint16_t flags : {std::uint16_t{0}, std::uint16_t{1}}) {
    *queue_.areas.avail_flags = flags;
    *queue_.areas.used_flags = flags;
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
