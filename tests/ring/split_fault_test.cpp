// What a hostile peer can write in the split layout alone: indices, links and heads.
#include <gtest/gtest.h>

#include <cstdint>
#include <initializer_list>
#include <vector>

#include "tests/ring/hostile_peer.hpp"

namespace kickbench {
namespace {

using Device = test::DeviceUnderTest<SplitLayout>;
using Driver = test::DriverUnderTest<SplitLayout>;

constexpr std::uint32_t size = 4;

TEST(HostileSplitDriver, Available_index_jumps_by_more_than_the_queue_size) {
  for (const std::uint32_t jump : {size + 1, size + 2, 0x7fffU, 0x8000U, 0xfffeU, 0xffffU}) {
    SCOPED_TRACE(jump);
    for (const bool by_arming : {false, true}) {
      Device t;
      *t.queue.areas.avail_idx = static_cast<std::uint16_t>(jump);
      if (by_arming) {
        EXPECT_EQ(t.device.arm(1), ArmOutcome::work_pending);
      }
      t.expect_refused(RingFault::avail_idx_jump);
    }
  }
}

TEST(HostileSplitDriver, Available_index_goes_backwards) {
  for (const std::uint16_t back : std::initializer_list<std::uint16_t>{1, 2}) {
    Device t;
    t.offer(0);
    t.offer(1);
    t.expect_taken(0);
    t.expect_taken(1);
    *t.queue.areas.avail_idx = static_cast<std::uint16_t>(2 - back);
    t.expect_refused(RingFault::avail_idx_jump);
  }
}

TEST(HostileSplitDriver, Available_index_goes_backwards_after_16_bits_wrapped) {
  Device t;
  for (std::uint32_t i = 0; i < 65538; ++i) {
    t.offer(0);
    t.expect_taken(0);
    t.device.push_used(0, 0);
    t.device.publish();
  }
  *t.queue.areas.avail_idx = 1;
  t.expect_refused(RingFault::avail_idx_jump);
}

/// The chain at `head`: descriptor by descriptor, its link included.
void write_chain(const SplitAreas& areas, const std::vector<SplitDescriptor>& chain, SplitDescriptor* table = nullptr) {
  for (std::size_t i = 0; i < chain.size(); ++i) (table != nullptr ? table : areas.descriptors)[i] = chain[i];
  areas.avail_ring[0] = 0;
  *areas.avail_idx = 1;
}

struct Chains : testing::Test {
  Device t{{Feature::event_idx, Feature::indirect_desc}};
  SplitDescriptor next(int link, std::uint16_t flags = 0) const {
    const auto with_next = static_cast<std::uint16_t>(flags | descriptor_flag_next);
    return {.addr = t.queue.pool.items, .len = 16, .flags = with_next, .next = static_cast<std::uint16_t>(link)};
  }
  SplitDescriptor last() const { return {.addr = t.queue.pool.items, .len = 16, .flags = 0, .next = 0xffff}; }
};

TEST_F(Chains, Spec_2_7_5_next_is_ignored_without_its_flag) {
  write_chain(t.queue.areas, {next(1), last()});
  t.expect_taken(0);
  EXPECT_EQ(t.buffer.rest.size(), 1U);
}

TEST_F(Chains, Next_is_no_descriptor_of_the_queue) {
  for (const int link : {4, 5, 0x7fff, 0x8000, 0xffff}) {
    Device fresh;
    write_chain(fresh.queue.areas, {next(1), next(link)});
    fresh.expect_refused(RingFault::next_out_of_range);
  }
}

TEST_F(Chains, A_loop_ends_at_the_queue_size) {
  for (const std::vector<int>& links : std::vector<std::vector<int>>{{0}, {1, 0}, {1, 1}, {1, 2, 3, 0}, {1, 2, 3, 3}}) {
    Device fresh;
    std::vector<SplitDescriptor> chain;
    for (const int link : links) chain.push_back(next(link));
    write_chain(fresh.queue.areas, chain);
    fresh.expect_refused(RingFault::chain_too_long);
  }
}

TEST_F(Chains, A_chain_of_one_more_than_the_queue_size_is_refused) {
  // All four descriptors, and then one of them once more as the last: it cannot be told from a loop.
  write_chain(t.queue.areas, {next(1), next(2), next(3), next(0)});
  t.expect_refused(RingFault::chain_too_long);
}

TEST_F(Chains, Of_a_table_stay_in_the_table) {
  struct Case {
    std::vector<int> links;
    RingFault fault;
  };
  const std::uint64_t table = t.queue.pool.items;
  for (const Case& bad : {Case{{1, 2}, RingFault::next_out_of_range},  // the table has two
                          Case{{1, 0xffff}, RingFault::next_out_of_range}, Case{{0}, RingFault::chain_too_long},
                          Case{{1, 0}, RingFault::chain_too_long}}) {
    Device fresh({Feature::event_idx, Feature::indirect_desc});
    for (std::size_t i = 0; i < bad.links.size(); ++i) fresh.table_at(table)[i] = next(bad.links[i]);
    fresh.offer_table(table, 2 * sizeof(SplitDescriptor));
    fresh.expect_refused(bad.fault);
  }
}

TEST_F(Chains, Spec_2_7_5_3_2_of_a_table_may_use_its_entries_in_any_order) {
  SplitDescriptor* table = t.table_at(t.queue.pool.items);
  table[0] = next(2);
  table[2] = next(1);
  table[1] = last();
  t.offer_table(t.queue.pool.items, 3 * sizeof(SplitDescriptor));
  t.expect_taken(0);
  EXPECT_EQ(t.buffer.rest.size(), 2U);
}

TEST(HostileSplitDevice, Uses_a_buffer_though_none_is_outstanding) {
  Driver t;
  t.use(0);
  t.expect_refused(RingFault::used_idx_jump);
}

TEST(HostileSplitDevice, Used_index_jumps_by_more_than_what_is_outstanding) {
  for (const bool by_arming : {false, true}) {
    for (std::uint32_t outstanding = 0; outstanding <= size; ++outstanding) {
      for (const std::uint32_t jump : {outstanding + 1, size + 1, 0x8000U, 0xffffU}) {
        SCOPED_TRACE(testing::Message() << outstanding << " outstanding, " << jump << " used");
        Driver t;
        t.offer(outstanding);
        *t.queue.areas.used_idx = static_cast<std::uint16_t>(jump);
        if (by_arming) {
          EXPECT_EQ(t.driver.arm(1), ArmOutcome::work_pending);
        }
        t.expect_refused(RingFault::used_idx_jump);
      }
    }
  }
}

TEST(HostileSplitDevice, Used_index_goes_backwards) {
  Driver t;
  t.offer(3);
  t.use(0);
  t.use(1);
  t.expect_reclaimed(0);
  t.expect_reclaimed(1);
  *t.queue.areas.used_idx = 1;
  t.expect_refused(RingFault::used_idx_jump);
}

// The field has 32 bits; an id that is cut to 16 would be a legal one.
TEST(HostileSplitDevice, Spec_2_7_8_id_is_no_descriptor_of_the_queue_beyond_16_bits) {
  for (const std::uint32_t id : {0x10000U, 0x10001U, 0x80000000U, 0xffff0000U, 0xffffffffU}) {
    Driver t;
    t.offer(4);
    t.use(id);
    t.expect_refused(RingFault::used_id_out_of_range);
  }
}

TEST(HostileSplitDevice, Id_is_a_descriptor_but_no_head) {
  for (const std::uint32_t id : {1U, 2U, 3U, 5U}) {
    Driver t({Feature::event_idx}, 4, 8);
    t.offer(2, descriptor_flag_write);
    t.use(id);
    t.expect_refused(RingFault::used_id_not_in_flight);
  }
}

TEST(HostileSplitDevice, Spec_2_7_9_a_batch_longer_than_the_used_index_says_is_refused) {
  for (const std::uint16_t count : std::initializer_list<std::uint16_t>{1, 2, 3}) {
    Driver t({Feature::event_idx, Feature::in_order});
    t.offer(4);
    t.device.use_batch(count, count);  // ids begin at 0, so that names one buffer more
    t.expect_refused(RingFault::used_id_not_in_flight);
  }
}

}  // namespace
}  // namespace kickbench
