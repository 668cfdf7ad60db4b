// Producer and consumer as two threads over each ring, for ThreadSanitizer: on x86 an acquire or release that is
// missing costs no run its result, but it does order nothing, and the sanitizer sees the items' bytes race.
#include <gtest/gtest.h>

#include <cstdint>
#include <thread>

#include "tests/ring/rings.hpp"

namespace kickbench {
namespace {

template <class Ring>
class TwoThreads : public testing::Test {};

using Rings = testing::Types<test::SplitTx, test::SplitRx, test::PackedTx, test::PackedRx,
                             test::InOrder<SplitLayout, true>, test::InOrder<PackedLayout, false>,
                             test::Chained<PackedLayout, true>, test::Indirect<SplitLayout, false>, test::Spsc>;
struct RingName {
  template <class Ring>
  static std::string GetName(int) {
    return Ring::name();
  }
};
TYPED_TEST_SUITE(TwoThreads, Rings, RingName);

TYPED_TEST(TwoThreads, Hand_over_what_was_written_before_it_was_published) {
  constexpr std::uint64_t item_count = 20'000;
  test::Owned<typename TypeParam::Queue> owned(TypeParam::shape(4));
  typename TypeParam::Consumer consumer(owned.queue);
  typename TypeParam::Producer producer(owned.queue);
  std::thread producing([&producer] {
    for (std::uint64_t i = 0; i < item_count; ++i) {
      Item* item = producer.acquire();
      while (item == nullptr) {
        if (producer.arm(1) == ArmOutcome::may_sleep) std::this_thread::yield();
        producer.disarm();
        item = producer.acquire();
      }
      *item = {.tag = i, .stamp = static_cast<std::int64_t>(~i)};
      producer.commit();
      producer.publish();
      producer.peer_wants_notification();
    }
  });
  std::uint64_t wrong_count = 0;
  for (std::uint64_t i = 0; i < item_count; ++i) {
    const Item* item = consumer.take();
    while (item == nullptr) {
      if (consumer.arm(1) == ArmOutcome::may_sleep) std::this_thread::yield();
      consumer.disarm();
      item = consumer.take();
    }
    wrong_count += item->tag != i || item->stamp != static_cast<std::int64_t>(~i) ? 1 : 0;
    consumer.release();
    consumer.publish();
    consumer.peer_wants_notification();
  }
  producing.join();
  EXPECT_EQ(wrong_count, 0U);
}

}  // namespace
}  // namespace kickbench
