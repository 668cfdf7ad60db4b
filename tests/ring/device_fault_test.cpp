// What a hostile driver can write, in either layout: the device must name the fault, take nothing more, and stay inside
// its memory. Here buffers of one descriptor; chains and tables are in chain_fault_test.cpp, and what only one layout
// has in split_fault_test.cpp and packed_device_fault_test.cpp.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "ring/tx.hpp"
#include "tests/ring/hostile_peer.hpp"

namespace kickbench {
namespace {

using test::DeviceUnderTest;

constexpr std::uint32_t item_bytes = sizeof(Item);

template <class Layout>
class HostileDriver : public testing::Test {};
TYPED_TEST_SUITE(HostileDriver, test::BothLayouts, test::LayoutName);

TYPED_TEST(HostileDriver, An_honest_one_is_served) {
  DeviceUnderTest<TypeParam> t;
  for (const std::uint16_t id : std::initializer_list<std::uint16_t>{2, 0, 3, 1}) t.offer(id);
  for (const std::uint16_t id : std::initializer_list<std::uint16_t>{2, 0, 3, 1}) {
    t.expect_taken(id);
    EXPECT_EQ(t.buffer.data, t.queue.heap().at(t.item(id).addr));
    EXPECT_EQ(t.buffer.len, item_bytes);
    t.device.push_used(id, 0);
  }
  EXPECT_FALSE(t.pop());
  EXPECT_EQ(t.device.fault(), RingFault::none);
}

TYPED_TEST(HostileDriver, A_whole_queue_at_once_is_legal) {
  DeviceUnderTest<TypeParam> t;
  for (std::uint16_t id = 0; id < 4; ++id) t.offer(id);
  for (std::uint16_t id = 0; id < 4; ++id) t.expect_taken(id);
  EXPECT_FALSE(t.pop());
  EXPECT_EQ(t.device.fault(), RingFault::none);
}

TYPED_TEST(HostileDriver, Head_is_no_descriptor_of_the_queue) {
  for (const std::uint16_t id : std::initializer_list<std::uint16_t>{4, 5, 0x7fff, 0x8000, 0xffff}) {
    SCOPED_TRACE(id);
    DeviceUnderTest<TypeParam> t;
    t.offer(0);
    t.offer(id, {t.item(1)});
    t.expect_taken(0);
    t.expect_refused(RingFault::head_out_of_range);
  }
}

TYPED_TEST(HostileDriver, Head_is_still_in_flight) {
  for (const std::uint16_t flags : {std::uint16_t{0}, descriptor_flag_write}) {
    DeviceUnderTest<TypeParam> t;
    t.offer(3, {t.item(3, flags)});
    t.offer(3, {t.item(3, flags)});
    ASSERT_TRUE(t.pop(flags));
    t.expect_refused(RingFault::head_in_flight, flags);
  }
}

TYPED_TEST(HostileDriver, Head_may_come_back_once_it_was_used) {
  DeviceUnderTest<TypeParam> t;
  for (int lap = 0; lap < 9; ++lap) {
    t.offer(3);
    t.expect_taken(3);
    t.device.push_used(3, 0);
    t.device.publish();
  }
  EXPECT_EQ(t.device.fault(), RingFault::none);
}

TYPED_TEST(HostileDriver, Spec_2_7_5_and_2_8_5_flags_that_nobody_knows_or_of_the_wrong_direction_are_refused) {
  for (const std::uint16_t flags : std::initializer_list<std::uint16_t>{2, 8, 10, 0x40, 0x4000, 0x7f78}) {
    SCOPED_TRACE(flags);
    DeviceUnderTest<TypeParam> t;
    t.offer(0);
    t.offer(1, {t.item(1, flags)});
    t.offer(2);
    t.expect_taken(0);
    t.expect_refused(flags == descriptor_flag_write ? RingFault::wrong_direction : RingFault::bad_descriptor_flags);
  }
}

TYPED_TEST(HostileDriver, A_readable_buffer_is_refused_where_the_device_must_write) {
  DeviceUnderTest<TypeParam> t;
  t.offer(0);
  t.expect_refused(RingFault::wrong_direction, descriptor_flag_write);
}

TYPED_TEST(HostileDriver, A_buffer_outside_of_the_memory_or_too_short_is_refused) {
  struct Case {
    std::uint64_t addr_from_end;  // added to the end of the memory, modulo 2^64
    std::uint32_t len;
    RingFault fault = RingFault::buffer_outside;
  };
  const std::vector<Case> cases{{0, item_bytes},
                                {0, 0, RingFault::buffer_empty},
                                {0 - std::uint64_t{15}, item_bytes},
                                {0 - std::uint64_t{8}, item_bytes},
                                {4096, item_bytes},
                                {0 - std::uint64_t{16}, 0, RingFault::buffer_empty},
                                {0 - std::uint64_t{16}, item_bytes - 1, RingFault::buffer_too_short},
                                {0 - std::uint64_t{16}, item_bytes + 1},
                                {0 - std::uint64_t{16}, 0xffffffff},
                                {std::uint64_t{1} << 40, item_bytes},
                                {std::uint64_t{1} << 63, 0xffffffff}};
  for (const Case& bad : cases) {
    for (const std::uint16_t flags : {std::uint16_t{0}, descriptor_flag_write}) {
      SCOPED_TRACE(testing::Message() << "end + " << bad.addr_from_end << ", " << bad.len << " bytes, flags " << flags);
      DeviceUnderTest<TypeParam> t;
      t.offer(2, {{.addr = t.queue.pool.end + bad.addr_from_end, .len = bad.len, .flags = flags}});
      t.expect_refused(bad.fault, flags);
    }
  }
}

TYPED_TEST(HostileDriver, Buffer_address_wraps_around_64_bits) {
  for (std::uint64_t before = 1; before < 2 * item_bytes; ++before) {
    for (const std::uint32_t len : {item_bytes, 2 * item_bytes, 0xffffffffU}) {
      DeviceUnderTest<TypeParam> t;
      t.offer(0, {{.addr = ~std::uint64_t{0} - before + 1, .len = len}});
      EXPECT_FALSE(t.pop());
      EXPECT_EQ(t.device.fault(), RingFault::buffer_outside) << before << ' ' << len;
    }
  }
}

TYPED_TEST(HostileDriver, The_last_bytes_of_the_memory_are_a_legal_buffer) {
  DeviceUnderTest<TypeParam> t;
  t.offer(0, {{.addr = t.queue.pool.end - item_bytes, .len = item_bytes}});
  t.expect_taken(0);
  EXPECT_EQ(t.buffer.data + t.buffer.len, t.queue.heap().at(0) + t.queue.pool.end);
}

// Guest-physical addresses begin at 0, with the queue itself: a buffer there harms nobody but the driver.
TYPED_TEST(HostileDriver, Address_0_is_memory_like_any_other) {
  DeviceUnderTest<TypeParam> t;
  t.offer(0, {{.addr = 0, .len = item_bytes}});
  t.expect_taken(0);
  EXPECT_EQ(t.buffer.data, t.queue.heap().at(0));
}

TYPED_TEST(HostileDriver, A_buffer_that_covers_the_queue_itself_harms_no_state_of_the_device) {
  for (const int filled_with : {0x00, 0x55, 0x80, 0xff}) {
    DeviceUnderTest<TypeParam> t;
    t.offer(0, {{.addr = 0, .len = static_cast<std::uint32_t>(t.queue.plan.end), .flags = descriptor_flag_write}});
    ASSERT_TRUE(t.pop(descriptor_flag_write));
    std::fill_n(t.buffer.data, t.buffer.len, static_cast<std::byte>(filled_with));
    t.device.push_used(0, t.buffer.len);
    t.device.publish();
    for (int i = 0; i < 9; ++i) {
      t.device.driver_wants_interrupt();
      t.device.arm(1);
      if (t.pop(descriptor_flag_write)) t.device.push_used(t.buffer.id, 0);
      t.device.publish();
    }
  }
}

// The address is the driver's to choose. An item read through a misaligned pointer is undefined.
TYPED_TEST(HostileDriver, An_item_at_a_misaligned_address_is_refused) {
  for (std::uint64_t off = 1; off < 16; ++off) {
    if (off % alignof(Item) == 0) continue;
    DeviceUnderTest<TypeParam> t;
    TxConsumer<TypeParam> consumer(t.queue);
    t.offer(0, {{.addr = t.queue.pool.items + off, .len = item_bytes}});
    EXPECT_EQ(consumer.take(), nullptr) << "misaligned by " << off;
    EXPECT_EQ(consumer.fault(), RingFault::buffer_misaligned);
  }
}

TYPED_TEST(HostileDriver, Breaks_the_port_of_the_consumer) {
  DeviceUnderTest<TypeParam> t;
  TxConsumer<TypeParam> consumer(t.queue);
  t.offer(9, {t.item(0)});
  EXPECT_TRUE(consumer.ready());
  EXPECT_EQ(consumer.take(), nullptr);
  EXPECT_FALSE(consumer.ready());
  EXPECT_EQ(consumer.arm(1), ArmOutcome::work_pending);
  EXPECT_EQ(consumer.fault(), RingFault::head_out_of_range);
}

TEST(RingFaultText, Names_each_fault_differently) {
  std::vector<std::string> texts;
  for (int fault = 0; fault <= static_cast<int>(RingFault::used_len_too_short); ++fault) {
    texts.emplace_back(describe(static_cast<RingFault>(fault)));
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    EXPECT_NE(texts[i], describe(static_cast<RingFault>(255))) << i;
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(texts[i], texts[j]);
  }
}

}  // namespace
}  // namespace kickbench
