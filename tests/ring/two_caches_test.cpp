// The model that the counts of line_moves_test.cpp rest on.
#include "tests/ring/line_moves.hpp"

#include <gtest/gtest.h>

#include <cstdint>

#include "ring/atomic.hpp"
#include "ring/queue_shape.hpp"
#include "tests/ring/rings.hpp"

namespace kickbench::test {
namespace {

TEST(TwoCaches, A_line_moves_when_the_other_side_has_to_share_it_or_give_it_up) {
  TwoCaches caches;
  EXPECT_FALSE(caches.moves(Side::producer, Access::store, 1)) << "from memory";
  EXPECT_FALSE(caches.moves(Side::producer, Access::load, 1)) << "its own";
  EXPECT_TRUE(caches.moves(Side::consumer, Access::load, 1)) << "changed by the other";
  EXPECT_FALSE(caches.moves(Side::consumer, Access::load, 1)) << "shared";
  EXPECT_FALSE(caches.moves(Side::producer, Access::load, 1)) << "shared";
  EXPECT_TRUE(caches.moves(Side::producer, Access::store, 1)) << "shared, to be owned";
  EXPECT_TRUE(caches.moves(Side::consumer, Access::store, 1)) << "owned by the other";
  EXPECT_FALSE(caches.moves(Side::consumer, Access::store, 1)) << "its own";
  EXPECT_FALSE(caches.moves(Side::producer, Access::store, 2)) << "another line";
}

TEST(MoveCounter, A_move_counts_for_the_word_and_the_access_that_caused_it) {
  Owned<SplitQueue> owned(QueueShape{.queue_size = 256});
  const SplitAreas& at = owned.queue.areas;
  MoveCounter counter(areas_of(owned.queue));
  store_relaxed(*at.avail_idx, std::uint16_t{1});
  store_relaxed(at.descriptors[0].control, std::uint64_t{16});
  EXPECT_EQ(counter.counted, LineMoves{}) << "nobody else has them";
  counter.side = Side::consumer;
  load_relaxed(*at.avail_idx);
  load_relaxed(at.descriptors[1].control);
  load_relaxed(at.descriptors[4].control);  // in a line that nobody has
  store_relaxed(*at.avail_event, std::uint16_t{1});
  counter.side = Side::producer;
  store_relaxed(*at.avail_event, std::uint16_t{2});
  EXPECT_EQ(counter.counted.all(), 3U);
  EXPECT_EQ(counter.counted.of(Area::avail), 1U);
  EXPECT_EQ(counter.counted.of(Area::descriptors), 1U);
  EXPECT_EQ(counter.counted.of(Side::consumer, Access::load), 2U);
  EXPECT_EQ(counter.counted.of(Area::events), 1U);
  EXPECT_EQ(counter.counted.of(Side::producer, Access::store), 1U);
}

}  // namespace
}  // namespace kickbench::test
