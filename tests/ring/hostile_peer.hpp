// Peers written by hand, which may write anything, and what a half must do about it. One interface for both layouts:
// what is said of both is tested over both.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "ring/buffers.hpp"
#include "ring/item.hpp"
#include "ring/port.hpp"
#include "ring/virtqueue.hpp"
#include "tests/ring/heap_queue.hpp"

namespace kickbench::test {

using BothLayouts = testing::Types<SplitLayout, PackedLayout>;
struct LayoutName {
  template <class Layout>
  static std::string GetName(int) {
    return std::is_same_v<Layout, SplitLayout> ? "Split" : "Packed";
  }
};

/// Flags of a chain's descriptors: all but the last go on.
inline std::uint16_t chain_flags(std::span<const Segment> chain, std::size_t i) {
  return static_cast<std::uint16_t>(chain[i].flags | (i + 1 < chain.size() ? descriptor_flag_next : 0));
}

/// What a driver writes. Segments may carry any flags.
template <class Layout>
struct DriverByHand;

template <>
struct DriverByHand<SplitLayout> {
  /// Makes a chain available at once: it stands at `id` and behind, around the end of the table.
  void offer(std::uint16_t id, std::span<const Segment> chain) {
    for (std::size_t i = 0; i < chain.size(); ++i) {
      const std::size_t index = (id + i) % size;
      areas.descriptors[index] = {.addr = chain[i].addr,
                                  .len = chain[i].len,
                                  .flags = chain_flags(chain, i),
                                  .next = static_cast<std::uint16_t>((index + 1) % size)};
    }
    areas.avail_ring[avail_idx++ % size] = id;
    *areas.avail_idx = avail_idx;
  }
  static void describe(SplitDescriptor* table, std::span<const Segment> chain) {
    for (std::size_t i = 0; i < chain.size(); ++i)
      table[i] = {.addr = chain[i].addr,
                  .len = chain[i].len,
                  .flags = chain_flags(chain, i),
                  .next = static_cast<std::uint16_t>(i + 1)};
  }
  /// Something is available, the `way`-th way of saying so.
  void insist(std::size_t way) {
    constexpr std::array<std::uint16_t, 7> jumps{0, 1, 2, 4, 5, 0x8000, 0xffff};
    *areas.avail_idx = static_cast<std::uint16_t>(avail_idx + jumps.at(way));
    *areas.used_event = static_cast<std::uint16_t>(*areas.used_idx - way);
  }

  SplitAreas areas;
  std::uint32_t size;
  std::uint16_t avail_idx = 0;
};

template <>
struct DriverByHand<PackedLayout> {
  /// Makes a chain available at once, at the next place of the ring.
  void offer(std::uint16_t id, std::span<const Segment> chain) {
    for (std::size_t i = 0; i < chain.size(); ++i) {
      const auto flags = static_cast<std::uint16_t>(chain_flags(chain, i) | next.avail_flags());
      areas.descriptors[next.index] = {.addr = chain[i].addr, .len = chain[i].len, .id = id, .flags = flags};
      next = next.after(1, size);
    }
  }
  static void describe(PackedDescriptor* table, std::span<const Segment> chain) {
    for (std::size_t i = 0; i < chain.size(); ++i)
      table[i] = {.addr = chain[i].addr, .len = chain[i].len, .id = 0, .flags = chain[i].flags};
  }
  void insist(std::size_t way) {
    constexpr std::array<std::uint16_t, 7> flags{
        packed_flag_avail, packed_flag_used, 0, 0xffff, 0x8080, 0x0087, 0x8007};
    for (std::uint32_t i = 0; i < size; ++i) areas.descriptors[i].flags = flags.at(way);
    *areas.driver_event = 0xfffdfffd + static_cast<std::uint32_t>(way);
  }

  PackedAreas areas;
  std::uint32_t size;
  PackedPosition next{};
};
inline constexpr std::size_t ways_to_insist = 7;

/// A device at the mercy of its driver.
template <class Layout>
struct DeviceUnderTest {
  explicit DeviceUnderTest(Features features = {Feature::event_idx}, std::uint32_t size = 4)
      : queue(QueueShape{.queue_size = size, .features = features}), driver{queue.areas, size} {}

