// What a hostile device can write: the driver must name the fault, reclaim nothing more, and stay inside its tables.
#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "ring/split_driver.hpp"
#include "ring/tx.hpp"
#include "tests/ring/heap_queue.hpp"

namespace kickbench {
namespace {

using test::HeapSplitQueue;

constexpr std::uint32_t size = 4;
constexpr std::uint32_t buffer_bytes = 16;

class HostileDevice : public testing::Test {
 protected:
  /// The driver offers `count` buffers; their ids are 0, 1, ... in a fresh queue.
  void offer(std::uint32_t count, std::uint16_t flags = 0) {
    for (std::uint32_t i = 0; i < count; ++i)
      driver_.add({.addr = queue_.pool.items, .len = buffer_bytes, .flags = flags});
    driver_.publish();
  }
  /// The device's half, written by hand: these elements are used behind those that were before.
  void use(const std::vector<SplitUsedElement>& elements) {
    for (const SplitUsedElement& element : elements) queue_.areas.used_ring[used_idx_++ % size] = element;
    *queue_.areas.used_idx = used_idx_;
  }

  /// The queue is broken for good: whatever the device writes now, nothing is reclaimed.
  void expect_broken(RingFault fault) {
    EXPECT_EQ(driver_.fault(), fault) << describe(driver_.fault());
    const std::uint32_t free_count = driver_.free_count();
    for (std::uint32_t i = 0; i < size; ++i) queue_.areas.used_ring[i] = {.id = i, .len = 0};
    for (const std::uint32_t more : {0U, 1U, 2U, 4U, 5U, 0x8000U, 0xffffU}) {
      *queue_.areas.used_idx = static_cast<std::uint16_t>(used_idx_ + more);
      EXPECT_FALSE(driver_.has_used());
      EXPECT_FALSE(driver_.reclaim(used_));
      for (const std::uint32_t count : {1U, 2U, size}) {
        EXPECT_EQ(driver_.arm(count), ArmOutcome::work_pending) << "a wait on a broken queue would never end";
      }
      driver_.disarm();
    }
    EXPECT_EQ(driver_.free_count(), free_count);
    EXPECT_EQ(driver_.fault(), fault) << "the first fault is the one that is reported";
  }

