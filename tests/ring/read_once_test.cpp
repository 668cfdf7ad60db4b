// What was checked is what is used: no word that the peer can write is read twice, and changing one right after it was
// read changes nothing.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <map>
#include <vector>

#include "ring/atomic.hpp"
#include "tests/ring/hostile_peer.hpp"

namespace kickbench {
namespace {

using test::DeviceUnderTest;
using test::DriverUnderTest;

constexpr Features with_tables{Feature::event_idx, Feature::indirect_desc};

/// While it lives: counts the loads of each word, and may spoil words that were read.
class Peer {
 public:
  explicit Peer(bool spoils) {
    test::after_load = [this, spoils](void* word, std::size_t bytes) {
      ++loads_[word];
      if (spoils) std::memset(word, 0xff, bytes);
    };
  }
  ~Peer() { test::after_load = nullptr; }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  std::size_t word_count() const { return loads_.size(); }
  int loads_of(const void* word) const { return loads_.contains(word) ? loads_.at(word) : 0; }
  int most_loads() const {
    int most = 0;
    for (const auto& [word, count] : loads_) most = std::max(most, count);
    return most;
  }

 private:
  std::map<const void*, int> loads_;
};

template <class Layout>
class ReadOnce : public testing::Test {
 protected:
  static constexpr bool packed = std::is_same_v<Layout, PackedLayout>;

  static void offer_one(DeviceUnderTest<Layout>& t) { t.offer(0); }
  static void offer_chain(DeviceUnderTest<Layout>& t) { t.offer(0, {t.item(0), t.item(1), t.item(2)}); }
  static void offer_table(DeviceUnderTest<Layout>& t) {
    t.driver.describe(t.table_at(t.queue.pool.items), std::vector{t.item(2), t.item(3)});
    t.offer_table(t.queue.pool.items, 32);
  }
  using Offer = void (*)(DeviceUnderTest<Layout>&);
  static constexpr std::array<Offer, 3> offers{offer_one, offer_chain, offer_table};
};
TYPED_TEST_SUITE(ReadOnce, test::BothLayouts, test::LayoutName);

TYPED_TEST(ReadOnce, By_the_device_each_field_of_a_descriptor_per_pop) {
  for (const auto offer : TestFixture::offers) {
    DeviceUnderTest<TypeParam> t(with_tables);
    offer(t);
    const Peer peer(false);
    t.expect_taken(0);
    EXPECT_GE(peer.word_count(), TestFixture::packed ? 2U : 4U) << "the loads must be seen";
    EXPECT_LE(peer.most_loads(), 1);
    for (std::uint32_t i = 0; i < 4; ++i) {
      const auto& descriptor = t.queue.areas.descriptors[i];
      EXPECT_LE(peer.loads_of(&descriptor.addr), 1);
      EXPECT_LE(peer.loads_of(&descriptor.control), 1);
    }
    for (int i = 0; i < 2; ++i) {
      EXPECT_LE(peer.loads_of(&t.table_at(t.queue.pool.items)[i].addr), 1);
      EXPECT_LE(peer.loads_of(&t.table_at(t.queue.pool.items)[i].control), 1);
    }
  }
}

TYPED_TEST(ReadOnce, By_the_device_so_a_driver_that_changes_what_was_read_changes_nothing) {
  for (const auto offer : TestFixture::offers) {
    DeviceUnderTest<TypeParam> honest(with_tables);
    offer(honest);
    ASSERT_TRUE(honest.pop());

    DeviceUnderTest<TypeParam> t(with_tables);
    offer(t);
    {
      const Peer peer(true);
      EXPECT_TRUE(t.pop()) << describe(t.device.fault());
    }
    EXPECT_EQ(t.buffer.id, honest.buffer.id);
    EXPECT_EQ(t.buffer.len, honest.buffer.len);
    EXPECT_EQ(t.buffer.data - t.queue.heap().at(0), honest.buffer.data - honest.queue.heap().at(0));
    ASSERT_EQ(t.buffer.rest.size(), honest.buffer.rest.size());
    for (std::size_t i = 0; i < t.buffer.rest.size(); ++i) {
      EXPECT_EQ(t.buffer.rest[i].len, honest.buffer.rest[i].len);
      EXPECT_EQ(t.buffer.rest[i].data - t.queue.heap().at(0), honest.buffer.rest[i].data - honest.queue.heap().at(0));
    }
  }
}

// Only so can a chain be one descriptor longer than the queue and end.
TYPED_TEST(ReadOnce, A_chain_that_ends_only_because_it_changes_while_it_is_read_is_refused) {
  DeviceUnderTest<TypeParam> t;
  t.offer(0, {t.item(0), t.item(1), t.item(2), t.item(3, descriptor_flag_next)});
  test::after_load = [&t](const void* word, std::size_t) {
    if (word != &t.queue.areas.descriptors[3].addr) return;
    t.queue.areas.descriptors[0].flags &= 0x8080;
  };
  EXPECT_FALSE(t.pop());
  test::after_load = nullptr;
  t.expect_broken(RingFault::chain_too_long);
}

TYPED_TEST(ReadOnce, By_the_driver_each_field_of_a_used_entry_per_reclaim) {
  for (const Features& features : {Features{Feature::event_idx}, Features{Feature::event_idx, Feature::in_order}}) {
    DriverUnderTest<TypeParam> t(features);
    t.offer(2, descriptor_flag_write);
    t.use(0, 5);
    const Peer peer(false);
    t.expect_reclaimed(0);
    EXPECT_EQ(peer.word_count(), TestFixture::packed ? 1U : 3U) << "the loads must be seen";
    EXPECT_LE(peer.most_loads(), 1);
    if constexpr (TestFixture::packed) {
      EXPECT_EQ(peer.loads_of(&t.queue.areas.descriptors[0].control), 1);
    }
  }
}

TYPED_TEST(ReadOnce, By_the_driver_so_a_device_that_changes_what_was_read_changes_nothing) {
  for (const Features& features : {Features{Feature::event_idx}, Features{Feature::event_idx, Feature::in_order}}) {
    DriverUnderTest<TypeParam> t(features);
    t.offer(2, descriptor_flag_write);
    t.use(0, 5);
    {
      const Peer peer(true);
      EXPECT_TRUE(t.reclaim()) << describe(t.driver.fault());
    }
    EXPECT_EQ(t.used.id, 0);
    EXPECT_EQ(t.used.len, 5U);
    EXPECT_EQ(t.driver.free_count(), 3U);
  }
}

}  // namespace
}  // namespace kickbench
