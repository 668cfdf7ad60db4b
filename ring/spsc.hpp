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

/// A view of memory that somebody else owns and zeroed. Any number of slots, each as long as an item.
class SpscQueue {
 public:
  static std::size_t bytes_needed(const QueueShape& shape) { return bytes_needed(shape, sizeof(Item)); }
  /// Throws std::invalid_argument for memory that is too short or misaligned.
  SpscQueue(const QueueShape& shape, std::span<std::byte> bytes) : SpscQueue(shape, bytes, sizeof(Item)) {}

  SpscIndices* indices;
  std::byte* slots;
  std::uint32_t size;
  std::size_t slot_bytes;  ///< from one slot to the next

 protected:
  static std::size_t bytes_needed(const QueueShape& shape, std::size_t slot_bytes) {
    return sizeof(SpscIndices) + std::bit_ceil(shape.queue_size) * slot_bytes;
  }
  SpscQueue(const QueueShape& shape, std::span<std::byte> bytes, std::size_t bytes_per_slot)
      : indices(map_area<SpscIndices>(GuestMemory(bytes), 0, sizeof(SpscIndices), alignof(SpscIndices))),
        slots(map_area<std::byte>(GuestMemory(bytes), sizeof(SpscIndices),
                                  std::bit_ceil(shape.queue_size) * bytes_per_slot, alignof(Item))),
        size(shape.queue_size),
        slot_bytes(bytes_per_slot) {}
};

/// The same with a line for each slot: the yardstick that moves one line of payload for each item, and no more than it
/// must for that.
class SpscLineQueue : public SpscQueue {
 public:
  static std::size_t bytes_needed(const QueueShape& shape) { return SpscQueue::bytes_needed(shape, line_bytes); }
  /// Throws std::invalid_argument for memory that is too short or misaligned.
  SpscLineQueue(const QueueShape& shape, std::span<std::byte> bytes) : SpscQueue(shape, bytes, line_bytes) {}
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

/// A side's view of the slots. How far apart they are is known at run time only, so that both queues share one pair of
/// ports, and no loop is compiled twice.
class SpscSlots {
 public:
  explicit SpscSlots(const SpscQueue& queue) noexcept
      : slots_(queue.slots), slot_bytes_(queue.slot_bytes), mask_(std::bit_ceil(queue.size) - 1) {}

  Item* at(std::uint64_t idx) const noexcept { return reinterpret_cast<Item*>(slots_ + (idx & mask_) * slot_bytes_); }

 private:
  std::byte* slots_;
  std::size_t slot_bytes_;
  std::uint64_t mask_;
};

class alignas(line_pair_bytes) SpscProducer {
 public:
  explicit SpscProducer(const SpscQueue& queue) noexcept
      : side_(queue.indices->tail.idx, queue.indices->head.idx, queue.indices->producer_event.idx,
              queue.indices->consumer_event.idx, queue.size),
        slots_(queue) {}

  Item* acquire() noexcept { return side_.has_slot() ? slots_.at(side_.next()) : nullptr; }
  void commit() noexcept { side_.advance(); }
  void publish() noexcept { side_.publish(); }

  bool ready() noexcept { return side_.ready(); }
  ArmOutcome arm(std::uint32_t free_slots) noexcept { return side_.arm(free_slots); }
  void disarm() noexcept { side_.disarm(); }
  bool peer_wants_notification() noexcept { return side_.peer_wants_notification(); }
  RingFault fault() const noexcept { return RingFault::none; }

 private:
  SpscSide side_;
  SpscSlots slots_;
};
static_assert(ProducerPort<SpscProducer>);

class alignas(line_pair_bytes) SpscConsumer {
 public:
  explicit SpscConsumer(const SpscQueue& queue) noexcept
      : side_(queue.indices->head.idx, queue.indices->tail.idx, queue.indices->consumer_event.idx,
              queue.indices->producer_event.idx, 0),
        slots_(queue) {}

  const Item* take() noexcept { return side_.has_slot() ? slots_.at(side_.next()) : nullptr; }
  void release() noexcept { side_.advance(); }
  void publish() noexcept { side_.publish(); }

  bool ready() noexcept { return side_.ready(); }
  ArmOutcome arm(std::uint32_t filled_slots) noexcept { return side_.arm(filled_slots); }
  void disarm() noexcept { side_.disarm(); }
  bool peer_wants_notification() noexcept { return side_.peer_wants_notification(); }
  RingFault fault() const noexcept { return RingFault::none; }

 private:
  SpscSide side_;
  SpscSlots slots_;
};
static_assert(ConsumerPort<SpscConsumer>);

}  // namespace kickbench