  Segment item(std::uint16_t id, std::uint16_t flags = 0) const {
    return {.addr = queue.pool.items + id * sizeof(Item), .len = sizeof(Item), .flags = flags};
  }
  void offer(std::uint16_t id, std::vector<Segment> chain) { driver.offer(id, chain); }
  void offer(std::uint16_t id) { offer(id, {item(id)}); }
  /// Offers a table of descriptors at `address`, said to be `bytes` long.
  void offer_table(std::uint64_t address, std::uint32_t bytes, std::uint16_t more_flags = 0) {
    const auto flags = static_cast<std::uint16_t>(descriptor_flag_indirect | more_flags);
    offer(0, {{.addr = address, .len = bytes, .flags = flags}});
  }
  typename Layout::Descriptor* table_at(std::uint64_t address) {
    return reinterpret_cast<typename Layout::Descriptor*>(queue.heap().at(address));
  }
  bool pop(std::uint16_t flags = 0) { return device.pop(buffer, sizeof(Item), flags); }

  void expect_taken(std::uint16_t id) {
    ASSERT_TRUE(pop()) << describe(device.fault());
    EXPECT_EQ(buffer.id, id);
  }
  void expect_refused(RingFault fault, std::uint16_t flags = 0) {
    EXPECT_FALSE(pop(flags));
    expect_broken(fault);
  }

  /// The queue is broken for good: whatever the driver writes now, nothing is taken and nothing is used.
  void expect_broken(RingFault fault) {
    EXPECT_EQ(device.fault(), fault) << describe(device.fault());
    EXPECT_NE(describe(device.fault()), describe(static_cast<RingFault>(255)));
    for (std::size_t way = 0; way < ways_to_insist; ++way) {
      offer(static_cast<std::uint16_t>(way % driver.size));
      driver.insist(way);
      const std::vector<std::byte> before(queue.heap().bytes().begin(), queue.heap().bytes().end());
      EXPECT_FALSE(device.has_avail());
      EXPECT_FALSE(pop());
      EXPECT_FALSE(pop(descriptor_flag_write));
      device.publish();
      EXPECT_EQ(before, std::vector<std::byte>(queue.heap().bytes().begin(), queue.heap().bytes().end()));
      for (std::uint32_t count = 1; count <= driver.size; ++count) {
        EXPECT_EQ(device.arm(count), ArmOutcome::work_pending) << "a wait on a broken queue would never end";
      }
      device.disarm();
      device.driver_wants_interrupt();
    }
    EXPECT_EQ(device.fault(), fault) << "the first fault is the one that is reported";
  }

  HeapQueue<Layout> queue;
  DriverByHand<Layout> driver;
  typename Layout::Device device{queue.make_device()};
  DeviceBuffer buffer;
};

/// What a device writes.
template <class Layout>
struct DeviceByHand;

template <>
struct DeviceByHand<SplitLayout> {
  /// Uses a buffer of `descriptor_count` descriptors.
  void use(std::uint32_t id, std::uint32_t len, std::uint32_t /*descriptor_count*/ = 1) {
    areas.used_ring[used_idx++ % size] = {.id = id, .len = len};
    *areas.used_idx = used_idx;
  }
  /// IN_ORDER: one entry for `buffer_count` buffers of one descriptor each.
  void use_batch(std::uint32_t last_id, std::uint16_t buffer_count) {
    areas.used_ring[used_idx % size] = {.id = last_id, .len = 0};
    *areas.used_idx = used_idx = static_cast<std::uint16_t>(used_idx + buffer_count);
  }
  void insist(std::size_t way) {
    constexpr std::array<std::uint16_t, 7> jumps{0, 1, 2, 4, 5, 0x8000, 0xffff};
    *areas.used_idx = static_cast<std::uint16_t>(used_idx + jumps.at(way));
    *areas.avail_event = static_cast<std::uint16_t>(*areas.avail_idx - way);
  }

