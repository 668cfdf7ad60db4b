// What a hostile peer of a packed queue can write, and what holds for broken queues of both layouts.
#include <gtest/gtest.h>

#include <cstdint>

#include "tests/ring/heap_queue.hpp"

namespace kickbench {
namespace {

using test::HeapPackedQueue;
using test::HeapQueue;

constexpr std::uint32_t reserved_event = 3U << 16;

TEST(PackedFault, Malformed_event_after_another_fault_does_not_hide_it) {
  const HeapPackedQueue queue(QueueShape{.queue_size = 3});
  PackedDriver driver = queue.make_driver();
  PackedDevice device = queue.make_device();
  *queue.areas.driver_event = reserved_event;
  *queue.areas.device_event = reserved_event;
  queue.areas.descriptors[0] = {.addr = 0, .len = 0, .id = 0, .flags = packed_flag_avail};
  DeviceBuffer buffer;
  ASSERT_FALSE(device.pop(buffer, sizeof(Item), 0));
  EXPECT_FALSE(device.driver_wants_interrupt());
  EXPECT_EQ(device.fault(), RingFault::buffer_empty);

  queue.areas.descriptors[0] = {.addr = 0, .len = 0, .id = 3, .flags = packed_flag_avail | packed_flag_used};
  UsedBuffer used;
  ASSERT_FALSE(driver.reclaim(used));
  EXPECT_FALSE(driver.device_wants_kick());
  EXPECT_EQ(driver.fault(), RingFault::used_id_out_of_range);
}

// Chains that overlap: each head is available, but a lap holds no such chains. To follow them all would take a number
// of steps that grows with the square of the queue size.
TEST(PackedFault, Chains_of_more_descriptors_than_the_queue_are_not_followed_to_their_end) {
  const HeapPackedQueue queue(QueueShape{.queue_size = 4});
  PackedDevice device = queue.make_device();
  for (std::uint16_t i = 0; i < 4; ++i) {
    const int next = i == 2 ? 0 : descriptor_flag_next;
    const auto flags = static_cast<std::uint16_t>(packed_flag_avail | next);
    queue.areas.descriptors[i] = {.addr = queue.pool.items, .len = sizeof(Item), .id = i, .flags = flags};
  }
  EXPECT_EQ(device.arm(3), ArmOutcome::work_pending) << "0, 1, 2 and then 3, 0, 1, 2";
  DeviceBuffer buffer;
  EXPECT_TRUE(device.pop(buffer, sizeof(Item), 0));
  EXPECT_FALSE(device.pop(buffer, sizeof(Item), 0));
  EXPECT_NE(device.fault(), RingFault::none) << "what is pending is a fault";
}

template <class Half>
void expect_first_fault_stays(Half half) {
  EXPECT_FALSE(half.refuse(RingFault::bad_event));
  EXPECT_FALSE(half.refuse(RingFault::chain_too_long));
  EXPECT_EQ(half.fault(), RingFault::bad_event);
}

TEST(RingFaults, First_is_the_one_that_is_reported_by_every_half) {
  const QueueShape shape{.queue_size = 4};
  expect_first_fault_stays(HeapQueue<SplitLayout>(shape).make_driver());
  expect_first_fault_stays(HeapQueue<SplitLayout>(shape).make_device());
  expect_first_fault_stays(HeapQueue<PackedLayout>(shape).make_driver());
  expect_first_fault_stays(HeapQueue<PackedLayout>(shape).make_device());
}

}  // namespace
}  // namespace kickbench
