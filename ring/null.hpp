// No ring at all: each side finds a slot at once, whatever the other does. What a run over it costs is the harness.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "ring/atomic.hpp"
#include "ring/item.hpp"
#include "ring/port.hpp"
#include "ring/queue_shape.hpp"
#include "ring/shared_memory.hpp"
#include "ring/units.hpp"

namespace kickbench {

/// The sides share only the marks, so that the consumer knows when the measured window begins and ends. A view of
/// memory that somebody else owns and zeroed.
class NullQueue {
 public:
  static std::size_t bytes_needed(const QueueShape&) { return line_pair_bytes; }
  NullQueue(const QueueShape&, std::span<std::byte> bytes)
      : mark(map_area<std::uint64_t>(GuestMemory(bytes), 0, sizeof(std::uint64_t), alignof(std::uint64_t))) {}

  std::uint64_t* mark;  ///< the producer's latest mark, as an item's tag without its sequence number
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
  explicit NullProducer(const NullQueue& queue) noexcept : mark_(queue.mark) {}

  Item* acquire() noexcept { return &item_; }
  void commit() noexcept {
    const Mark mark = Item::mark_of(item_.tag);
    if (mark != Mark::none) [[unlikely]] {
      store_relaxed(*mark_, Item::make_tag(0, mark));  // relaxed: nothing else is handed over
    }
  }
  void publish() noexcept { asm volatile("" : : "r"(&item_) : "memory"); }  // the stores to the item stay in the loop

 private:
  std::uint64_t* mark_;
  Item item_;
};
static_assert(ProducerPort<NullProducer>);

class alignas(line_pair_bytes) NullConsumer : public NullSide {
 public:
  explicit NullConsumer(const NullQueue& queue) noexcept : mark_(queue.mark) {}

  const Item* take() noexcept {
    const std::uint64_t mark = load_relaxed(*mark_);  // relaxed: nothing else is handed over
    item_.tag = sequence_ | (mark != seen_mark_ ? mark : 0);
    seen_mark_ = mark;
    return &item_;
  }
  void release() noexcept { sequence_ = Item::mark_of(item_.tag) == Mark::last ? 0 : sequence_ + 1; }
  void publish() noexcept {}

 private:
  const std::uint64_t* mark_;
  Item item_;
  std::uint64_t sequence_ = 0;
  std::uint64_t seen_mark_ = 0;
};
static_assert(ConsumerPort<NullConsumer>);

}  // namespace kickbench
