// No ring: nothing is exchanged but the marks.
#include "ring/null.hpp"

#include <gtest/gtest.h>

#include <cstdint>

#include "tests/ring/rings.hpp"

namespace kickbench {
namespace {

class NullRing : public testing::Test {
 protected:
  void put(std::uint64_t tag) {
    Item* item = producer_.acquire();
    item->tag = tag;
    producer_.commit();
    producer_.publish();
  }
  std::uint64_t take() {
    const std::uint64_t tag = consumer_.take()->tag;
    consumer_.release();
    consumer_.publish();
    return tag;
  }

  test::Owned<NullQueue> owned_{QueueShape{}};
  const NullQueue& queue_ = owned_.queue;
  NullProducer producer_{queue_};
  NullConsumer consumer_{queue_};
};

TEST_F(NullRing, Is_never_full_and_never_empty) {
  for (int i = 0; i < 100'000; ++i) ASSERT_NE(producer_.acquire(), nullptr);
  for (int i = 0; i < 100'000; ++i) ASSERT_NE(consumer_.take(), nullptr);
  EXPECT_TRUE(producer_.ready());
  EXPECT_TRUE(consumer_.ready());
}

TEST_F(NullRing, Nobody_may_sleep_and_nobody_is_notified) {
  EXPECT_EQ(producer_.arm(1), ArmOutcome::work_pending);
  EXPECT_EQ(consumer_.arm(1), ArmOutcome::work_pending);
  put(0);
  EXPECT_FALSE(producer_.peer_wants_notification());
  EXPECT_FALSE(consumer_.peer_wants_notification());
}

TEST_F(NullRing, Consumer_counts_for_itself) {
  for (std::uint64_t sequence = 0; sequence < 1000; ++sequence) {
    if (sequence % 3 == 0) put(sequence * 7);  // at whatever rate the producer goes
    ASSERT_EQ(take(), sequence);
  }
}

TEST_F(NullRing, Each_mark_reaches_the_consumer_once_with_its_own_sequence_number) {
  ASSERT_EQ(take(), Item::make_tag(0, Mark::none));
  put(Item::make_tag(500, Mark::begin));
  put(501);
  ASSERT_EQ(take(), Item::make_tag(1, Mark::begin));
  ASSERT_EQ(take(), Item::make_tag(2, Mark::none));
  ASSERT_EQ(take(), Item::make_tag(3, Mark::none));
  put(Item::make_tag(900, Mark::last));
  ASSERT_EQ(take(), Item::make_tag(4, Mark::last));
}

TEST_F(NullRing, A_second_stream_starts_at_0_and_has_marks_of_its_own) {
  for (int stream = 0; stream < 3; ++stream) {
    ASSERT_EQ(take(), Item::make_tag(0, Mark::none)) << "stream " << stream;
    put(Item::make_tag(10, Mark::begin));
    ASSERT_EQ(take(), Item::make_tag(1, Mark::begin));
    put(Item::make_tag(20, Mark::last));
    ASSERT_EQ(take(), Item::make_tag(2, Mark::last));
  }
}

}  // namespace
}  // namespace kickbench