  SplitAreas areas;
  std::uint32_t size;
  std::uint16_t used_idx = 0;
};

template <>
struct DeviceByHand<PackedLayout> {
  void use(std::uint32_t id, std::uint32_t len, std::uint32_t descriptor_count = 1) {
    const auto flags = static_cast<std::uint16_t>(next.used_flags() | (len > 0 ? descriptor_flag_write : 0));
    PackedDescriptor& used = areas.descriptors[next.index];
    used = {.addr = used.addr, .len = len, .id = static_cast<std::uint16_t>(id), .flags = flags};
    next = next.after(descriptor_count, size);
  }
  void use_batch(std::uint32_t last_id, std::uint16_t buffer_count) { use(last_id, 0, buffer_count); }
  void insist(std::size_t way) {
    constexpr std::array<std::uint16_t, 7> flags{0x8080, 0, 0xffff, packed_flag_used, packed_flag_avail, 2, 0x8082};
    for (std::uint32_t i = 0; i < size; ++i) areas.descriptors[i].flags = flags.at(way);
    *areas.device_event = 0xfffdfffd + static_cast<std::uint32_t>(way);
  }

  PackedAreas areas;
  std::uint32_t size;
  PackedPosition next{};
};

/// A driver at the mercy of its device.
template <class Layout>
struct DriverUnderTest {
  explicit DriverUnderTest(Features features = {Feature::event_idx}, std::uint32_t chain = 1, std::uint32_t size = 4)
      : queue(QueueShape{.queue_size = size, .features = features, .chain = chain}), device{queue.areas, size} {}

  /// Offers `count` buffers and publishes them; their ids in a fresh queue are id_of(0), id_of(1), ...
  void offer(std::uint32_t count, std::uint16_t flags = 0) {
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::vector<Segment> chain(queue.shape.chain, {queue.pool.items, sizeof(Item), flags});
      if (chain.size() == 1) {
        driver.add(chain.front());
      } else if (queue.shape.indirect()) {
        driver.add_indirect(chain, reinterpret_cast<typename Layout::Descriptor*>(queue.heap().at(queue.pool.tables)),
                            queue.pool.tables);
      } else {
        driver.add(chain);
      }
    }
    driver.publish();
  }
  /// A split driver's ids are heads, a packed one's are numbers.
  std::uint16_t id_of(std::uint32_t buffer) const {
    const bool by_head = std::is_same_v<Layout, SplitLayout>;
    return static_cast<std::uint16_t>(by_head ? buffer * queue.shape.descriptors_per_buffer() : buffer);
  }
  void use(std::uint32_t id, std::uint32_t len = 0) { device.use(id, len, queue.shape.descriptors_per_buffer()); }
  bool reclaim() { return driver.reclaim(used); }

  void expect_reclaimed(std::uint16_t id) {
    ASSERT_TRUE(reclaim()) << describe(driver.fault());
    EXPECT_EQ(used.id, id);
  }
  void expect_refused(RingFault fault) {
    EXPECT_FALSE(reclaim());
    expect_broken(fault);
  }

  /// The queue is broken for good: whatever the device writes now, nothing is reclaimed.
  void expect_broken(RingFault fault) {
    EXPECT_EQ(driver.fault(), fault) << describe(driver.fault());
    EXPECT_NE(describe(driver.fault()), describe(static_cast<RingFault>(255)));
    const std::uint32_t free_count = driver.free_count();
    for (std::size_t way = 0; way < ways_to_insist; ++way) {
      device.use(static_cast<std::uint32_t>(way % device.size), 0);
      device.insist(way);
      EXPECT_FALSE(driver.has_used());
      EXPECT_FALSE(reclaim());
      for (std::uint32_t count = 1; count <= queue.shape.buffer_count(); ++count) {
        EXPECT_EQ(driver.arm(count), ArmOutcome::work_pending) << "a wait on a broken queue would never end";
      }
      driver.disarm();
      driver.device_wants_kick();
    }
    EXPECT_EQ(driver.free_count(), free_count);
    EXPECT_EQ(driver.fault(), fault) << "the first fault is the one that is reported";
  }

  HeapQueue<Layout> queue;
  DeviceByHand<Layout> device;
  typename Layout::Driver driver{queue.make_driver()};
  UsedBuffer used;
};

}  // namespace kickbench::test
