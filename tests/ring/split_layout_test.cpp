// The bytes of a split virtqueue, against the kernel's header <linux/virtio_ring.h>.
#include "ring/split_layout.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <stdexcept>
#include <vector>

// In C++ only the structures and constants can be used; the helpers are behind the oracle, which is C.
#define VIRTIO_RING_NO_LEGACY
#include <linux/virtio_ring.h>

#include "ring/split_device.hpp"
#include "ring/split_driver.hpp"
#include "tests/ring/heap_queue.hpp"
#include "tests/ring/ring_table.hpp"
#include "tests/ring/vring_oracle.h"

namespace kickbench {
namespace {

using test::HeapMemory;
using test::HeapSplitQueue;

std::vector<std::uint32_t> every_queue_size() {
  std::vector<std::uint32_t> sizes;
  for (std::uint32_t size = 1; size <= split_queue_size_max; size *= 2) sizes.push_back(size);
  return sizes;
}

template <class T>
void* raw(T* pointer) {
  return static_cast<void*>(pointer);
}

/// The plan that makes our areas lie where vring_init() puts them.
SplitPlan legacy_plan(std::uint32_t size, std::uint64_t align) {
  SplitPlan plan{};
  plan.descriptors = 0;
  plan.avail = std::uint64_t{16} * size;
  plan.used = (plan.avail + 6 + std::uint64_t{2} * size + align - 1) / align * align;
  plan.end = oracle_vring_size(size, align);
  return plan;
}

static_assert(descriptor_flag_write == VRING_DESC_F_WRITE);
static_assert(sizeof(SplitDescriptor) == sizeof(vring_desc) && alignof(SplitDescriptor) <= VRING_DESC_ALIGN_SIZE);
static_assert(sizeof(SplitUsedElement) == sizeof(vring_used_elem) &&
              alignof(SplitUsedElement) == VRING_USED_ALIGN_SIZE);
static_assert(offsetof(SplitDescriptor, addr) == offsetof(vring_desc, addr));
static_assert(offsetof(SplitDescriptor, len) == offsetof(vring_desc, len));
static_assert(offsetof(SplitDescriptor, next) == offsetof(vring_desc, next));
static_assert(offsetof(SplitUsedElement, len) == offsetof(vring_used_elem, len));

TEST(SplitLayout, Spec_2_7_5_a_descriptor_is_read_by_field) {
  SplitDescriptor descriptor{.addr = 5, .control = SplitControl{.len = 9, .flags = 10, .next = 11}.word()};
  EXPECT_TRUE(descriptor.len == 9 && descriptor.flags == 10 && descriptor.next == 11);
}

TEST(SplitLayout, Spec_2_7_every_field_lies_where_vring_init_puts_it) {
  for (const std::uint32_t size : every_queue_size()) {
    for (const std::uint64_t align : {4U, 64U, 4096U}) {
      SCOPED_TRACE(testing::Message() << "queue size " << size << ", alignment " << align);
      const HeapMemory heap(oracle_vring_size(size, align));
      const SplitAreas areas = map_split_queue(GuestMemory(heap.bytes()), legacy_plan(size, align), size);
      const oracle_vring oracle = oracle_vring_init(size, reinterpret_cast<unsigned char*>(heap.bytes().data()), align);
      EXPECT_EQ(raw(areas.descriptors), raw(oracle.descriptors));
      EXPECT_EQ(areas.avail_idx, oracle.avail_idx);
      EXPECT_EQ(areas.avail_ring, oracle.avail_ring);
      EXPECT_EQ(areas.used_event, oracle.used_event);
      EXPECT_EQ(areas.used_idx, oracle.used_idx);
      EXPECT_EQ(raw(areas.used_ring), raw(oracle.used_ring));
      EXPECT_EQ(areas.avail_event, oracle.avail_event);
    }
  }
}

TEST(SplitLayout, Spec_2_7_areas_are_as_long_as_vring_size_says) {
  for (const std::uint32_t size : every_queue_size()) {
    SCOPED_TRACE(testing::Message() << "queue size " << size);
    const std::uint64_t align = 4;
    const HeapMemory heap(oracle_vring_size(size, align));
    const SplitPlan plan = legacy_plan(size, align);
    EXPECT_NO_THROW(map_split_queue(GuestMemory(heap.bytes()), plan, size));
    EXPECT_THROW(map_split_queue(GuestMemory(heap.bytes().first(plan.end - 1)), plan, size), std::invalid_argument)
        << "avail_event would lie outside";
  }
}

TEST(SplitLayout, Spec_2_7_used_event_ends_the_available_ring_and_avail_event_the_used_ring) {
  for (const std::uint32_t size : every_queue_size()) {
    const HeapSplitQueue queue(QueueShape{.queue_size = size});
    const std::byte* avail = queue.heap().at(queue.plan.avail);
    const std::byte* used = queue.heap().at(queue.plan.used);
    EXPECT_EQ(reinterpret_cast<std::byte*>(queue.areas.used_event) - avail, 4 + 2 * std::int64_t{size});
    EXPECT_EQ(reinterpret_cast<std::byte*>(queue.areas.avail_event) - used, 4 + 8 * std::int64_t{size});
  }
}

TEST(SplitLayout, Planned_areas_share_no_line_pair_nor_an_index_and_its_ring_and_end_with_the_used_ring) {
  for (const std::uint32_t size : every_queue_size()) {
    SCOPED_TRACE(testing::Message() << "queue size " << size);
    const SplitPlan plan = plan_split_queue(size);
    for (const std::uint64_t start : {plan.descriptors, plan.avail + 4, plan.used + 4}) {
      EXPECT_EQ(start % line_pair_bytes, 0U);
    }
    const auto pair_of = [](std::uint64_t address) { return address / line_pair_bytes; };
    EXPECT_GT(pair_of(plan.avail), pair_of(plan.descriptors + sizeof(vring_desc) * size - 1));
    EXPECT_GT(pair_of(plan.used), pair_of(plan.avail + 6 + 2 * std::uint64_t{size} - 1));
    EXPECT_EQ(plan.end, plan.used + 6 + 8 * std::uint64_t{size});
  }
}

TEST(SplitLayout, Spec_2_7_queue_size_must_be_a_power_of_two_up_to_32768) {
  for (std::uint32_t size = 0; size <= 70000; ++size) {
    bool legal = false;
    for (std::uint32_t power = 1; power <= 32768; power *= 2) legal = legal || size == power;
    ASSERT_EQ(split_queue_size_is_valid(size), legal) << size;
  }
  const HeapMemory heap(std::size_t{1} << 20);
  for (const std::uint32_t size : {0U, 3U, 255U, 32767U, 65536U, 0x80000000U, 0xffffffffU}) {
    EXPECT_THROW(plan_split_queue(size), std::invalid_argument) << size;
    EXPECT_THROW(map_split_queue(GuestMemory(heap.bytes()), plan_split_queue(4), size), std::invalid_argument) << size;
  }
}

TEST(SplitLayout, Spec_2_7_areas_must_be_aligned_and_inside_the_memory) {
  const std::uint32_t size = 8;
  const SplitPlan good = plan_split_queue(size);
  const HeapMemory heap(good.end);
  const GuestMemory memory(heap.bytes());
  ASSERT_NO_THROW(map_split_queue(memory, good, size));
  const auto refuses = [&](auto change) {
    SplitPlan plan = good;
    change(plan);
    EXPECT_THROW(map_split_queue(memory, plan, size), std::invalid_argument);
  };
  for (std::uint64_t off = 1; off < 16; ++off) refuses([&](SplitPlan& plan) { plan.descriptors += off; });
  refuses([](SplitPlan& plan) { plan.avail += 1; });
  for (std::uint64_t off = 1; off < 4; ++off) refuses([&](SplitPlan& plan) { plan.used += off; });
  const std::uint64_t huge = ~std::uint64_t{0} - 15;
  for (const std::uint64_t outside : {good.end, good.end + 4096, huge}) {
    refuses([&](SplitPlan& plan) { plan.descriptors = outside; });
    refuses([&](SplitPlan& plan) { plan.avail = outside; });
    refuses([&](SplitPlan& plan) { plan.used = outside; });
  }
}

TEST(SplitLayout, Spec_2_7_areas_must_not_overlap) {
  const std::uint32_t size = 8;
  const HeapMemory heap(4096);
  const GuestMemory memory(heap.bytes());
  // Descriptors take 128 bytes, the available ring 22, the used ring 70: once with a byte of each pair in common (as
  // far as alignment allows), in either order, and once side by side.
  const std::vector<SplitPlan> overlapping{{0, 126, 256, 4096},  {128, 108, 512, 4096}, {0, 512, 124, 4096},
                                           {128, 512, 60, 4096}, {0, 128, 148, 4096},   {0, 256, 188, 4096},
                                           {0, 256, 256, 4096},  {0, 0, 256, 4096},     {0, 40, 256, 4096}};
  for (const SplitPlan& plan : overlapping) {
    EXPECT_THROW(map_split_queue(memory, plan, size), std::invalid_argument)
        << plan.descriptors << ' ' << plan.avail << ' ' << plan.used;
  }
  EXPECT_NO_THROW(map_split_queue(memory, {.descriptors = 0, .avail = 128, .used = 152, .end = 4096}, size));
  EXPECT_NO_THROW(map_split_queue(memory, {.descriptors = 96, .avail = 72, .used = 0, .end = 4096}, size));
}

TEST(SplitLayout, Spec_2_4_1_reset_leaves_the_areas_as_new) {
  const HeapSplitQueue queue(QueueShape{.queue_size = 4});
  std::fill_n(queue.heap().at(0), queue.plan.end, std::byte{0xff});
  queue.reset();
  for (const auto& [from, bytes] :
       {std::pair{queue.plan.descriptors, 64}, {queue.plan.avail, 14}, {queue.plan.used, 38}})
    EXPECT_EQ(std::count(queue.heap().at(from), queue.heap().at(from) + bytes, std::byte{0}), bytes) << from;
}

TEST(GuestMemory, Translates_every_byte_inside_and_nothing_beyond) {
  const HeapMemory heap(100);
  const GuestMemory memory(heap.bytes());
  for (std::uint64_t address = 0; address <= 110; ++address) {
    for (std::uint64_t length = 0; length <= 110; ++length) {
      const std::byte* expected = address + length <= 100 ? heap.at(address) : nullptr;
      ASSERT_EQ(memory.translate(address, length), expected) << address << " + " << length;
    }
  }
  const std::uint64_t max = ~std::uint64_t{0};
  for (std::uint64_t near = 0; near < 120; ++near) {
    ASSERT_EQ(memory.translate(max - near, near + 1), nullptr) << "wraps to 0";
    ASSERT_EQ(memory.translate(max - near, near + 50), nullptr) << "wraps into the memory";
    ASSERT_EQ(memory.translate(near, max), nullptr);
    ASSERT_EQ(memory.translate(near, max - near), nullptr);
  }
}

/// What a driver and a device wrote, read back through the kernel's structures.
class SplitContent : public testing::TestWithParam<std::uint32_t> {
 protected:
  std::uint32_t size() const { return GetParam(); }
  oracle_vring kernel_view() const {
    const auto at = [this](std::uint64_t address) {
      return reinterpret_cast<unsigned char*>(queue_.heap().at(address));
    };
    return oracle_vring_at(size(), at(queue_.plan.descriptors), at(queue_.plan.avail), at(queue_.plan.used));
  }

