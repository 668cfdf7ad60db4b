// The bytes of a packed virtqueue, against the kernel's header <linux/virtio_ring.h>.
#include "ring/packed_layout.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <vector>

// In C++ only the structures and constants can be used; the packed ring needs no more.
#define VIRTIO_RING_NO_LEGACY
#include <linux/virtio_ring.h>

#include "ring/packed_device.hpp"
#include "ring/packed_driver.hpp"
#include "tests/ring/heap_queue.hpp"

namespace kickbench {
namespace {

using test::HeapMemory;
using test::HeapPackedQueue;

static_assert(sizeof(PackedDescriptor) == sizeof(vring_packed_desc));
static_assert(offsetof(PackedDescriptor, addr) == offsetof(vring_packed_desc, addr));
static_assert(offsetof(PackedDescriptor, len) == offsetof(vring_packed_desc, len));
static_assert(offsetof(PackedDescriptor, id) == offsetof(vring_packed_desc, id));
static_assert(offsetof(PackedDescriptor, flags) == offsetof(vring_packed_desc, flags));
static_assert(packed_flag_avail == 1U << VRING_PACKED_DESC_F_AVAIL);
static_assert(packed_flag_used == 1U << VRING_PACKED_DESC_F_USED);
static_assert(descriptor_flag_next == VRING_DESC_F_NEXT && descriptor_flag_write == VRING_DESC_F_WRITE &&
              descriptor_flag_indirect == VRING_DESC_F_INDIRECT);
static_assert(PackedEvent::enable == VRING_PACKED_EVENT_FLAG_ENABLE);
static_assert(PackedEvent::disable == VRING_PACKED_EVENT_FLAG_DISABLE);
static_assert(PackedEvent::at_descriptor == VRING_PACKED_EVENT_FLAG_DESC);
static_assert(sizeof(vring_packed_desc_event) == sizeof(std::uint32_t), "read and written as one word");

const std::vector<std::uint32_t> some_queue_sizes{1, 2, 3, 5, 7, 8, 255, 256, 1000, 32767, 32768};

TEST(PackedLayout, Spec_2_8_13_a_descriptor_written_by_field_is_read_as_a_word_and_the_other_way_round) {
  PackedDescriptor descriptor{.addr = 5, .len = 6, .id = 7, .flags = 8};
  const PackedControl read = PackedControl::of(descriptor.control);
  EXPECT_TRUE(read.len == 6 && read.id == 7 && read.flags == 8);
  descriptor.control = PackedControl{.len = 9, .id = 10, .flags = 11}.word();
  EXPECT_TRUE(descriptor.addr == 5 && descriptor.len == 9 && descriptor.id == 10 && descriptor.flags == 11);
}

TEST(PackedLayout, Spec_2_8_queue_size_is_1_to_32768_and_need_be_no_power_of_two) {
  for (std::uint32_t size = 0; size <= 70000; ++size) {
    ASSERT_EQ(packed_queue_size_is_valid(size), size >= 1 && size <= 32768) << size;
  }
  const HeapMemory heap(std::size_t{1} << 20);
  for (const std::uint32_t size : {0U, 32769U, 65536U, 0x80000000U, 0xffffffffU}) {
    EXPECT_THROW(plan_packed_queue(size), std::invalid_argument) << size;
    EXPECT_THROW(map_packed_queue(GuestMemory(heap.bytes()), plan_packed_queue(4), size), std::invalid_argument)
        << size;
  }
}

TEST(PackedLayout, Spec_2_8_10_1_areas_are_as_long_as_the_structures_and_share_no_line_pair) {
  for (const std::uint32_t size : some_queue_sizes) {
    SCOPED_TRACE(testing::Message() << "queue size " << size);
    const PackedPlan plan = plan_packed_queue(size);
    for (const std::uint64_t start : {plan.descriptors, plan.driver_event, plan.device_event}) {
      EXPECT_EQ(start % line_pair_bytes, 0U);
    }
    EXPECT_GE(plan.driver_event, plan.descriptors + sizeof(vring_packed_desc) * size);
    EXPECT_GE(plan.device_event, plan.driver_event + sizeof(vring_packed_desc_event));
    EXPECT_EQ(plan.end, plan.device_event + sizeof(vring_packed_desc_event));
    const HeapMemory heap(plan.end);
    EXPECT_NO_THROW(map_packed_queue(GuestMemory(heap.bytes()), plan, size));
    EXPECT_THROW(map_packed_queue(GuestMemory(heap.bytes().first(plan.end - 1)), plan, size), std::invalid_argument);
  }
}

TEST(PackedLayout, Spec_2_8_10_1_areas_must_be_aligned_inside_the_memory_and_apart) {
  const std::uint32_t size = 8;  // 128 bytes of descriptors
  const HeapMemory heap(4096);
  const GuestMemory memory(heap.bytes());
  const auto maps = [&](PackedPlan plan) { return map_packed_queue(memory, plan, size); };
  for (std::uint64_t off = 1; off < 16; ++off) EXPECT_THROW(maps({off, 512, 1024, 0}), std::invalid_argument);
  for (std::uint64_t off = 1; off < 4; ++off) {
    EXPECT_THROW(maps({0, 512 + off, 1024, 0}), std::invalid_argument);
    EXPECT_THROW(maps({0, 512, 1024 + off, 0}), std::invalid_argument);
  }
  for (const std::uint64_t outside : {std::uint64_t{4096}, std::uint64_t{8192}, ~std::uint64_t{0} - 15}) {
    EXPECT_THROW(maps({outside, 512, 1024, 0}), std::invalid_argument);
    EXPECT_THROW(maps({0, outside, 1024, 0}), std::invalid_argument);
    EXPECT_THROW(maps({0, 512, outside, 0}), std::invalid_argument);
  }
  for (const PackedPlan overlap :
       {PackedPlan{0, 124, 512, 0}, {128, 512, 252, 0}, {128, 128, 512, 0}, {0, 256, 256, 0}})
    EXPECT_THROW(maps(overlap), std::invalid_argument);
  EXPECT_NO_THROW(maps({0, 128, 132, 0})) << "side by side";
  EXPECT_NO_THROW(maps({16, 12, 144, 0})) << "side by side, in another order";
}

TEST(PackedLayout, Spec_2_4_1_reset_leaves_the_areas_as_new) {
  const HeapPackedQueue queue(QueueShape{.queue_size = 5});
  std::memset(queue.heap().at(0), 0xff, queue.plan.end);
  queue.reset();
  const auto all_zero = [&](std::uint64_t from, std::size_t bytes) {
    return std::vector<std::byte>(queue.heap().at(from), queue.heap().at(from + bytes)) ==
           std::vector<std::byte>(bytes);
  };
  EXPECT_TRUE(all_zero(queue.plan.descriptors, 5 * sizeof(vring_packed_desc)));
  EXPECT_TRUE(all_zero(queue.plan.driver_event, sizeof(vring_packed_desc_event)));
  EXPECT_TRUE(all_zero(queue.plan.device_event, sizeof(vring_packed_desc_event)));
}

/// What a driver and a device wrote, read back through the kernel's structures.
class PackedContent : public testing::TestWithParam<std::uint32_t> {
 protected:
  explicit PackedContent(Features features = {Feature::event_idx}, std::uint32_t chain = 1)
      : queue_(QueueShape{.queue_size = GetParam(), .features = features, .chain = chain}) {}

