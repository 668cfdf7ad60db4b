// What a hostile device can write, in either layout: the driver must name the fault, reclaim nothing more, and stay
// inside its tables. What only one layout has is in split_fault_test.cpp and packed_driver_fault_test.cpp.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <vector>

#include "ring/rx.hpp"
#include "ring/tx.hpp"
#include "tests/ring/hostile_peer.hpp"

namespace kickbench {
namespace {

using test::DriverUnderTest;

constexpr std::uint32_t item_bytes = sizeof(Item);
constexpr Features in_order{Feature::event_idx, Feature::in_order};
const std::vector<Features> with_and_without_in_order{{Feature::event_idx}, in_order};

template <class Layout>
class HostileDevice : public testing::Test {};
TYPED_TEST_SUITE(HostileDevice, test::BothLayouts, test::LayoutName);

TYPED_TEST(HostileDevice, An_honest_one_gives_buffers_back_in_any_order) {
  DriverUnderTest<TypeParam> t;
  t.offer(4);
  for (const std::uint16_t id : std::initializer_list<std::uint16_t>{2, 0, 3, 1}) t.use(id);
  for (const std::uint16_t id : std::initializer_list<std::uint16_t>{2, 0, 3, 1}) t.expect_reclaimed(id);
  EXPECT_FALSE(t.reclaim());
  EXPECT_EQ(t.driver.free_count(), 4U);
  EXPECT_EQ(t.driver.next_id(), 2);
  EXPECT_EQ(t.driver.fault(), RingFault::none);
}

TYPED_TEST(HostileDevice, Id_is_none_of_the_queue) {
  for (const Features& features : with_and_without_in_order) {
    for (const std::uint32_t id : {4U, 5U, 0x7fffU, 0xffffU}) {
      SCOPED_TRACE(id);
      DriverUnderTest<TypeParam> t(features);
      t.offer(4);
      t.use(id);
      t.expect_refused(RingFault::used_id_out_of_range);
    }
  }
}

TYPED_TEST(HostileDevice, Id_was_never_issued) {
  for (const Features& features : with_and_without_in_order) {
    for (const std::uint32_t id : {2U, 3U}) {
      DriverUnderTest<TypeParam> t(features);
      t.offer(2);
      t.use(id);
      t.expect_refused(RingFault::used_id_not_in_flight);
    }
  }
}

TYPED_TEST(HostileDevice, Id_is_used_twice) {
  for (const Features& features : with_and_without_in_order) {
    DriverUnderTest<TypeParam> t(features);
    t.offer(3);
    t.use(0);
    t.use(0);
    t.expect_reclaimed(0);
    EXPECT_FALSE(t.reclaim());
    EXPECT_EQ(t.driver.free_count(), 2U);
    t.expect_broken(RingFault::used_id_not_in_flight);
  }
}

TYPED_TEST(HostileDevice, Spec_2_7_9_and_2_8_11_a_batch_ends_at_no_buffer_that_was_reclaimed_before) {
  DriverUnderTest<TypeParam> t(in_order);
  t.offer(4);
  t.device.use_batch(1, 2);
  t.expect_reclaimed(0);
  t.expect_reclaimed(1);
  t.device.use_batch(0, 1);
  t.expect_refused(RingFault::used_id_not_in_flight);
}

TYPED_TEST(HostileDevice, Spec_2_7_9_and_2_8_11_a_batch_of_the_whole_queue_is_legal_wherever_it_begins) {
  DriverUnderTest<TypeParam> t(in_order);
  for (std::uint16_t begin = 0; begin < 9; ++begin) {
    t.offer(4);
    t.device.use_batch((begin + 3) % 4, 4);
    for (std::uint16_t i = 0; i < 4; ++i) t.expect_reclaimed((begin + i) % 4);
    EXPECT_FALSE(t.reclaim());
    t.offer(1);
    t.use(begin % 4);
    t.expect_reclaimed(begin % 4);
  }
  EXPECT_EQ(t.driver.fault(), RingFault::none);
}

TYPED_TEST(HostileDevice, Length_is_more_than_the_device_may_write) {
  struct Case {
    std::uint16_t flags;
    std::uint32_t len;
    bool legal;
  };
  for (const std::uint32_t chain : {1U, 2U}) {
    for (const bool table : {false, true}) {
      if (table && chain == 1) continue;
      const std::uint32_t most = chain * item_bytes;
      for (const Case& claim :
           {Case{0, 0, true}, Case{0, 1, false}, Case{0, 0xffffffff, false}, Case{descriptor_flag_write, most, true},
            Case{descriptor_flag_write, most + 1, false}, Case{descriptor_flag_write, 0xffffffff, false}}) {
        SCOPED_TRACE(testing::Message() << "chain of " << chain << (table ? " in a table" : "") << ", flags "
                                        << claim.flags << ", len " << claim.len);
        Features features{Feature::event_idx};
        if (table) features = features.with(Feature::indirect_desc);
        DriverUnderTest<TypeParam> t(features, chain);
        t.offer(1, claim.flags);
        t.use(0, claim.len);
        if (claim.legal) {
          t.expect_reclaimed(0);
          EXPECT_EQ(t.used.len, claim.len);
        } else {
          t.expect_refused(RingFault::used_len_too_long);
        }
      }
    }
  }
}

TYPED_TEST(HostileDevice, Own_state_is_not_read_back_from_shared_memory) {
  for (const Features& features : with_and_without_in_order) {
    DriverUnderTest<TypeParam> t(features);
    t.offer(4, descriptor_flag_write);
    // A device that scribbles over what the driver wrote can harm what is exchanged, but not the driver's accounts.
    std::fill_n(t.queue.heap().at(0), t.queue.plan.end, std::byte{0x55});
    for (std::uint16_t id = 0; id < 4; ++id) t.use(id, item_bytes);
    for (std::uint16_t id = 0; id < 4; ++id) {
      t.expect_reclaimed(id);
      EXPECT_EQ(t.used.len, item_bytes);
    }
    EXPECT_EQ(t.driver.free_count(), 4U);
    for (std::uint16_t id = 0; id < 4; ++id) {
      EXPECT_EQ(t.driver.next_id(), id);
      t.offer(1);
    }
    for (std::uint16_t id = 0; id < 4; ++id) t.use(id);
    for (std::uint16_t id = 0; id < 4; ++id) t.expect_reclaimed(id);
    EXPECT_EQ(t.driver.fault(), RingFault::none);
    if constexpr (std::is_same_v<TypeParam, SplitLayout>) {
      EXPECT_EQ(*t.queue.areas.avail_idx, 8) << "the index goes on from what the driver knows";
    }
  }
}

TYPED_TEST(HostileDevice, Breaks_the_port_of_the_producer) {
  DriverUnderTest<TypeParam> t;
  TxProducer<TypeParam> producer(t.queue);
  for (int i = 0; i < 4; ++i) {
    ASSERT_NE(producer.acquire(), nullptr);
    producer.commit();
  }
  producer.publish();
  t.use(9);
  EXPECT_EQ(producer.acquire(), nullptr);
  EXPECT_FALSE(producer.ready());
  EXPECT_EQ(producer.acquire(), nullptr);
  EXPECT_EQ(producer.arm(1), ArmOutcome::work_pending);
  EXPECT_EQ(producer.fault(), RingFault::used_id_out_of_range);
}

TYPED_TEST(HostileDevice, That_hands_back_less_than_an_item_breaks_the_port_of_the_consumer) {
  for (const std::uint32_t len : {0U, 1U, item_bytes - 1}) {
    DriverUnderTest<TypeParam> t;
    RxConsumer<TypeParam> consumer(t.queue);
    t.use(0, len);
    EXPECT_EQ(consumer.take(), nullptr);
    EXPECT_EQ(consumer.take(), nullptr);
    EXPECT_EQ(consumer.arm(1), ArmOutcome::work_pending);
    EXPECT_EQ(consumer.fault(), RingFault::used_len_too_short);
  }
}

}  // namespace
}  // namespace kickbench
