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
  EXPECT_EQ(device.fault(), RingFault::bad_buffer_address);

  queue.areas.descriptors[0] = {.addr = 0, .len = 0, .id = 3, .flags = packed_flag_avail | packed_flag_used};
  UsedBuffer used;
  ASSERT_FALSE(driver.reclaim(used));
  EXPECT_FALSE(driver.device_wants_kick());
  EXPECT_EQ(driver.fault(), RingFault::used_id_out_of_range);
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