  std::uint32_t size() const { return GetParam(); }
  /// The descriptor that is `position` further on than where the ring began.
  const vring_packed_desc& kernel_at(std::uint64_t position) const {
    return reinterpret_cast<const vring_packed_desc*>(queue_.heap().at(queue_.plan.descriptors))[position % size()];
  }
  const vring_packed_desc_event& kernel_event(std::uint64_t address) const {
    return *reinterpret_cast<const vring_packed_desc_event*>(queue_.heap().at(address));
  }
  /// AVAIL equals the lap's wrap counter, which begins as 1, and USED is its inverse; both equal it once used (2.8.1).
  bool odd_lap(std::uint64_t position) const { return position / size() % 2 == 1; }
  int avail_bits(std::uint64_t position) const {
    return odd_lap(position) ? 1 << VRING_PACKED_DESC_F_USED : 1 << VRING_PACKED_DESC_F_AVAIL;
  }
  int used_bits(std::uint64_t position) const {
    return odd_lap(position) ? 0 : 1 << VRING_PACKED_DESC_F_USED | 1 << VRING_PACKED_DESC_F_AVAIL;
  }
  Segment segment(std::uint64_t i, std::uint16_t flags) const {
    return {.addr = queue_.pool.items + i % size() * 16, .len = static_cast<std::uint32_t>(16 - i % 3), .flags = flags};
  }
  DeviceBuffer take(std::uint16_t flags) {
    DeviceBuffer buffer;
    EXPECT_TRUE(device_.pop(buffer, 1, flags)) << describe(device_.fault());
    return buffer;
  }
  void expect_reclaimed(std::uint16_t id, std::uint32_t len) {
    UsedBuffer used;
    ASSERT_TRUE(driver_.reclaim(used)) << describe(driver_.fault());
    EXPECT_EQ(used.id, id);
    EXPECT_EQ(used.len, len);
  }

