// A plain single-producer single-consumer ring: the yardstick that tells what the VirtIO layout costs. No descriptors,
// items stored in the slots, each side's index on lines of its own and a cached copy of the peer's.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "ring/atomic.hpp"
#include "ring/event.hpp"
#include "ring/item.hpp"
#include "ring/port.hpp"
#include "ring/queue_shape.hpp"
#include "ring/shared_memory.hpp"
#include "ring/units.hpp"

namespace kickbench {

/// What the two sides share, at the start of the memory. `event`: the index at which the side that owns the other words
/// wants to be notified.
struct SpscIndices {
  struct alignas(line_pair_bytes) Index {
    std::uint64_t idx = 0;
  };
  Index head;            ///< consumer: taken and released up to here
  Index tail;            ///< producer: published up to here
  Index consumer_event;  ///< consumer asks: notify me when the tail passes this
  Index producer_event;  ///< producer asks: notify me when the head passes this
};

/// A view of memory that somebody else owns and zeroed. Any number of slots.
class SpscQueue {
 public:
  static std::size_t bytes_needed(const QueueShape& shape) {
    return sizeof(SpscIndices) + std::bit_ceil(shape.queue_size) * sizeof(Item);
  }
  /// Throws std::invalid_argument for memory that is too short or misaligned.
  SpscQueue(const QueueShape& shape, std::span<std::byte> bytes) : size(shape.queue_size) {
    const GuestMemory memory(bytes);
    indices = map_area<SpscIndices>(memory, 0, sizeof(SpscIndices), alignof(SpscIndices));
    slots = map_area<Item>(memory, sizeof(SpscIndices), std::bit_ceil(size) * sizeof(Item), alignof(Item));
  }

  SpscIndices* indices;
  Item* slots;
  std::uint32_t size;
};

/// One side: `own` is the index that it moves, `peer` the one that it waits for. Both ports are this, mirrored.
class SpscSide {
 public:
  SpscSide(std::uint64_t& own, const std::uint64_t& peer, std::uint64_t& own_event, const std::uint64_t& peer_event,
           std::uint64_t peer_ahead) noexcept
      : own_(&own),
        peer_(&peer),
        own_event_(&own_event),
        peer_event_(&peer_event),
        limit_(peer_ahead),
        peer_ahead_(peer_ahead) {
    suppress();
  }

  std::uint64_t next() const noexcept { return next_; }
  bool has_slot() noexcept { return next_ != limit_ || ready(); }
  void advance() noexcept { ++next_; }
  void publish() noexcept { store_release(*own_, next_); }  // S1 (pairs with S2): slots before the index

  bool ready() noexcept {
    limit_ = load_acquire(*peer_) + peer_ahead_;  // S2 (pairs with S1): index before slots
    return limit_ != next_;
  }
  ArmOutcome arm(std::uint32_t count) noexcept {
    event_ = next_ - peer_ahead_ + count - 1;
    store_relaxed(*own_event_, event_);  // relaxed: ordered by S4
    full_fence();                        // S4 (pairs with S3): our event is visible before we look again
    ready();
    return limit_ - next_ >= count ? ArmOutcome::work_pending : ArmOutcome::may_sleep;
  }
  void disarm() noexcept {
    if (limit_ - peer_ahead_ <= event_) suppress();
  }
  bool peer_wants_notification() noexcept {
    full_fence();  // S3 (pairs with S4): our index is visible before we read the peer's event
    const std::uint64_t checked = checked_idx_;
    checked_idx_ = next_;
    return event_passed(load_relaxed(*peer_event_), next_, checked);  // relaxed: ordered by S3
  }

 private:
  void suppress() noexcept {
    event_ = ~std::uint64_t{0};          // an index that is never reached
    store_relaxed(*own_event_, event_);  // relaxed: a hint
  }

  std::uint64_t* own_;
  const std::uint64_t* peer_;
  std::uint64_t* own_event_;
  const std::uint64_t* peer_event_;
  std::uint64_t next_ = 0;         // free-running: ours up to here
  std::uint64_t limit_;            // we may go up to here without another look
  std::uint64_t peer_ahead_;       // the queue size for the producer, 0 for the consumer
  std::uint64_t checked_idx_ = 0;  // next_ at the last peer_wants_notification()
  std::uint64_t event_ = 0;
};

class alignas(line_pair_bytes) SpscProducer {
 public:
  explicit SpscProducer(const SpscQueue& queue) noexcept
      : side_(queue.indices->tail.idx, queue.indices->head.idx, queue.indices->producer_event.idx,
              queue.indices->consumer_event.idx, queue.size),
        slots_(queue.slots),
        mask_(std::bit_ceil(queue.size) - 1) {}

  Item* acquire() noexcept { return side_.has_slot() ? slots_ + (side_.next() & mask_) : nullptr; }
  void commit() noexcept { side_.advance(); }
  void publish() noexcept { side_.publish(); }

  bool ready() noexcept { return side_.ready(); }
  ArmOutcome arm(std::uint32_t free_slots) noexcept { return side_.arm(free_slots); }
  void disarm() noexcept { side_.disarm(); }
  bool peer_wants_notification() noexcept { return side_.peer_wants_notification(); }
  RingFault fault() const noexcept { return RingFault::none; }

 private:
  SpscSide side_;
  Item* slots_;
  std::uint64_t mask_;
};
static_assert(ProducerPort<SpscProducer>);

class alignas(line_pair_bytes) SpscConsumer {
 public:
  explicit SpscConsumer(const SpscQueue& queue) noexcept
      : side_(queue.indices->head.idx, queue.indices->tail.idx, queue.indices->consumer_event.idx,
              queue.indices->producer_event.idx, 0),
        slots_(queue.slots),
        mask_(std::bit_ceil(queue.size) - 1) {}

  const Item* take() noexcept { return side_.has_slot() ? slots_ + (side_.next() & mask_) : nullptr; }
  void release() noexcept { side_.advance(); }
  void publish() noexcept { side_.publish(); }

  bool ready() noexcept { return side_.ready(); }
  ArmOutcome arm(std::uint32_t filled_slots) noexcept { return side_.arm(filled_slots); }
  void disarm() noexcept { side_.disarm(); }
  bool peer_wants_notification() noexcept { return side_.peer_wants_notification(); }
  RingFault fault() const noexcept { return RingFault::none; }

 private:
  SpscSide side_;
  const Item* slots_;
  std::uint64_t mask_;
};
static_assert(ConsumerPort<SpscConsumer>);

}  // namespace kickbench
