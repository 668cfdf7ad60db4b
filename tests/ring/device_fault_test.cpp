// What a hostile driver can write: the device must name the fault, take nothing more, and stay inside its memory.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "ring/split_device.hpp"
#include "ring/tx.hpp"
#include "tests/ring/heap_queue.hpp"

namespace kickbench {
namespace {

using test::HeapSplitQueue;

constexpr std::uint32_t size = 4;
constexpr std::uint32_t item_bytes = sizeof(Item);

class HostileDriver : public testing::Test {
 protected:
  /// The driver's half, written by hand: `heads` become available behind those that were before.
  void make_available(const std::vector<std::uint16_t>& heads) {
    for (const std::uint16_t head : heads) queue_.areas.avail_ring[avail_idx_++ % size] = head;
    *queue_.areas.avail_idx = avail_idx_;
  }
  void describe_buffer(std::uint16_t index, SplitDescriptor descriptor) {
    queue_.areas.descriptors[index] = descriptor;
  }
  SplitDescriptor good_descriptor(std::uint16_t index) const {
    return {.addr = queue_.pool.items + std::uint64_t{index} * item_bytes, .len = item_bytes, .flags = 0, .next = 0};
  }
  bool pop() { return device_.pop(buffer_, item_bytes, 0); }

  void SetUp() override {
    for (std::uint16_t i = 0; i < size; ++i) describe_buffer(i, good_descriptor(i));
  }

  /// The queue is broken for good: whatever the driver writes now, nothing is taken and nothing is used.
  void expect_broken(RingFault fault) {
    EXPECT_EQ(device_.fault(), fault) << describe(device_.fault());
    const std::uint16_t used_idx = *queue_.areas.used_idx;
    for (std::uint16_t i = 0; i < size; ++i) describe_buffer(i, good_descriptor(i));
    for (const std::uint32_t more : {0U, 1U, 2U, 4U, 5U, 0x8000U, 0xffffU}) {
      *queue_.areas.avail_idx = static_cast<std::uint16_t>(avail_idx_ + more);
      EXPECT_FALSE(device_.has_avail());
      EXPECT_FALSE(pop());
      for (const std::uint32_t count : {1U, 2U, size}) {
        EXPECT_EQ(device_.arm(count), ArmOutcome::work_pending) << "a wait on a broken queue would never end";
      }
      device_.disarm();
      device_.publish();
    }
    EXPECT_EQ(*queue_.areas.used_idx, used_idx);
    EXPECT_EQ(device_.fault(), fault) << "the first fault is the one that is reported";
  }

