// The consumer's one comparison an item: a lost, duplicated or reordered item ends the stream as out of order. Driven
// from one thread, over a real ring that is filled beforehand, through a port that tampers.
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>

#include "tests/loops/rig.hpp"

namespace kickbench {
namespace {

enum class Tamper { nothing, lose, duplicate, swap, wrong_number };

constexpr std::uint64_t item_count = 40;

/// Hands the items of a ring out, but for what it does to item number `at`. An empty ring is a fault: there is nobody
/// to fill it.
class TamperingConsumer {
 public:
  TamperingConsumer(const SpscQueue& queue, Tamper how, std::uint64_t at) : inner_(queue), how_(how), at_(at) {}

  const Item* take() noexcept {
    if (given_) return &*given_;
    std::optional<Item> next = pull();
    if (!next) return nullptr;
    if (position_++ == at_) next = tamper(*next);
    given_ = next;
    return given_ ? &*given_ : nullptr;
  }
  void release() noexcept {
    given_ = later_;
    later_.reset();
  }

  void publish() noexcept { inner_.publish(); }
  bool ready() noexcept {
    empty_ = !inner_.ready();
    return !empty_;
  }
  ArmOutcome arm(std::uint32_t) noexcept { return ArmOutcome::work_pending; }
  void disarm() noexcept {}
  bool peer_wants_notification() noexcept { return false; }
  RingFault fault() const noexcept { return empty_ ? RingFault::avail_idx_jump : RingFault::none; }

 private:
  std::optional<Item> pull() noexcept {
    const Item* item = inner_.take();
    if (item == nullptr) return std::nullopt;
    const Item copy = *item;
    inner_.release();
    return copy;
  }
  std::optional<Item> tamper(Item item) noexcept {
    switch (how_) {
      case Tamper::nothing:
        break;
      case Tamper::lose:
        return pull();
      case Tamper::duplicate:
        later_ = item;
        break;
      case Tamper::swap:
        later_ = item;
        return pull();
      case Tamper::wrong_number:
        item.tag ^= std::uint64_t{1} << 40;
        break;
    }
    return item;
  }

  SpscConsumer inner_;
  Tamper how_;
  std::uint64_t at_;
  std::uint64_t position_ = 0;
  bool empty_ = false;
  std::optional<Item> given_;  // taken, not yet released
  std::optional<Item> later_;  // to be handed out next
};
static_assert(ConsumerPort<TamperingConsumer>);

struct Consumed {
  LoopEnd end;
  std::vector<test::SeenMark> marks;
};

/// A stream of item_count items with `begin` on item 10, through the tampering port.
Consumed consume_through(Tamper how, std::uint64_t at) {
  const test::Owned<SpscQueue> owned(test::Spsc::shape(64));
  const SpscQueue& queue = owned.queue;
  SpscProducer producer(queue);
  for (std::uint64_t i = 0; i < item_count; ++i) {
    Item* item = producer.acquire();
    const Mark mark = i == 10 ? Mark::begin : i == item_count - 1 ? Mark::last : Mark::none;
    *item = {.tag = Item::make_tag(i, mark), .stamp = 0};
    producer.commit();
  }
  producer.publish();

  TamperingConsumer port(queue, how, at);
  const StopFlag stop;
  SideRecord own;
  FreePace pace;
  PollWait wait(stop, own);
  NoNotifier nobody;
  SignalCount count;
  Peer<NoNotifier> peer(nobody, count, {}, own);
  test::MarkLog marks;
  Latencies latencies;
  const LoopEnd end = consume(port, pace, wait, peer, 1, marks, latencies, stop, own);
  return {end, marks.seen()};
}

TEST(ConsumerOrder, A_stream_in_order_is_finished) {
  const Consumed consumed = consume_through(Tamper::nothing, 0);
  EXPECT_EQ(consumed.end, LoopEnd::finished);
  EXPECT_EQ(consumed.marks, (std::vector<test::SeenMark>{{Mark::begin, 10}, {Mark::last, item_count - 1}}));
}

TEST(ConsumerOrder, A_lost_item_is_noticed_wherever_it_was) {
  for (std::uint64_t at = 0; at + 1 < item_count; ++at) {
    EXPECT_EQ(consume_through(Tamper::lose, at).end, LoopEnd::out_of_order) << at;
  }
}

TEST(ConsumerOrder, A_duplicated_item_is_noticed_wherever_it_was) {
  for (std::uint64_t at = 0; at + 1 < item_count; ++at) {
    EXPECT_EQ(consume_through(Tamper::duplicate, at).end, LoopEnd::out_of_order) << at;
  }
}

TEST(ConsumerOrder, Swapped_items_are_noticed_wherever_they_were) {
  for (std::uint64_t at = 0; at + 1 < item_count; ++at) {
    EXPECT_EQ(consume_through(Tamper::swap, at).end, LoopEnd::out_of_order) << at;
  }
}

TEST(ConsumerOrder, A_wrong_number_is_noticed_even_on_an_item_with_a_mark) {
  for (std::uint64_t at = 0; at < item_count; ++at) {
    EXPECT_EQ(consume_through(Tamper::wrong_number, at).end, LoopEnd::out_of_order) << at;
  }
}

TEST(ConsumerOrder, Marks_before_the_damage_are_told_and_none_after_it) {
  EXPECT_TRUE(consume_through(Tamper::lose, 9).marks.empty());
  EXPECT_TRUE(consume_through(Tamper::lose, 10).marks.empty());
  EXPECT_EQ(consume_through(Tamper::lose, 11).marks, (std::vector<test::SeenMark>{{Mark::begin, 10}}));
}

TEST(ConsumerOrder, A_stream_without_its_last_item_does_not_finish) {
  EXPECT_EQ(consume_through(Tamper::lose, item_count - 1).end, LoopEnd::ring_fault) << "the ring is empty then";
}

}  // namespace
}  // namespace kickbench
