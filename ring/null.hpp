// No ring at all: each side finds a slot at once, whatever the other does. What a run over it costs is the harness.
#pragma once

#include <cstdint>

#include "ring/atomic.hpp"
#include "ring/item.hpp"
#include "ring/port.hpp"
#include "ring/units.hpp"

namespace kickbench {

/// The sides share only the marks, so that the consumer knows when the measured window begins and ends.
struct alignas(line_pair_bytes) NullQueue {
  explicit NullQueue(std::uint32_t /*queue_size*/ = 0) noexcept {}

  std::uint64_t mark = 0;  ///< the producer's latest mark, as an item's tag without its sequence number
};

/// What both sides share: there is always work, so nobody ever waits or notifies.
struct NullSide {
  bool ready() noexcept { return true; }
  ArmOutcome arm(std::uint32_t) noexcept { return ArmOutcome::work_pending; }
  void disarm() noexcept {}
  bool peer_wants_notification() noexcept { return false; }
  RingFault fault() const noexcept { return RingFault::none; }
};

class alignas(line_pair_bytes) NullProducer : public NullSide {
 public:
  explicit NullProducer(NullQueue& queue) noexcept : queue_(&queue) {}

  Item* acquire() noexcept { return &item_; }
  void commit() noexcept {
    const Mark mark = Item::mark_of(item_.tag);
    if (mark != Mark::none) [[unlikely]] {
      store_relaxed(queue_->mark, Item::make_tag(0, mark));  // relaxed: nothing else is handed over
    }
  }
  void publish() noexcept { asm volatile("" : : "r"(&item_) : "memory"); }  // the stores to the item stay in the loop

 private:
  NullQueue* queue_;
  Item item_;
};
static_assert(ProducerPort<NullProducer>);

class alignas(line_pair_bytes) NullConsumer : public NullSide {
 public:
  explicit NullConsumer(NullQueue& queue) noexcept : queue_(&queue) {}

  const Item* take() noexcept {
    const std::uint64_t mark = load_relaxed(queue_->mark);  // relaxed: nothing else is handed over
    item_.tag = sequence_ | (mark != seen_mark_ ? mark : 0);
    seen_mark_ = mark;
    return &item_;
  }
  void release() noexcept { sequence_ = Item::mark_of(item_.tag) == Mark::last ? 0 : sequence_ + 1; }
  void publish() noexcept {}

 private:
  NullQueue* queue_;
  Item item_;
  std::uint64_t sequence_ = 0;
  std::uint64_t seen_mark_ = 0;
};
static_assert(ConsumerPort<NullConsumer>);

}  // namespace kickbench