  HeapPackedQueue queue_;
  PackedDriver driver_{queue_.areas, queue_.shape};
  PackedDevice device_{queue_.areas, queue_.memory, queue_.shape};
};
INSTANTIATE_TEST_SUITE_P(QueueSizes, PackedContent, testing::Values(1U, 2U, 3U, 5U, 8U, 255U));

TEST_P(PackedContent, Spec_2_8_21_1_the_kernel_reads_what_the_driver_made_available_lap_after_lap) {
  std::uint64_t position = 0;
  for (std::uint32_t count = 1; count <= size(); count += 1 + count / 8) {
    std::vector<std::uint16_t> ids;
    const std::uint16_t flags_before = kernel_at(position).flags;
    const std::uint16_t flags = count % 2 == 0 ? 0 : descriptor_flag_write;
    for (std::uint32_t i = 0; i < count; ++i) {
      ids.push_back(driver_.next_id());
      driver_.add(segment(position + i, flags));
      ASSERT_EQ(kernel_at(position).flags, flags_before) << "nothing is available before publish()";
    }
    driver_.publish();
    for (std::uint32_t i = 0; i < count; ++i, ++position) {
      const vring_packed_desc& descriptor = kernel_at(position);
      const Segment expected = segment(position, flags);
      ASSERT_EQ(descriptor.addr, expected.addr);
      ASSERT_EQ(descriptor.len, expected.len);
      ASSERT_EQ(descriptor.id, ids[i]);
      ASSERT_EQ(descriptor.flags, flags | avail_bits(position)) << "position " << position;
    }
    for (const std::uint16_t id : ids) {
      ASSERT_EQ(take(flags).id, id);
      device_.push_used(id, 0);
      device_.publish();
      expect_reclaimed(id, 0);
    }
  }
}

TEST_P(PackedContent, Spec_2_8_22_the_kernel_reads_what_the_device_used_out_of_order_with_length_and_write_flag) {
  std::uint64_t position = 0;
  for (int lap = 0; lap < 4; ++lap) {
    std::vector<std::uint16_t> ids;
    while (driver_.free_count() > 0) driver_.add(segment(0, descriptor_flag_write));
    driver_.publish();
    for (std::uint32_t i = 0; i < size(); ++i) ids.push_back(take(descriptor_flag_write).id);
    const std::uint16_t flags_before = kernel_at(position).flags;
    for (std::uint32_t i = 0; i < size(); ++i) {
      device_.push_used(ids[size() - 1 - i], i % 17);
      ASSERT_EQ(kernel_at(position).flags, flags_before) << "nothing is used before publish()";
    }
    device_.publish();
    for (std::uint32_t i = 0; i < size(); ++i, ++position) {
      const vring_packed_desc& descriptor = kernel_at(position);
      ASSERT_EQ(descriptor.id, ids[size() - 1 - i]);
      ASSERT_EQ(descriptor.len, i % 17);
      // The flag says that the length counts (2.8.5).
      ASSERT_EQ(descriptor.flags, (i % 17 > 0 ? VRING_DESC_F_WRITE : 0) | used_bits(position)) << position;
    }
    for (std::uint32_t i = 0; i < size(); ++i) expect_reclaimed(ids[size() - 1 - i], i % 17);
    // One buffer more, so that the next lap begins at another slot.
    driver_.add(segment(0, descriptor_flag_write));
    driver_.publish();
    const std::uint16_t id = take(descriptor_flag_write).id;
    device_.push_used(id, 3);
    device_.publish();
    ++position;
    expect_reclaimed(id, 3);
  }
}

TEST_P(PackedContent, Spec_2_8_14_armed_events_are_where_the_kernel_looks_for_them) {
  const vring_packed_desc_event& driver_event = kernel_event(queue_.plan.driver_event);
  const vring_packed_desc_event& device_event = kernel_event(queue_.plan.device_event);
  EXPECT_EQ(driver_event.flags, VRING_PACKED_EVENT_FLAG_DISABLE);
  EXPECT_EQ(device_event.flags, VRING_PACKED_EVENT_FLAG_DISABLE);
  for (std::uint64_t next = 0; next < std::uint64_t{3} * size(); ++next) {
    for (std::uint32_t count = 1; count <= size(); count = count * 2 + 1) {
      const std::uint64_t event = next + count - 1;
      const auto off_wrap = event % size() | (odd_lap(event) ? 0U : 1U << VRING_PACKED_EVENT_F_WRAP_CTR);
      ASSERT_EQ(driver_.arm(count), ArmOutcome::may_sleep);
      ASSERT_EQ(driver_event.flags, VRING_PACKED_EVENT_FLAG_DESC);
      ASSERT_EQ(driver_event.off_wrap, off_wrap) << "next " << next << " count " << count;
      ASSERT_EQ(device_.arm(count), ArmOutcome::may_sleep);
      ASSERT_EQ(device_event.flags, VRING_PACKED_EVENT_FLAG_DESC);
      ASSERT_EQ(device_event.off_wrap, off_wrap) << "next " << next << " count " << count;
    }
    driver_.disarm();
    device_.disarm();
    ASSERT_EQ(driver_event.flags, VRING_PACKED_EVENT_FLAG_DISABLE);
    ASSERT_EQ(device_event.flags, VRING_PACKED_EVENT_FLAG_DISABLE);
    driver_.add(segment(0, 0));
    driver_.publish();
    const std::uint16_t id = take(0).id;
    device_.push_used(id, 0);
    device_.publish();
    expect_reclaimed(id, 0);
  }
}

class PackedFlagsContent : public PackedContent {
 protected:
  PackedFlagsContent() : PackedContent({}) {}
};
INSTANTIATE_TEST_SUITE_P(QueueSizes, PackedFlagsContent, testing::Values(3U));

TEST_P(PackedFlagsContent, Spec_2_8_10_without_event_idx_requests_are_for_every_descriptor) {
  driver_.arm(2);
  device_.arm(2);
  EXPECT_EQ(kernel_event(queue_.plan.driver_event).flags, VRING_PACKED_EVENT_FLAG_ENABLE);
  EXPECT_EQ(kernel_event(queue_.plan.device_event).flags, VRING_PACKED_EVENT_FLAG_ENABLE);
}

/// Chains of three descriptors in queues that are no multiple of three: they wrap at every place.
class PackedChainContent : public PackedContent {
 protected:
  PackedChainContent() : PackedContent({Feature::event_idx}, 3) {}
};
INSTANTIATE_TEST_SUITE_P(QueueSizes, PackedChainContent, testing::Values(3U, 4U, 5U, 7U, 8U));

TEST_P(PackedChainContent, Spec_2_8_6_chains_wrap_at_the_end_of_the_ring_and_their_used_descriptor_skips_them) {
  std::uint64_t position = 0;
  for (int round = 0; round < 20; ++round, position += 3) {
    const std::array chain{segment(0, 0), segment(1, 0), segment(2, descriptor_flag_write)};
    const std::uint16_t id = driver_.next_id();
    const std::uint16_t flags_before = kernel_at(position).flags;
    driver_.add(chain);
    EXPECT_EQ(kernel_at(position).flags, flags_before) << "a chain is invisible before publish()";
    driver_.publish();
    for (std::uint64_t i = 0; i < 3; ++i) {
      const vring_packed_desc& descriptor = kernel_at(position + i);
      ASSERT_EQ(descriptor.addr, chain[i].addr);
      ASSERT_EQ(descriptor.len, chain[i].len);
      ASSERT_EQ(descriptor.flags, chain[i].flags | (i < 2 ? VRING_DESC_F_NEXT : 0) | avail_bits(position + i));
    }
    ASSERT_EQ(kernel_at(position + 2).id, id) << "the last one's id is the buffer's";

    const DeviceBuffer buffer = take(0);
    ASSERT_EQ(buffer.id, id);
    ASSERT_EQ(buffer.data, queue_.heap().at(chain[0].addr));
    ASSERT_EQ(buffer.rest.size(), 2U);
    ASSERT_EQ(buffer.rest[1].data, queue_.heap().at(chain[2].addr));
    ASSERT_TRUE(buffer.rest[1].writable);

    const std::array others{kernel_at(position + 1).flags, kernel_at(position + 2).flags};
    device_.push_used(id, 7);
    device_.publish();
    ASSERT_EQ(kernel_at(position).id, id);
    ASSERT_EQ(kernel_at(position).len, 7U);
    ASSERT_EQ(kernel_at(position).flags, VRING_DESC_F_WRITE | used_bits(position));
    ASSERT_EQ(kernel_at(position + 1).flags, others[0]) << "one used descriptor for the chain";
    ASSERT_EQ(kernel_at(position + 2).flags, others[1]);
    expect_reclaimed(id, 7);
  }
}

class PackedInOrderContent : public PackedContent {
 protected:
  PackedInOrderContent() : PackedContent({Feature::event_idx, Feature::in_order}) {}
};
INSTANTIATE_TEST_SUITE_P(QueueSizes, PackedInOrderContent, testing::Values(3U, 5U, 8U));

TEST_P(PackedInOrderContent, Spec_2_8_11_a_batch_is_one_used_descriptor_with_the_last_id_and_ids_are_restored) {
  std::uint64_t position = 0;
  for (int round = 0; round < 12; ++round) {
    const std::uint32_t count = size() - static_cast<std::uint32_t>(round % 2);
    std::vector<std::uint16_t> ids;
    for (std::uint32_t i = 0; i < count; ++i) {
      ids.push_back(driver_.next_id());
      driver_.add(segment(0, descriptor_flag_write));
    }
    driver_.publish();
    // The device's used descriptor left another id in the place of a batch's first (2.8.11).
    for (std::uint32_t i = 0; i < count; ++i) ASSERT_EQ(kernel_at(position + i).id, ids[i]) << "round " << round;
    std::vector<std::uint16_t> flags_before;
    for (std::uint32_t i = 0; i < count; ++i) {
      ASSERT_EQ(take(descriptor_flag_write).id, ids[i]);
      flags_before.push_back(kernel_at(position + i).flags);
    }
    for (std::uint32_t i = 0; i < count; ++i) device_.push_used(ids[i], i + 1 < count ? 16 : 5);
    device_.publish();
    ASSERT_EQ(kernel_at(position).id, ids.back());
    ASSERT_EQ(kernel_at(position).len, 5U);
    ASSERT_EQ(kernel_at(position).flags, VRING_DESC_F_WRITE | used_bits(position));
    for (std::uint32_t i = 1; i < count; ++i) ASSERT_EQ(kernel_at(position + i).flags, flags_before[i]);
    for (std::uint32_t i = 0; i < count; ++i) expect_reclaimed(ids[i], i + 1 < count ? 16 : 5);
    position += count;
  }
}

}  // namespace
}  // namespace kickbench