  HeapSplitQueue queue_{QueueShape{.queue_size = size}};
  SplitDriver driver_{queue_.areas, queue_.shape};
  std::uint16_t used_idx_ = 0;
  UsedBuffer used_;
};

TEST_F(HostileDevice, An_honest_one_gets_its_buffers_back_in_any_order) {
  offer(4);
  use({{2, 0}, {0, 0}, {3, 0}, {1, 0}});
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(driver_.reclaim(used_));
  EXPECT_FALSE(driver_.reclaim(used_));
  EXPECT_EQ(driver_.free_count(), size);
  EXPECT_EQ(driver_.next_id(), 2);
  EXPECT_EQ(driver_.fault(), RingFault::none);
}

TEST_F(HostileDevice, Uses_a_buffer_though_none_is_outstanding) {
  use({{0, 0}});
  EXPECT_FALSE(driver_.reclaim(used_));
  expect_broken(RingFault::used_idx_jump);
}

TEST_F(HostileDevice, Used_index_jumps_by_more_than_what_is_outstanding) {
  for (const bool by_arming : {false, true}) {
    for (std::uint32_t outstanding = 0; outstanding <= size; ++outstanding) {
      for (const std::uint32_t jump : {outstanding + 1, size + 1, 0x8000U, 0xffffU}) {
        *queue_.areas.used_idx = 0;
        SplitDriver driver(queue_.areas, queue_.shape);
        for (std::uint32_t i = 0; i < outstanding; ++i)
          driver.add({.addr = queue_.pool.items, .len = buffer_bytes, .flags = 0});
        driver.publish();
        *queue_.areas.used_idx = static_cast<std::uint16_t>(jump);
        if (by_arming) {
          EXPECT_EQ(driver.arm(1), ArmOutcome::work_pending);
        } else {
          EXPECT_FALSE(driver.reclaim(used_));
        }
        EXPECT_EQ(driver.fault(), RingFault::used_idx_jump) << outstanding << " outstanding, " << jump << " used";
      }
    }
  }
}

TEST_F(HostileDevice, Used_index_jump_breaks_the_queue) {
  offer(2);
  used_idx_ = 3;
  use({});
  EXPECT_FALSE(driver_.reclaim(used_));
  expect_broken(RingFault::used_idx_jump);
}

TEST_F(HostileDevice, Used_index_goes_backwards) {
  offer(3);
  use({{0, 0}, {1, 0}});
  ASSERT_TRUE(driver_.reclaim(used_));
  ASSERT_TRUE(driver_.reclaim(used_));
  used_idx_ = 1;
  use({});
  EXPECT_FALSE(driver_.reclaim(used_));
  expect_broken(RingFault::used_idx_jump);
}

TEST_F(HostileDevice, Id_is_no_descriptor_of_the_queue) {
  for (const std::uint32_t id : {size, size + 1, 0xffffU, 0x10000U, 0x80000000U, 0xffffffffU}) {
    *queue_.areas.used_idx = 0;
    SplitDriver driver(queue_.areas, queue_.shape);
    for (std::uint32_t i = 0; i < size; ++i) driver.add({.addr = queue_.pool.items, .len = buffer_bytes, .flags = 0});
    queue_.areas.used_ring[0] = {.id = id, .len = 0};
    *queue_.areas.used_idx = 1;
    EXPECT_FALSE(driver.reclaim(used_));
    EXPECT_EQ(driver.fault(), RingFault::used_id_out_of_range) << id;
    EXPECT_EQ(driver.free_count(), 0U);
  }
  offer(4);
  use({{4, 0}});
  EXPECT_FALSE(driver_.reclaim(used_));
  expect_broken(RingFault::used_id_out_of_range);
}

TEST_F(HostileDevice, Id_was_never_issued) {
  offer(2);
  use({{3, 0}});
  EXPECT_FALSE(driver_.reclaim(used_));
  expect_broken(RingFault::used_id_not_in_flight);
}

TEST_F(HostileDevice, Id_is_used_twice) {
  offer(3);
  use({{1, 0}, {1, 0}});
  ASSERT_TRUE(driver_.reclaim(used_));
  EXPECT_FALSE(driver_.reclaim(used_));
  EXPECT_EQ(driver_.free_count(), 2U);
  expect_broken(RingFault::used_id_not_in_flight);
}

TEST_F(HostileDevice, Length_is_more_than_the_device_may_write) {
  struct Case {
    std::uint16_t flags;
    std::uint32_t len;
    bool legal;
  };
  for (const Case& claim :
       {Case{0, 0, true}, Case{0, 1, false}, Case{0, 0xffffffff, false},
        Case{descriptor_flag_write, buffer_bytes, true}, Case{descriptor_flag_write, buffer_bytes + 1, false},
        Case{descriptor_flag_write, 0xffffffff, false}}) {
    SCOPED_TRACE(testing::Message() << "flags " << claim.flags << " len " << claim.len);
    *queue_.areas.used_idx = 0;
    SplitDriver driver(queue_.areas, queue_.shape);
    driver.add({.addr = queue_.pool.items, .len = buffer_bytes, .flags = claim.flags});
    driver.publish();
    queue_.areas.used_ring[0] = {.id = 0, .len = claim.len};
    *queue_.areas.used_idx = 1;
    EXPECT_EQ(driver.reclaim(used_), claim.legal);
    EXPECT_EQ(driver.fault(), claim.legal ? RingFault::none : RingFault::used_len_too_long);
  }
  offer(2);
  use({{0, 1}});
  EXPECT_FALSE(driver_.reclaim(used_));
  expect_broken(RingFault::used_len_too_long);
}

TEST_F(HostileDevice, Own_state_is_not_read_back_from_shared_memory) {
  offer(4);
  // A device that scribbles over what the driver wrote can harm what is exchanged, but not the driver's accounts.
  for (std::uint32_t i = 0; i < size; ++i) {
    queue_.areas.descriptors[i] = {.addr = ~std::uint64_t{0}, .len = 0xffffffff, .flags = 0xffff, .next = 0xffff};
    queue_.areas.avail_ring[i] = 0xffff;
  }
  *queue_.areas.avail_idx = 0x5555;
  *queue_.areas.used_event = 0x5555;
  use({{0, 0}, {1, 0}, {2, 0}, {3, 0}});
  for (std::uint32_t i = 0; i < size; ++i) EXPECT_TRUE(driver_.reclaim(used_));
  offer(1);
  EXPECT_EQ(*queue_.areas.avail_idx, 5);
  EXPECT_EQ(driver_.fault(), RingFault::none);
}

TEST(HostileDevicePort, Breaks_the_port_of_the_producer) {
  const HeapSplitQueue queue(QueueShape{.queue_size = size});
  SplitTxProducer producer(queue);
  for (std::uint32_t i = 0; i < size; ++i) {
    ASSERT_NE(producer.acquire(), nullptr);
    producer.commit();
  }
  producer.publish();
  *queue.areas.used_idx = size + 1;
  EXPECT_FALSE(producer.ready());
  EXPECT_EQ(producer.acquire(), nullptr);
  EXPECT_EQ(producer.arm(1), ArmOutcome::work_pending);
  EXPECT_EQ(producer.fault(), RingFault::used_idx_jump);
}

}  // namespace
}  // namespace kickbench
