// Both halves of a ring, run in turns on one thread as the loops in producer/ and consumer/ run them, with the cache
// lines counted that they move.
#pragma once

#include <cstdint>
#include <limits>
#include <stdexcept>

#include "ring/atomic.hpp"
#include "ring/item.hpp"
#include "tests/ring/line_moves.hpp"
#include "tests/ring/rings.hpp"

namespace kickbench::test {

/// Who does how much before it is the other one's turn. A turn also ends where a side finds no slot: a look in vain.
struct Schedule {
  std::uint32_t ahead;  ///< items made before the first turn
  std::uint32_t taken;  ///< in the consumer's turn, at most
  std::uint32_t made;   ///< in the producer's turn, at most
};
inline constexpr std::uint32_t as_many_as_there_are = std::numeric_limits<std::uint32_t>::max();

/// The producer makes `count` items, then the consumer takes all there is and looks in vain.
constexpr Schedule in_turns(std::uint32_t count) { return {0, as_many_as_there_are, count}; }
/// One item each in turn, the consumer `count` items behind: nobody looks in vain.
constexpr Schedule at_distance(std::uint32_t count) { return {count, 1, 1}; }
/// The queue is as empty as it can be, and the consumer looks after each item that is made.
inline constexpr Schedule consumer_polls = in_turns(1);
/// The queue is as full as it can be, and the producer looks after each item that is taken.
inline constexpr Schedule producer_polls{as_many_as_there_are, 1, as_many_as_there_are};

struct Handing {
  std::uint32_t batch = 1;  ///< items that either side publishes at once, or what there is when it finds no slot
  bool asks = false;        ///< after each publish, whether the peer wants a notification
};

inline constexpr std::uint32_t counted_slots = 256;
inline constexpr std::uint64_t counted_items = 12 * counted_slots;

template <class Ring>
class CountedRing {
 public:
  explicit CountedRing(Handing handing) : handing_(handing) {}

  /// What `counted_items` items move, after as many to warm up.
  LineMoves run(const Schedule& schedule) {
    make(schedule.ahead);
    run_until(counted_items, schedule);
    counter_.counted = {};
    run_until(2 * counted_items, schedule);
    return counter_.counted;
  }

 private:
  void run_until(std::uint64_t item_count, const Schedule& schedule) {
    while (taken_ < item_count) {
      take(schedule.taken);
      make(schedule.made);
    }
  }

  void make(std::uint32_t count) {
    counter_.side = Side::producer;
    for (; count > 0; --count) {
      Item* item = producer_.acquire();
      if (item == nullptr) return publish(producer_, unpublished_made_);
      store_relaxed(item->tag, made_++);
      store_relaxed(item->stamp, std::int64_t{0});
      producer_.commit();
      if (++unpublished_made_ == handing_.batch) publish(producer_, unpublished_made_);
    }
  }
  void take(std::uint32_t count) {
    counter_.side = Side::consumer;
    for (; count > 0; --count) {
      const Item* item = consumer_.take();
      if (item == nullptr) return publish(consumer_, unpublished_taken_);
      load_relaxed(item->stamp);
      if (load_relaxed(item->tag) != taken_++) throw std::logic_error("an item is lost, duplicated or reordered");
      consumer_.release();
      if (++unpublished_taken_ == handing_.batch) publish(consumer_, unpublished_taken_);
    }
  }
  void publish(auto& port, std::uint32_t& unpublished_count) {
    if (unpublished_count == 0) return;
    unpublished_count = 0;
    port.publish();
    if (handing_.asks && port.peer_wants_notification()) throw std::logic_error("nobody has asked for a notification");
  }

  Handing handing_;
  Owned<typename Ring::Queue> owned_{Ring::shape(counted_slots)};
  MoveCounter counter_{areas_of(owned_.queue)};  // before the halves, whose set-up it sees
  typename Ring::Producer producer_{owned_.queue};
  typename Ring::Consumer consumer_{owned_.queue};
  std::uint32_t unpublished_made_ = 0;
  std::uint32_t unpublished_taken_ = 0;
  std::uint64_t made_ = 0;
  std::uint64_t taken_ = 0;
};

template <class Ring>
LineMoves count_moves(const Schedule& schedule, Handing handing = {}) {
  return CountedRing<Ring>(handing).run(schedule);
}

}  // namespace kickbench::test
