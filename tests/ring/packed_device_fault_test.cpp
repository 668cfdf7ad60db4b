// What a hostile driver can write in the packed layout alone: wrap counters, chains through the ring, event structures.
#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "tests/ring/hostile_peer.hpp"

namespace kickbench {
namespace {

using Device = test::DeviceUnderTest<PackedLayout>;

TEST(HostilePackedDriver, Spec_2_8_1_a_descriptor_with_the_wrong_wrap_counter_is_not_available) {
  Device t;
  for (int lap = 0; lap < 3; ++lap) {
    for (std::uint16_t id = 0; id < 4; ++id) {
      t.driver.next.wrap_counter = !t.driver.next.wrap_counter;
      const PackedPosition at = t.driver.next;
      t.offer(id);
      EXPECT_FALSE(t.pop());
      EXPECT_EQ(t.device.arm(1), ArmOutcome::may_sleep) << "it may still come";
      t.driver.next = {at.index, !at.wrap_counter};
      t.offer(id);
      t.expect_taken(id);
      t.device.push_used(id, 0);
      t.device.publish();
    }
  }
  EXPECT_EQ(t.device.fault(), RingFault::none);
}

// The driver's count goes on by itself; the device's must not: what it holds is more than the ring has.
TEST(HostilePackedDriver, More_descriptors_are_available_than_the_ring_has) {
  Device t;
  t.offer(0, std::vector(3, t.item(0)));
  t.offer(1);
  t.expect_taken(0);
  t.expect_taken(1);
  t.offer(2);  // over the first one's descriptors, which are in flight
  t.expect_refused(RingFault::avail_idx_jump);
}

TEST(HostilePackedDriver, A_chain_reaches_over_descriptors_in_flight) {
  Device t;
  t.offer(0, std::vector(2, t.item(0)));
  t.expect_taken(0);
  t.offer(1, std::vector(3, t.item(1)));
  t.expect_refused(RingFault::avail_idx_jump);
}

TEST(HostilePackedDriver, A_chain_that_never_ends_is_refused) {
  for (const std::uint32_t size : {1U, 2U, 3U, 4U, 5U}) {
    Device t({Feature::event_idx}, size);
    for (std::uint16_t i = 0; i < size; ++i) t.offer(0, {t.item(0, descriptor_flag_next)});
    EXPECT_EQ(t.device.arm(1), ArmOutcome::work_pending);
    EXPECT_EQ(t.device.arm(size), ArmOutcome::work_pending) << "what is malformed counts as available";
    t.expect_refused(RingFault::chain_too_long);
  }
}

TEST(HostilePackedDriver, Spec_2_8_6_a_chain_whose_end_is_not_available_is_refused) {
  Device t;
  t.offer(0, {t.item(0, descriptor_flag_next)});
  t.expect_refused(RingFault::chain_unfinished);
}

TEST(HostilePackedDriver, Spec_2_8_6_a_chain_that_changes_its_lap_where_the_ring_does_not_end_is_refused) {
  Device t;
  t.offer(0, {t.item(0, descriptor_flag_next)});
  t.driver.next.wrap_counter = !t.driver.next.wrap_counter;
  t.offer(0);
  t.expect_refused(RingFault::chain_unfinished);
}

TEST(HostilePackedDriver, The_id_is_that_of_the_chains_last_descriptor) {
  Device t;
  t.offer(9, {t.item(0, descriptor_flag_next)});  // ignored: no id of this queue
  t.offer(2, {t.item(1)});
  t.expect_taken(2);
  Device other;
  other.offer(2, {other.item(0, descriptor_flag_next)});
  other.offer(9, {other.item(1)});
  other.expect_refused(RingFault::head_out_of_range);
}

/// The device has used one more descriptor, and asks whether the driver wants to know.
bool wants_with(Device& t, std::uint32_t event) {
  *t.queue.areas.driver_event = event;
  t.offer(0);
  t.expect_taken(0);
  t.device.push_used(0, 0);
  t.device.publish();
  return t.device.driver_wants_interrupt();
}

TEST(HostilePackedDriver, Spec_2_8_14_an_event_with_a_reserved_flag_or_beyond_the_ring_breaks_the_queue) {
  for (const std::uint32_t event : {3U << 16, 4U << 16, 5U << 16, 0x100U << 16, 0x8000U << 16, 0xffffU << 16,
                                    2U << 16 | 4U, 2U << 16 | 0x7fffU, 2U << 16 | 0x8004U, 2U << 16 | 0xffffU}) {
    SCOPED_TRACE(event);
    Device t;
    EXPECT_FALSE(wants_with(t, event));
    t.expect_broken(RingFault::bad_event);
  }
}

TEST(HostilePackedDriver, Spec_2_8_14_an_event_at_a_descriptor_that_was_not_negotiated_breaks_the_queue) {
  Device t(Features{});
  EXPECT_FALSE(wants_with(t, 2U << 16 | 0x8000U));
  t.expect_broken(RingFault::bad_event);
}

TEST(HostilePackedDriver, Spec_2_8_9_an_event_with_the_wrong_wrap_counter_asks_for_the_other_lap) {
  Device t;
  const std::uint32_t first_a_lap_later = 2U << 16;
  for (int i = 0; i < 9; ++i) EXPECT_EQ(wants_with(t, first_a_lap_later), i == 4) << i;
  EXPECT_EQ(t.device.fault(), RingFault::none);
}

}  // namespace
}  // namespace kickbench