  HeapSplitQueue queue_{QueueShape{.queue_size = GetParam()}};
  SplitDriver driver_{queue_.areas, queue_.shape};
  SplitDevice device_{queue_.areas, queue_.memory, queue_.shape};
  UsedBuffer used_;
};

INSTANTIATE_TEST_SUITE_P(QueueSizes, SplitContent, testing::Values(1U, 2U, 4U, 256U, 32768U));

TEST_P(SplitContent, Spec_2_7_13_the_kernel_reads_what_the_driver_made_available) {
  const oracle_vring kernel = kernel_view();
  std::vector<std::uint16_t> heads;
  for (std::uint32_t i = 0; i < size(); ++i) {
    heads.push_back(driver_.next_id());
    driver_.add({.addr = queue_.pool.items + std::uint64_t{i} * 16,
                 .len = 16 - i % 3,
                 .flags = i % 2 == 0 ? std::uint16_t{0} : descriptor_flag_write});
    ASSERT_EQ(*kernel.avail_idx, 0) << "nothing is available before publish()";
  }
  EXPECT_EQ(driver_.free_count(), 0U) << "a queue holds as many buffers as its size";
  driver_.publish();
  EXPECT_EQ(*kernel.avail_idx, size());
  for (std::uint32_t i = 0; i < size(); ++i) {
    ASSERT_EQ(kernel.avail_ring[i], heads[i]);
    const oracle_descriptor descriptor = oracle_read_descriptor(kernel.descriptors, heads[i]);
    ASSERT_EQ(descriptor.addr, queue_.pool.items + std::uint64_t{i} * 16);
    ASSERT_EQ(descriptor.len, 16 - i % 3);
    ASSERT_EQ(descriptor.flags, i % 2 == 0 ? 0 : VRING_DESC_F_WRITE);
  }
  EXPECT_EQ(*kernel.avail_flags, 0) << "suppression is by EVENT_IDX: the flag must stay 0 (2.7.7.1)";
}

TEST_P(SplitContent, Spec_2_7_8_the_kernel_reads_what_the_device_used) {
  const oracle_vring kernel = kernel_view();
  for (std::uint32_t i = 0; i < size(); ++i)
    driver_.add({.addr = queue_.pool.items, .len = 16, .flags = VRING_DESC_F_WRITE});
  driver_.publish();
  std::vector<DeviceBuffer> taken(size());
  for (DeviceBuffer& buffer : taken) ASSERT_TRUE(device_.pop(buffer, 16, VRING_DESC_F_WRITE));
  for (std::uint32_t i = 0; i < size(); ++i) {
    device_.push_used(taken[size() - 1 - i].id, i % 17);  // out of order
    ASSERT_EQ(*kernel.used_idx, 0) << "nothing is used before publish()";
  }
  device_.publish();
  EXPECT_EQ(*kernel.used_idx, size());
  for (std::uint32_t i = 0; i < size(); ++i) {
    const oracle_used element = oracle_read_used(kernel.used_ring, i);
    ASSERT_EQ(element.id, taken[size() - 1 - i].id);
    ASSERT_EQ(element.len, i % 17);
  }
  EXPECT_EQ(*kernel.used_flags, 0) << "suppression is by EVENT_IDX: the flag must stay 0 (2.7.10.2)";
  for (std::uint32_t i = 0; i < size(); ++i) ASSERT_TRUE(driver_.reclaim(used_));
  EXPECT_EQ(driver_.fault(), RingFault::none);
  EXPECT_EQ(driver_.next_id(), taken[size() - 1].id) << "ids come back in the order in which they were used";
}

TEST_P(SplitContent, Spec_2_7_7_and_2_7_10_armed_events_are_where_the_kernel_looks_for_them) {
  const oracle_vring kernel = kernel_view();
  for (std::uint32_t i = 0; i < size(); ++i) driver_.add({.addr = queue_.pool.items, .len = 16, .flags = 0});
  for (std::uint32_t count = 1; count <= size(); count = count * 2 + 1) {
    ASSERT_EQ(driver_.arm(count), ArmOutcome::may_sleep);
    EXPECT_EQ(*kernel.used_event, count - 1);
    ASSERT_EQ(device_.arm(count), ArmOutcome::may_sleep);
    EXPECT_EQ(*kernel.avail_event, count - 1);
  }
}

TEST_P(SplitContent, Spec_2_7_13_3_indices_run_freely_and_wrap_at_16_bits) {
  const oracle_vring kernel = kernel_view();
  std::uint64_t passed = 0;
  DeviceBuffer buffer;
  while (passed < (1U << 16) + 2 * size()) {
    driver_.add({.addr = queue_.pool.items, .len = 16, .flags = 0});
    driver_.publish();
    ASSERT_TRUE(device_.pop(buffer, 16, 0));
    device_.push_used(buffer.id, 0);
    device_.publish();
    ASSERT_TRUE(driver_.reclaim(used_));
    ++passed;
    ASSERT_EQ(*kernel.avail_idx, passed % (1U << 16));
    ASSERT_EQ(*kernel.used_idx, passed % (1U << 16));
    ASSERT_EQ(kernel.avail_ring[(passed - 1) % size()], buffer.id);
    ASSERT_EQ(oracle_read_used(kernel.used_ring, static_cast<unsigned>((passed - 1) % size())).id, buffer.id);
  }
  EXPECT_EQ(driver_.free_count(), size());
}

TEST_P(SplitContent, Spec_2_7_8_out_of_order_use_reaches_both_rings_lap_after_lap) {
  // Either side leaves a ring entry unwritten that says already what it must say. The kernel must not notice.
  const oracle_vring kernel = kernel_view();
  std::mt19937 random(size());
  std::uint16_t avail_idx = 0;
  std::uint16_t used_idx = 0;
  std::vector<DeviceBuffer> taken;
  for (int round = 0; round < 200; ++round) {
    const std::uint32_t count = 1 + test::below(random, std::min(size(), 64U));
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint16_t id = driver_.next_id();
      driver_.add({.addr = queue_.pool.items, .len = 16, .flags = VRING_DESC_F_WRITE});
      driver_.publish();
      ASSERT_EQ(kernel.avail_ring[avail_idx++ % size()], id) << "round " << round;
      ASSERT_TRUE(device_.pop(taken.emplace_back(), 16, VRING_DESC_F_WRITE));
      ASSERT_EQ(taken.back().id, id);
    }
    std::shuffle(taken.begin(), taken.end(), random);
    for (const DeviceBuffer& buffer : taken) {
      const std::uint32_t len = test::below(random, 17);
      device_.push_used(buffer.id, len);
      device_.publish();
      const oracle_used element = oracle_read_used(kernel.used_ring, used_idx++ % size());
      ASSERT_EQ(element.id, buffer.id) << "round " << round;
      ASSERT_EQ(element.len, len) << "round " << round;
      ASSERT_TRUE(driver_.reclaim(used_));
    }
    taken.clear();
  }
  EXPECT_EQ(driver_.free_count(), size());
}

TEST_P(SplitContent, Each_side_writes_its_own_areas_only) {
  const auto bytes_of = [this](std::uint64_t from, std::uint64_t to) {
    return std::vector<std::byte>(queue_.heap().at(from), queue_.heap().at(to));
  };
  const SplitPlan& plan = queue_.plan;
  const auto device_writes = bytes_of(plan.used, plan.end);
  for (std::uint32_t i = 0; i < size(); ++i) driver_.add({.addr = queue_.pool.items, .len = 16});
  driver_.publish();
  driver_.device_wants_kick();
  driver_.arm(1);
  driver_.disarm();
  EXPECT_EQ(bytes_of(plan.used, plan.end), device_writes) << "the used ring is the device's to write (2.7.8)";

  const auto driver_writes = bytes_of(plan.descriptors, plan.used);
  DeviceBuffer buffer;
  while (device_.pop(buffer, 16, 0)) device_.push_used(buffer.id, 0);
  device_.publish();
  device_.driver_wants_interrupt();
  device_.arm(1);
  device_.disarm();
  EXPECT_EQ(bytes_of(plan.descriptors, plan.used), driver_writes)
      << "descriptors and the available ring are the driver's to write (2.7.5.1, 2.7.6)";
}

}  // namespace
}  // namespace kickbench
