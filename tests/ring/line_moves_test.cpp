// A ring moves a line between the caches of its two sides as often as its layout needs. The counts are exact, so a word
// that is written or looked at in vain shows. The table that is printed here stands in docs/ring.md.
#include "tests/ring/counted_ring.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <type_traits>

#include "tests/ring/line_moves.hpp"

namespace kickbench::test {
namespace {

using SplitTxInOrder = InOrder<SplitLayout, true>;
using SplitRxInOrder = InOrder<SplitLayout, false>;
using PackedTxInOrder = InOrder<PackedLayout, true>;
using PackedRxInOrder = InOrder<PackedLayout, false>;

/// Four descriptors, and four items, share a line.
constexpr std::uint64_t lines = counted_items / 4;
constexpr std::uint64_t laps = counted_items / counted_slots;

struct RingName {
  template <class Ring>
  static std::string GetName(int) {
    return Ring::name();
  }
};

template <class Ring>
class LineMovesOf : public testing::Test {};
using AllRings = testing::Types<SplitTx, SplitTxInOrder, SplitRx, SplitRxInOrder, PackedTx, PackedTxInOrder, PackedRx,
                                PackedRxInOrder, Spsc, SpscLine>;
TYPED_TEST_SUITE(LineMovesOf, AllRings, RingName);

TYPED_TEST(LineMovesOf, Payload_and_descriptors_are_as_many_as_the_layout_needs) {
  // Once each way for what one side writes and the other reads. A packed descriptor is written and read by both.
  constexpr bool is_packed = std::is_same_v<typename TypeParam::Queue, PackedQueue>;
  constexpr bool is_spsc = std::is_base_of_v<Spsc, TypeParam>;
  constexpr std::uint64_t payload_lines = std::is_same_v<TypeParam, SpscLine> ? counted_items : lines;
  constexpr std::uint64_t descriptor_moves = is_spsc ? 0 : is_packed ? 4 : 2;
  for (const Schedule& schedule : {in_turns(4), in_turns(16), in_turns(64), in_turns(128), at_distance(4),
                                   at_distance(16), at_distance(64), at_distance(128)}) {
    const LineMoves moves = count_moves<TypeParam>(schedule);
    EXPECT_EQ(moves.of(Area::payload), 2 * payload_lines);
    EXPECT_EQ(moves.of(Area::descriptors), descriptor_moves * lines);
  }
  // Where both sides are in the same line, each item moves it.
  for (const Schedule& schedule : {consumer_polls, at_distance(1), producer_polls}) {
    const LineMoves moves = count_moves<TypeParam>(schedule);
    EXPECT_EQ(moves.of(Area::payload), 2 * counted_items);
    EXPECT_EQ(moves.of(Area::descriptors), descriptor_moves * counted_items);
  }
}

TYPED_TEST(LineMovesOf, Asking_for_requests_adds_none_while_nobody_makes_one) {
  for (const Schedule& schedule : {in_turns(1), in_turns(64), at_distance(64), producer_polls}) {
    const LineMoves moves = count_moves<TypeParam>(schedule, {.asks = true});
    EXPECT_EQ(moves.of(Area::events), 0U);
    EXPECT_EQ(moves, count_moves<TypeParam>(schedule));
  }
}

template <class Ring>
class IndexMovesOf : public testing::Test {};
using IndexedTx = testing::Types<SplitTx, SplitTxInOrder, Spsc, SpscLine>;
TYPED_TEST_SUITE(IndexMovesOf, IndexedTx, RingName);

TYPED_TEST(IndexMovesOf, In_turns_are_two_for_each_look_that_finds_it_changed_and_none_for_ring_entries) {
  for (const std::uint32_t count : {16U, 32U, 64U, 128U}) {
    const LineMoves moves = count_moves<TypeParam>(in_turns(count));
    EXPECT_EQ(moves.of(Area::avail), 2 * counted_items / count) << "the consumer looks once a turn";
    EXPECT_EQ(moves.of(Area::used), 2 * laps) << "the producer looks once a lap";
  }
}

// No entry of the split ring lies in the line of its index.
TYPED_TEST(IndexMovesOf, At_a_steady_distance_are_no_more_than_for_looks) {
  for (const std::uint32_t count : {4U, 16U, 64U, 128U}) {
    const LineMoves moves = count_moves<TypeParam>(at_distance(count));
    const std::uint64_t looks = counted_items / count + counted_items / (counted_slots - count) + 1;
    EXPECT_LE(moves.of(Area::avail) + moves.of(Area::used), 2 * looks) << count;
  }
}

template <class Ring>
class LineMovesInBatches : public testing::Test {};
using PackedInOrder = testing::Types<PackedTxInOrder, PackedRxInOrder>;
TYPED_TEST_SUITE(LineMovesInBatches, PackedInOrder, RingName);

TYPED_TEST(LineMovesInBatches, In_order_a_packed_device_takes_one_line_of_each_batch_to_write_it) {
  constexpr std::uint32_t batch = 32;
  for (const Schedule& schedule : {in_turns(32), in_turns(64), in_turns(128), at_distance(32), at_distance(128)}) {
    const LineMoves moves = count_moves<TypeParam>(schedule, {.batch = batch});
    EXPECT_EQ(moves.of(Area::descriptors), 2 * lines + 2 * counted_items / batch);
  }
}

TEST(LineMoves, In_order_a_split_ring_moves_what_it_moves_without) {
  for (const std::uint32_t batch : {1U, 32U}) {
    for (const Schedule& schedule : {in_turns(64), at_distance(64), consumer_polls, producer_polls}) {
      EXPECT_EQ(count_moves<SplitTxInOrder>(schedule, {.batch = batch}),
                count_moves<SplitTx>(schedule, {.batch = batch}));
    }
  }
}

std::string per_item(std::uint64_t count) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%7.3f", static_cast<double>(count) / static_cast<double>(counted_items));
  return text.data();
}
std::string all_and_read(const LineMoves& moves) {
  return per_item(moves.all()) + per_item(moves.of(Side::producer, Access::load));
}

std::string row(const std::string& name, const Schedule& schedule, std::uint32_t batch) {
  const LineMoves split = count_moves<SplitTx>(schedule, {.batch = batch});
  const LineMoves packed = count_moves<PackedTx>(schedule, {.batch = batch});
  const LineMoves in_order = count_moves<PackedTxInOrder>(schedule, {.batch = batch});
  const LineMoves spsc = count_moves<Spsc>(schedule, {.batch = batch});
  const LineMoves spsc_line = count_moves<SpscLine>(schedule, {.batch = batch});
  std::string text = name + std::string(24 - name.size(), ' ') + per_item(split.of(Area::payload)) + "  ";
  text += per_item(split.of(Area::descriptors)) + per_item(split.of(Area::avail)) + per_item(split.of(Area::used));
  text += all_and_read(split) + "  " + per_item(packed.of(Area::descriptors)) + all_and_read(packed);
  return text + "  " + all_and_read(in_order) + "  " + per_item(spsc.all()) + "   " + per_item(spsc_line.all()) + '\n';
}

std::string table() {
  std::string text =
      "                                   split                                packed                 in order         "
      "spsc  spsc-line\n"
      "                        payload    desc.  avail   used    all   read    desc.    all   read      all   read     "
      " all        all\n";
  for (const std::uint32_t count : {1U, 4U, 16U, 64U, 128U}) {
    text += row("turns of " + std::to_string(count), in_turns(count), 1);
  }
  for (const std::uint32_t count : {4U, 16U, 64U, 128U}) {
    text += row("distance " + std::to_string(count), at_distance(count), 1);
  }
  text += row("producer polls", producer_polls, 1);
  for (const std::uint32_t count : {64U, 128U}) {
    text += row("distance " + std::to_string(count) + ", batch 32", at_distance(count), 32);
  }
  text += row("consumer polls, batch 32", consumer_polls, 32);
  return text + row("producer polls, batch 32", producer_polls, 32);
}

TEST(LineMoves, Are_those_of_the_table_in_the_documentation) {
  const std::string counted = table();
  std::fputs(counted.c_str(), stdout);
  std::ifstream file(KICKBENCH_RING_DOCUMENTATION);
  const std::string documented(std::istreambuf_iterator<char>(file), {});
  EXPECT_TRUE(documented.find(counted) != std::string::npos) << "docs/ring.md has another table than the one above";
}

}  // namespace
}  // namespace kickbench::test