  HeapSplitQueue queue_{QueueShape{.queue_size = size}};
  SplitDevice device_{queue_.areas, queue_.memory, queue_.shape};
  DeviceBuffer buffer_;
  std::uint16_t avail_idx_ = 0;
};

TEST_F(HostileDriver, An_honest_one_is_served) {
  make_available({2, 0, 3, 1});
  for (const int head : {2, 0, 3, 1}) {
    ASSERT_TRUE(pop());
    EXPECT_EQ(buffer_.id, head);
    EXPECT_EQ(buffer_.data, queue_.heap().at(good_descriptor(buffer_.id).addr));
    EXPECT_EQ(buffer_.len, item_bytes);
    device_.push_used(buffer_.id, 0);
  }
  EXPECT_FALSE(pop());
  EXPECT_EQ(device_.fault(), RingFault::none);
}

TEST_F(HostileDriver, Available_index_jumps_by_more_than_the_queue_size) {
  for (const std::uint32_t jump : {size + 1, size + 2, 0x7fffU, 0x8000U, 0xfffeU, 0xffffU}) {
    SCOPED_TRACE(jump);
    for (const bool by_arming : {false, true}) {
      SplitDevice device(queue_.areas, queue_.memory, queue_.shape);
      *queue_.areas.avail_idx = static_cast<std::uint16_t>(jump);
      if (by_arming) {
        EXPECT_EQ(device.arm(1), ArmOutcome::work_pending);
      } else {
        EXPECT_FALSE(device.pop(buffer_, item_bytes, 0));
      }
      EXPECT_EQ(device.fault(), RingFault::avail_idx_jump);
    }
  }
}

TEST_F(HostileDriver, Available_index_jump_breaks_the_queue) {
  avail_idx_ = size + 1;
  make_available({});
  EXPECT_FALSE(pop());
  expect_broken(RingFault::avail_idx_jump);
}

TEST_F(HostileDriver, Available_index_goes_backwards) {
  make_available({0, 1});
  ASSERT_TRUE(pop());
  ASSERT_TRUE(pop());
  avail_idx_ = 1;
  make_available({});
  EXPECT_FALSE(pop());
  expect_broken(RingFault::avail_idx_jump);
}

TEST_F(HostileDriver, A_whole_queue_at_once_is_legal) {
  make_available({0, 1, 2, 3});
  for (std::uint32_t i = 0; i < size; ++i) ASSERT_TRUE(pop());
  EXPECT_EQ(device_.fault(), RingFault::none);
}

TEST_F(HostileDriver, Head_is_no_descriptor_of_the_queue) {
  for (const int head : {4, 5, 0x7fff, 0x8000, 0xffff}) {
    SCOPED_TRACE(head);
    queue_.areas.avail_ring[0] = static_cast<std::uint16_t>(head);
    *queue_.areas.avail_idx = 1;
    SplitDevice device(queue_.areas, queue_.memory, queue_.shape);
    EXPECT_FALSE(device.pop(buffer_, item_bytes, 0));
    EXPECT_EQ(device.fault(), RingFault::head_out_of_range);
  }
  make_available({4});
  EXPECT_FALSE(pop());
  expect_broken(RingFault::head_out_of_range);
}

TEST_F(HostileDriver, Head_is_still_in_flight) {
  make_available({3, 3});
  ASSERT_TRUE(pop());
  EXPECT_FALSE(pop());
  expect_broken(RingFault::head_in_flight);
}

TEST_F(HostileDriver, Head_may_come_back_once_it_was_used) {
  make_available({3});
  ASSERT_TRUE(pop());
  device_.push_used(3, 0);
  make_available({3});
  EXPECT_TRUE(pop());
  EXPECT_EQ(device_.fault(), RingFault::none);
}

class DescriptorFlags : public HostileDriver, public testing::WithParamInterface<int> {};
INSTANTIATE_TEST_SUITE_P(Spec_2_7_5, DescriptorFlags, testing::Values(2, 8, 10, 0x80, 0x8000, 0xfff8));

TEST_P(DescriptorFlags, That_were_not_negotiated_or_have_the_wrong_direction_are_refused) {
  SplitDescriptor bad = good_descriptor(1);
  bad.flags = static_cast<std::uint16_t>(GetParam());
  describe_buffer(1, bad);
  make_available({0, 1, 2});
  ASSERT_TRUE(pop());
  EXPECT_FALSE(pop());
  expect_broken(RingFault::bad_descriptor_flags);
}

TEST_F(HostileDriver, A_readable_buffer_is_refused_where_the_device_must_write) {
  make_available({0});
  EXPECT_FALSE(device_.pop(buffer_, item_bytes, descriptor_flag_write));
  expect_broken(RingFault::bad_descriptor_flags);
}

struct BadBuffer {
  std::string name;
  std::uint64_t addr_from_end;  // added to the end of the memory, modulo 2^64
  std::uint32_t len;
};
class BufferAddress : public HostileDriver, public testing::WithParamInterface<BadBuffer> {};

INSTANTIATE_TEST_SUITE_P(HostileDriver, BufferAddress,
                         testing::Values(BadBuffer{"at_the_end", 0, item_bytes},
                                         BadBuffer{"spans_the_end_by_one", -15ULL, item_bytes},
                                         BadBuffer{"one_page_beyond", 4096, item_bytes}, BadBuffer{"empty", -16ULL, 0},
                                         BadBuffer{"one_too_short", -16ULL, item_bytes - 1},
                                         BadBuffer{"one_too_long", -16ULL, item_bytes + 1},
                                         BadBuffer{"longest", -16ULL, 0xffffffff},
                                         BadBuffer{"far", std::uint64_t{1} << 40, item_bytes},
                                         BadBuffer{"far_and_longest", std::uint64_t{1} << 63, 0xffffffff}),
                         [](const auto& test) { return test.param.name; });

TEST_P(BufferAddress, Outside_or_too_short_is_refused) {
  describe_buffer(2,
                  {.addr = queue_.pool.end + GetParam().addr_from_end, .len = GetParam().len, .flags = 0, .next = 0});
  make_available({2});
  EXPECT_FALSE(pop());
  expect_broken(RingFault::bad_buffer_address);
}

TEST_F(HostileDriver, Buffer_address_wraps_around_64_bits) {
  for (std::uint64_t before = 1; before < 2 * item_bytes; ++before) {
    for (const std::uint32_t len : {item_bytes, 2 * item_bytes, 0xffffffffU}) {
      describe_buffer(0, {.addr = ~std::uint64_t{0} - before + 1, .len = len, .flags = 0, .next = 0});
      queue_.areas.avail_ring[0] = 0;
      *queue_.areas.avail_idx = 1;
      SplitDevice device(queue_.areas, queue_.memory, queue_.shape);
      EXPECT_FALSE(device.pop(buffer_, item_bytes, 0));
      EXPECT_EQ(device.fault(), RingFault::bad_buffer_address) << before << ' ' << len;
    }
  }
}

TEST_F(HostileDriver, The_last_bytes_of_the_memory_are_a_legal_buffer) {
  describe_buffer(0, {.addr = queue_.pool.end - item_bytes, .len = item_bytes, .flags = 0, .next = 0});
  make_available({0});
  ASSERT_TRUE(pop());
  EXPECT_EQ(buffer_.data + buffer_.len, queue_.heap().at(0) + queue_.pool.end);
}

// The address is the driver's to choose. An item read through a misaligned pointer is undefined.
TEST(HostileItem, At_a_misaligned_address_is_refused) {
  for (std::uint64_t off = 1; off < 16; ++off) {
    if (off % alignof(Item) == 0) continue;
    const HeapSplitQueue queue(QueueShape{.queue_size = size});
    SplitTxConsumer consumer(queue);
    queue.areas.descriptors[0] = {.addr = queue.pool.items + off, .len = item_bytes, .flags = 0, .next = 0};
    *queue.areas.avail_idx = 1;
    EXPECT_EQ(consumer.take(), nullptr) << "misaligned by " << off;
    EXPECT_EQ(consumer.fault(), RingFault::bad_buffer_address);
  }
}

TEST(HostileItem, Breaks_the_port_of_the_consumer) {
  const HeapSplitQueue queue(QueueShape{.queue_size = size});
  SplitTxConsumer consumer(queue);
  *queue.areas.avail_idx = size + 1;
  EXPECT_FALSE(consumer.ready());
  EXPECT_EQ(consumer.take(), nullptr);
  EXPECT_EQ(consumer.arm(1), ArmOutcome::work_pending);
  EXPECT_EQ(consumer.fault(), RingFault::avail_idx_jump);
}

TEST(RingFaultText, Names_each_fault_differently) {
  std::vector<std::string> texts;
  for (int fault = 0; fault <= static_cast<int>(RingFault::used_len_too_long); ++fault) {
    texts.emplace_back(describe(static_cast<RingFault>(fault)));
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    EXPECT_NE(texts[i], describe(static_cast<RingFault>(255))) << i;
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(texts[i], texts[j]);
  }
}

}  // namespace
}  // namespace kickbench
