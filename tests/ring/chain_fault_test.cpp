// Chains and tables of descriptors that a hostile driver can write, in either layout.
#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "tests/ring/hostile_peer.hpp"

namespace kickbench {
namespace {

using test::DeviceUnderTest;

constexpr std::uint32_t item_bytes = sizeof(Item);
constexpr std::uint32_t descriptor_bytes_each = 16;
constexpr Features with_tables{Feature::event_idx, Feature::indirect_desc};

/// Chains as they stand in the ring, and in a table: what holds for segments holds for both.
template <class Layout>
class HostileChain : public testing::Test {
 protected:
  using Device = DeviceUnderTest<Layout>;

  /// Runs `expect(device, segments)` for a chain in the ring, then for one in a table.
  template <class Make, class Expect>
  static void both_ways(Make make, Expect expect, std::uint32_t size = 4) {
    {
      SCOPED_TRACE("in the ring");
      Device t({Feature::event_idx}, size);
      t.offer(0, make(t));
      expect(t);
    }
    SCOPED_TRACE("in a table");
    Device t(with_tables, size);
    const std::vector<Segment> chain = make(t);
    // The items' place is where the table stands, and the items stand behind it.
    const std::uint64_t table = t.queue.pool.items;
    t.driver.describe(t.table_at(table), chain);
    t.offer_table(table, static_cast<std::uint32_t>(chain.size()) * descriptor_bytes_each);
    expect(t);
  }
  template <class Make>
  static void refused_both_ways(RingFault fault, Make make, std::uint32_t size = 4) {
    both_ways(
        make, [fault](Device& t) { t.expect_refused(fault); }, size);
  }
  static Segment anywhere(const Device& t, std::uint16_t flags = 0) {
    return {.addr = t.queue.pool.end - item_bytes, .len = item_bytes, .flags = flags};
  }
};
TYPED_TEST_SUITE(HostileChain, test::BothLayouts, test::LayoutName);

TYPED_TEST(HostileChain, Spec_2_7_5_2_and_2_8_6_a_chain_as_long_as_the_queue_is_legal) {
  for (const std::uint32_t size : {1U, 2U, 4U, 8U}) {
    const auto make = [size](const auto& t) { return std::vector(size, TestFixture::anywhere(t)); };
    const auto taken = [size](auto& t) {
      EXPECT_EQ(t.device.arm(1), ArmOutcome::work_pending);
      EXPECT_EQ(t.device.arm(2), ArmOutcome::may_sleep) << "it is one buffer";
      t.expect_taken(0);
      EXPECT_EQ(t.buffer.rest.size() + 1, size);
      for (const std::uint32_t count : {1U, 2U}) EXPECT_EQ(t.device.arm(count), ArmOutcome::may_sleep);
      EXPECT_EQ(t.device.fault(), RingFault::none);
    };
    TestFixture::both_ways(make, taken, size);
  }
}

TYPED_TEST(HostileChain, Spec_2_7_4_2_and_2_8_6_a_segment_to_read_behind_one_to_write_is_refused) {
  for (const std::vector<std::uint16_t>& flags :
       std::vector<std::vector<std::uint16_t>>{{2, 0}, {0, 2, 0}, {2, 2, 0}, {0, 2, 0, 2}}) {
    TestFixture::refused_both_ways(RingFault::readable_after_writable, [&](const auto& t) {
      std::vector<Segment> chain;
      for (const std::uint16_t flag : flags) chain.push_back(TestFixture::anywhere(t, flag));
      return chain;
    });
  }
}

TYPED_TEST(HostileChain, A_first_segment_of_the_wrong_direction_is_refused) {
  TestFixture::refused_both_ways(RingFault::wrong_direction, [](const auto& t) {
    return std::vector(2, TestFixture::anywhere(t, descriptor_flag_write));
  });
  TestFixture::both_ways([](const auto& t) { return std::vector(2, TestFixture::anywhere(t)); },
                         [](auto& t) { t.expect_refused(RingFault::wrong_direction, descriptor_flag_write); });
}

TYPED_TEST(HostileChain, A_first_segment_that_holds_no_item_is_refused) {
  for (const bool misaligned : {false, true}) {
    const RingFault fault = misaligned ? RingFault::buffer_misaligned : RingFault::buffer_too_short;
    TestFixture::refused_both_ways(fault, [misaligned](const auto& t) {
      std::vector chain(2, TestFixture::anywhere(t));
      if (misaligned) {
        chain[0].addr -= 4;
      } else {
        chain[0].len -= 1;
      }
      return chain;
    });
  }
}

TYPED_TEST(HostileChain, A_segment_outside_of_the_memory_or_empty_is_refused_wherever_it_stands) {
  struct Case {
    std::uint64_t addr_from_end;
    std::uint32_t len;
  };
  for (const Case& bad : {Case{0, item_bytes},
                          {0 - std::uint64_t{15}, item_bytes},
                          {4096, 1},
                          {0, 1},
                          {0 - std::uint64_t{16}, 0},
                          {0 - std::uint64_t{16}, 0xffffffff},
                          {std::uint64_t{1} << 63, item_bytes}}) {
    for (std::size_t place = 0; place < 3; ++place) {
      const RingFault fault = bad.len == 0 ? RingFault::buffer_empty : RingFault::buffer_outside;
      TestFixture::refused_both_ways(fault, [&](const auto& t) {
        std::vector chain(3, TestFixture::anywhere(t));
        chain[place].addr = t.queue.pool.end + bad.addr_from_end;
        chain[place].len = bad.len;
        return chain;
      });
    }
  }
  for (std::uint64_t before = 1; before < 20; ++before) {
    TestFixture::refused_both_ways(RingFault::buffer_outside, [&](const auto& t) {
      std::vector chain(2, TestFixture::anywhere(t));
      chain[1].addr = 0 - before;  // wraps around 64 bits
      chain[1].len = 64;
      return chain;
    });
  }
}

TYPED_TEST(HostileChain, The_last_bytes_of_the_memory_are_a_legal_segment) {
  TestFixture::both_ways([](const auto& t) { return std::vector(3, TestFixture::anywhere(t)); },
                         [](auto& t) {
                           t.expect_taken(0);
                           EXPECT_EQ(t.buffer.rest[1].data + t.buffer.rest[1].len,
                                     t.queue.heap().at(0) + t.queue.pool.end);
                         });
}

// 4096 segments of 1 MiB, all over the same memory.
TYPED_TEST(HostileChain, Spec_2_7_4_2_a_chain_of_2_to_the_32_bytes_is_refused_and_one_byte_less_is_legal) {
  constexpr std::uint32_t size = 32768;
  constexpr std::uint32_t mib = 1U << 20;
  const auto chain_less = [](std::uint32_t less) {
    return [less](const auto& t) {
      std::vector chain(4096, Segment{.addr = 0, .len = mib});
      chain.front().addr = t.queue.pool.end - mib - t.queue.pool.end % 8;
      chain.back().len -= less;
      return chain;
    };
  };
  TestFixture::refused_both_ways(RingFault::chain_too_many_bytes, chain_less(0), size);
  TestFixture::both_ways(
      chain_less(1), [](auto& t) { t.expect_taken(0); }, size);
}

template <class Layout>
class HostileTable : public testing::Test {};
TYPED_TEST_SUITE(HostileTable, test::BothLayouts, test::LayoutName);

/// A device that was offered a table of `entries` good descriptors, said to be `bytes` long, `off` from where the items
/// begin.
template <class Layout>
struct OfferedTable : DeviceUnderTest<Layout> {
  OfferedTable(std::uint32_t entries, std::uint32_t bytes, std::uint64_t off = 0, Features features = with_tables)
      : DeviceUnderTest<Layout>(features, 4) {
    this->driver.describe(this->table_at(this->queue.pool.items), std::vector(entries, last_item()));
    this->offer_table(this->queue.pool.items + off, bytes);
  }
  Segment last_item() const { return {.addr = this->queue.pool.end - item_bytes, .len = item_bytes}; }
  auto* table() { return this->table_at(this->queue.pool.items); }
};

TYPED_TEST(HostileTable, Spec_2_7_5_3_1_a_table_of_no_descriptors_or_no_whole_number_of_them_is_refused) {
  for (const std::uint32_t bytes : {0U, 1U, 15U, 17U, 31U, 33U, 40U}) {
    SCOPED_TRACE(bytes);
    OfferedTable<TypeParam>(3, bytes).expect_refused(RingFault::table_bad_length);
  }
}

TYPED_TEST(HostileTable, Spec_2_7_5_3_1_a_chain_in_a_table_is_at_most_as_long_as_the_queue) {
  OfferedTable<TypeParam>(4, 4 * descriptor_bytes_each).expect_taken(0);
  OfferedTable<TypeParam>(5, 5 * descriptor_bytes_each).expect_refused(RingFault::chain_too_long);
  for (const std::uint32_t bytes : {0x10000U, 0xfffffff0U}) {
    SCOPED_TRACE(bytes);
    OfferedTable<TypeParam>(4, bytes).expect_refused(RingFault::table_outside);
  }
}

TEST(HostileSplitTable, Spec_2_7_5_3_1_may_have_more_descriptors_than_the_queue_and_than_its_chain) {
  OfferedTable<SplitLayout> t(2, 7 * descriptor_bytes_each);
  t.expect_taken(0);
  EXPECT_EQ(t.buffer.rest.size() + 1, 2U);
}

TEST(HostilePackedTable, Spec_2_8_7_flags_other_than_WRITE_are_ignored) {
  for (const std::uint16_t ignored :
       {descriptor_flag_next, std::uint16_t{8}, std::uint16_t{0x4000}, packed_flag_avail}) {
    OfferedTable<PackedLayout> t(2, 2 * descriptor_bytes_each);
    for (int i = 0; i < 2; ++i) {
      PackedDescriptor& entry = t.table()[i];
      entry.flags = static_cast<std::uint16_t>(entry.flags | ignored);
    }
    t.expect_taken(0);
    EXPECT_EQ(t.buffer.rest.size() + 1, 2U);
  }
}

TEST(HostileSplitTable, Flags_that_nobody_knows_are_refused_as_in_the_ring) {
  OfferedTable<SplitLayout> t(2, 2 * descriptor_bytes_each);
  t.table()[1].flags = 8;
  t.expect_refused(RingFault::bad_descriptor_flags);
}

TYPED_TEST(HostileTable, Outside_of_the_memory_or_misaligned_is_refused) {
  const DeviceUnderTest<TypeParam> any;
  const std::uint64_t end = any.queue.pool.end - any.queue.pool.items;  // as an offset from the items
  const std::uint64_t items = any.queue.pool.items;
  const auto refused_at = [](std::uint64_t off, RingFault fault) {
    SCOPED_TRACE(off);
    OfferedTable<TypeParam>(2, 2 * descriptor_bytes_each, off).expect_refused(fault);
  };
  for (const std::uint64_t off :
       {end, end - 16, end - 24, end + 4096, 0 - items - 16, 0 - items - 32, std::uint64_t{1} << 62}) {
    refused_at(off, RingFault::table_outside);
  }
  for (const std::uint64_t off : {4U, 1U}) refused_at(off, RingFault::table_misaligned);
}

TYPED_TEST(HostileTable, In_the_last_bytes_of_the_memory_is_legal) {
  DeviceUnderTest<TypeParam> t(with_tables);
  const std::uint64_t table = (t.queue.pool.end - 2 * descriptor_bytes_each) & ~std::uint64_t{7};
  ASSERT_EQ(table + 2 * descriptor_bytes_each, t.queue.pool.end);
  t.driver.describe(t.table_at(table), std::vector(2, t.item(0)));
  t.offer_table(table, 2 * descriptor_bytes_each);
  t.expect_taken(0);
}

TYPED_TEST(HostileTable, That_was_not_negotiated_is_refused) {
  OfferedTable<TypeParam>(2, 2 * descriptor_bytes_each, 0, {Feature::event_idx})
      .expect_refused(RingFault::table_not_negotiated);
}

TYPED_TEST(HostileTable, Spec_2_7_5_3_1_and_2_8_7_behind_a_descriptor_that_goes_on_is_refused) {
  DeviceUnderTest<TypeParam> t(with_tables);
  t.driver.describe(t.table_at(t.queue.pool.items), std::vector(2, t.item(0)));
  t.offer_table(t.queue.pool.items, 2 * descriptor_bytes_each, descriptor_flag_next);
  t.expect_refused(RingFault::table_and_next);
}

/// A device that was offered `before` descriptors of the ring and then a table of two.
template <class Layout>
struct ChainAndTable : DeviceUnderTest<Layout> {
  explicit ChainAndTable(std::size_t before, std::uint16_t flags = 0, Features features = with_tables)
      : DeviceUnderTest<Layout>(features, 4) {
    const std::uint64_t table = this->queue.pool.items;
    const Segment item{.addr = this->queue.pool.end - item_bytes, .len = item_bytes};
    this->driver.describe(this->table_at(table), std::vector(2, item));
    std::vector<Segment> chain(before, item);
    chain.push_back({.addr = table,
                     .len = 2 * descriptor_bytes_each,
                     .flags = static_cast<std::uint16_t>(descriptor_flag_indirect | flags)});
    this->offer(0, chain);
  }
};

TYPED_TEST(HostileTable, Spec_2_7_5_3_2_behind_descriptors_of_the_ring_is_legal) {
  for (const std::size_t before : {0U, 1U, 2U}) {
    for (const std::uint16_t ignored : {std::uint16_t{0}, descriptor_flag_write}) {
      ChainAndTable<TypeParam> t(before, ignored);
      t.expect_taken(0);
      EXPECT_EQ(t.buffer.rest.size() + 1, before + 2);
    }
  }
  ChainAndTable<TypeParam>(3).expect_refused(RingFault::chain_too_long);
}

TYPED_TEST(HostileTable, Behind_descriptors_of_the_ring_and_going_on_or_not_negotiated_is_refused) {
  ChainAndTable<TypeParam>(1, descriptor_flag_next).expect_refused(RingFault::table_and_next);
  ChainAndTable<TypeParam>(1, 0, {Feature::event_idx}).expect_refused(RingFault::table_not_negotiated);
}

TYPED_TEST(HostileTable, Spec_2_7_5_3_1_in_a_table_is_refused_wherever_it_stands) {
  for (std::size_t place = 0; place < 3; ++place) {
    for (const std::uint16_t more : {std::uint16_t{0}, descriptor_flag_write}) {
      OfferedTable<TypeParam> t(3, 3 * descriptor_bytes_each);
      t.table()[place].flags |= static_cast<std::uint16_t>(descriptor_flag_indirect | more);
      t.expect_refused(RingFault::table_nested);
    }
  }
}

TYPED_TEST(HostileTable, Over_the_queue_itself_harms_no_state_of_the_device) {
  DeviceUnderTest<TypeParam> t(with_tables);
  t.offer_table(0, 4 * descriptor_bytes_each);  // its first descriptor is the one that refers to it
  t.expect_refused(RingFault::table_nested);
}

}  // namespace
}  // namespace kickbench
