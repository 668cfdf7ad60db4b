// What a hostile device can write in the packed layout alone.
#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "tests/ring/hostile_peer.hpp"

namespace kickbench {
namespace {

using Driver = test::DriverUnderTest<PackedLayout>;

TEST(HostilePackedDevice, Uses_a_buffer_though_none_is_outstanding) {
  Driver t;
  t.use(0);
  EXPECT_TRUE(t.driver.has_used());
  t.expect_refused(RingFault::used_id_not_in_flight);
}

TEST(HostilePackedDevice, Uses_more_buffers_than_are_outstanding) {
  Driver t;
  t.offer(2);
  t.use(0);
  t.use(1);
  t.use(2);
  EXPECT_EQ(t.driver.arm(3), ArmOutcome::work_pending) << "what is malformed counts as used";
  t.expect_reclaimed(0);
  t.expect_reclaimed(1);
  t.expect_refused(RingFault::used_id_not_in_flight);
}

TEST(HostilePackedDevice, Spec_2_8_1_a_descriptor_with_the_wrong_wrap_counter_is_not_used) {
  Driver t;
  t.offer(4);
  for (int i = 0; i < 9; ++i) {
    const PackedPosition at = t.device.next;
    t.device.next.wrap_counter = !at.wrap_counter;
    t.use(t.id_of(0));
    EXPECT_FALSE(t.reclaim());
    EXPECT_EQ(t.driver.arm(1), ArmOutcome::may_sleep) << "it may still come";
    t.device.next = at;
    t.use(t.id_of(static_cast<std::uint32_t>(i % 4)));
    t.expect_reclaimed(t.id_of(static_cast<std::uint32_t>(i % 4)));
    t.offer(1);
  }
  EXPECT_EQ(t.driver.fault(), RingFault::none);
}

TEST(HostilePackedDevice, Spec_2_8_5_a_length_without_the_write_flag_means_nothing) {
  Driver t;
  t.offer(1, descriptor_flag_write);
  t.queue.areas.descriptors[0] = {.addr = 0, .len = 0xffffffff, .id = 0, .flags = PackedPosition{}.used_flags()};
  t.expect_reclaimed(0);
  EXPECT_EQ(t.used.len, 0U);
}

TEST(HostilePackedDevice, A_chain_is_skipped_by_what_the_driver_knows_of_its_length) {
  Driver t({Feature::event_idx}, 3, 7);  // the second chain begins at 3 and ends at 5, the third at 6 and wraps
  for (int lap = 0; lap < 9; ++lap) {
    const std::uint16_t id = t.driver.next_id();
    t.offer(1, descriptor_flag_write);
    for (std::uint32_t i = 0; i < 7; ++i) {
      t.queue.areas.descriptors[i].len = 0xffffffff;  // none of the device's business
      t.queue.areas.descriptors[i].flags ^= descriptor_flag_next;
    }
    t.use(id, 48);
    t.expect_reclaimed(id);
  }
}

TEST(HostilePackedDevice, Event_with_a_reserved_flag_or_beyond_the_ring_breaks_the_queue) {
  for (const std::uint32_t event :
       {3U << 16, 4U << 16, 0xffffU << 16, 2U << 16 | 4U, 2U << 16 | 0x7fffU, 2U << 16 | 0x8004U, 2U << 16 | 0xffffU}) {
    SCOPED_TRACE(event);
    Driver t;
    t.offer(1);
    *t.queue.areas.device_event = event;
    EXPECT_FALSE(t.driver.device_wants_kick());
    t.expect_broken(RingFault::bad_event);
  }
}

TEST(HostilePackedDevice, Spec_2_8_9_a_wrong_wrap_counter_asks_for_the_other_lap) {
  Driver t;
  *t.queue.areas.device_event = 2U << 16;  // the first descriptor, a lap later
  for (int i = 0; i < 9; ++i) {
    t.offer(1);
    EXPECT_EQ(t.driver.device_wants_kick(), i == 4) << i;
    t.use(t.id_of(static_cast<std::uint32_t>(i % 4)));
    t.expect_reclaimed(t.id_of(static_cast<std::uint32_t>(i % 4)));
  }
}

TEST(HostilePackedDevice, Event_at_a_descriptor_was_not_negotiated) {
  Driver t(Features{});
  t.offer(1);
  *t.queue.areas.device_event = 2U << 16 | 0x8000U;
  EXPECT_FALSE(t.driver.device_wants_kick());
  t.expect_broken(RingFault::bad_event);
}

}  // namespace
}  // namespace kickbench
