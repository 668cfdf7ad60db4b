// The device's half of a split virtqueue (VIRTIO 1.2, 2.7): takes available buffers, pushes used ones.
// Its mirror is split_driver.hpp. Everything that the driver wrote is checked before it is followed.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "ring/atomic.hpp"
#include "ring/buffers.hpp"
#include "ring/chain.hpp"
#include "ring/port.hpp"
#include "ring/queue_shape.hpp"
#include "ring/split_events.hpp"
#include "ring/split_layout.hpp"
#include "ring/units.hpp"

namespace kickbench {

class alignas(line_pair_bytes) SplitDevice {
 public:
  SplitDevice(const SplitAreas& areas, const GuestMemory& memory, const QueueShape& shape)
      : areas_(areas),
        memory_(memory),
        queue_size_(shape.queue_size),
        mask_(static_cast<std::uint16_t>(shape.queue_size - 1)),
        in_order_(shape.features.has(Feature::in_order)),
        indirect_(shape.features.has(Feature::indirect_desc)),
        order_platform_(shape.features.has(Feature::order_platform)),
        avail_event_(areas.used_flags, areas.avail_event, shape),
        driver_request_(areas.avail_flags, areas.used_event, shape),
        chain_(std::make_unique<ChainReader>(memory, shape.queue_size)),
        used_shadow_(std::make_unique<SplitUsedElement[]>(shape.queue_size)),
        written_limit_(std::make_unique<std::uint64_t[]>(shape.queue_size)) {
    std::fill_n(used_shadow_.get(), shape.queue_size, SplitUsedElement{.id = no_id, .len = 0});
  }

  RingFault fault() const noexcept { return fault_; }

  /// Breaks the queue: nothing more is taken from it, and the first fault is the one that is reported. Returns false,
  /// for callers that have nothing to hand out then.
  bool refuse(RingFault fault) noexcept {
    if (fault_ == RingFault::none) fault_ = fault;
    avail_idx_ = next_avail_;
    return false;
  }

  /// Takes the oldest available buffer, if there is one among those already seen or in a fresh look (2.7.13.3). Its
  /// first segment must be at least `len_min` bytes long, aligned to 8 bytes, and in the direction of `flags`: 0 or
  /// descriptor_flag_write.
  bool pop(DeviceBuffer& buffer, std::uint32_t len_min, std::uint16_t flags) noexcept {
    if (next_avail_ == avail_idx_ && !has_avail()) return false;
    const std::uint16_t head = load_relaxed(areas_.avail_ring[slot_of(next_avail_)]);  // relaxed: V1 made it visible
    if (head >= queue_size_) [[unlikely]]
      return refuse(RingFault::head_out_of_range);
    if (written_limit_[head] != 0) [[unlikely]]
      return refuse(RingFault::head_in_flight);
    const SplitDescriptor descriptor = read(areas_.descriptors[head]);
    const auto [len, seen_flags, next] = SplitControl::of(descriptor.control);
    if (seen_flags == flags) [[likely]] {
      std::byte* data = memory_.translate(descriptor.addr, len);
      if (data == nullptr) [[unlikely]]
        return refuse(RingFault::buffer_outside);
      if (len == 0) [[unlikely]]
        return refuse(RingFault::buffer_empty);
      buffer = {.data = data, .len = len, .id = head};
      written_limit_[head] = (flags == 0 ? 0 : std::uint64_t{len}) + 1;
    } else {
      const RingFault fault = follow_chain(*chain_, descriptor, areas_.descriptors, indirect_);
      if (fault != RingFault::none) [[unlikely]]
        return refuse(fault);
      if (chain_->first().writable != (flags != 0)) [[unlikely]]
        return refuse(RingFault::wrong_direction);
      buffer = chain_->buffer(head);
      written_limit_[head] = std::uint64_t{chain_->writable_bytes()} + 1;
    }
    if (buffer.len < len_min) [[unlikely]]
      return refuse(RingFault::buffer_too_short);
    if (reinterpret_cast<std::uintptr_t>(buffer.data) % alignof(std::uint64_t) != 0) [[unlikely]]
      return refuse(RingFault::buffer_misaligned);
    ++next_avail_;
    return true;
  }

  /// Hands a buffer back, `len` bytes of it written (2.7.8). With IN_ORDER, in the order of pop().
  void push_used(std::uint16_t id, std::uint32_t len) noexcept {
    const std::uint64_t limit = std::exchange(written_limit_[id], 0);
    if (!in_order_) return write_used(used_idx_++, {.id = id, .len = len});
    run_last_ = {.id = id, .len = len};
    ++used_idx_;
    if (len + std::uint64_t{1} != limit) end_run();
  }

  /// The driver may now reclaim all that was pushed (2.7.8).
  void publish() noexcept {
    if (in_order_ && run_begin_idx_ != used_idx_) end_run();
    store_release(*areas_.used_idx, used_idx_);  // V2 (pairs with D3): data and entries before the index
  }

  /// Does the driver ask for an interrupt for what was published since the last call? (2.7.7)
  bool driver_wants_interrupt() noexcept {
    full_fence(order_platform_);  // V3 (pairs with D4): our index is visible before we read the driver's event
    return driver_request_.wants(used_idx_);
  }

  /// Looks again: has the driver made anything available that we have not taken?
  bool has_avail() noexcept {
    if (fault_ != RingFault::none) [[unlikely]]
      return false;
    const std::uint16_t avail_idx = load_acquire(*areas_.avail_idx);  // V1 (pairs with D1): index before entries
    if (static_cast<std::uint16_t>(avail_idx - next_avail_) > queue_size_) [[unlikely]] {
      return refuse(RingFault::avail_idx_jump);
    }
    avail_idx_ = avail_idx;
    avail_event_.stay_behind(next_avail_);
    return avail_idx_ != next_avail_;
  }

  /// Asks for a kick once `avail_count` more buffers are available, counted from those already taken. Without
  /// EVENT_IDX, at the next one that is.
  ArmOutcome arm(std::uint32_t avail_count) noexcept {
    avail_event_.request(static_cast<std::uint16_t>(next_avail_ + avail_count - 1));
    full_fence(order_platform_);  // V4 (pairs with D2): our event is visible before we look at the driver's index again
    has_avail();
    return pending_count() >= avail_count || fault_ != RingFault::none ? ArmOutcome::work_pending
                                                                       : ArmOutcome::may_sleep;
  }

  void disarm() noexcept { avail_event_.withdraw(next_avail_, avail_idx_); }

 private:
  static constexpr std::uint32_t no_id = 0xffffffff;  // never an id: the queue size is at most 32768

  // Each field is read once, so what is checked is what is used.
  static SplitDescriptor read(const SplitDescriptor& descriptor) noexcept {
    return {.addr = load_relaxed(descriptor.addr),  // relaxed: V1 made the descriptor visible
            .control = load_relaxed(descriptor.control)};
  }

  // A buffer of more than one descriptor, or one that is not what was asked for. Off the fast path, and static: were
  // this half handed to a call, the loop that polls it could not keep it in registers.
  [[gnu::noinline]] static RingFault follow_chain(ChainReader& chain, SplitDescriptor at, const SplitDescriptor* table,
                                                  bool indirect) noexcept {
    chain.restart();
    // Any number of descriptors of the ring, then at most one that refers to a table (2.7.5.3.2).
    const RingFault fault = follow(chain, at, {table, chain.longest()});
    const auto [len, flags, next] = SplitControl::of(at.control);
    if (fault != RingFault::none || (flags & descriptor_flag_indirect) == 0) return fault;
    if (!indirect) return RingFault::table_not_negotiated;
    const auto [refused, descriptors] = chain.table<SplitDescriptor>(at.addr, len, flags);
    if (refused != RingFault::none) return refused;
    at = read(descriptors[0]);
    const RingFault inside = follow(chain, at, descriptors);
    const bool nested = (SplitControl::of(at.control).flags & descriptor_flag_indirect) != 0;
    return inside == RingFault::none && nested ? RingFault::table_nested : inside;
  }

  // From `at` on, through the descriptors of `table` (2.7.5.2), to the last one or to one that refers to a table, which
  // is left in `at`.
  static RingFault follow(ChainReader& chain, SplitDescriptor& at, std::span<const SplitDescriptor> table) noexcept {
    for (;;) {
      const auto [len, flags, next] = SplitControl::of(at.control);
      if ((flags & descriptor_flag_indirect) != 0) return RingFault::none;
      if ((flags & ~ChainReader::known_flags) != 0) return RingFault::bad_descriptor_flags;
      const RingFault fault = chain.add(at.addr, len, flags);
      if (fault != RingFault::none || (flags & descriptor_flag_next) == 0) return fault;
      if (next >= table.size()) return RingFault::next_out_of_range;
      at = read(table[next]);
    }
  }

  // The mirror of the driver's reuse_next(): an entry that already says so is left alone, and its line stays shared.
  void write_used(std::uint16_t idx, const SplitUsedElement& used) noexcept {
    SplitUsedElement& shadow = used_shadow_[slot_of(idx)];
    if (shadow.id == used.id && shadow.len == used.len) return;
    shadow = used;
    SplitUsedElement& element = areas_.used_ring[slot_of(idx)];
    store_relaxed(element.id, used.id);  // relaxed: V2 publishes the entry
    store_relaxed(element.len, used.len);
  }

  // With IN_ORDER one entry, where the run's first would stand, names its last buffer; all before that one were used
  // completely (2.7.9). So a buffer that was not ends its run.
  void end_run() noexcept {
    write_used(run_begin_idx_, run_last_);
    run_begin_idx_ = used_idx_;
  }

  std::uint16_t slot_of(std::uint16_t idx) const noexcept { return idx & mask_; }
  std::uint32_t pending_count() const noexcept { return static_cast<std::uint16_t>(avail_idx_ - next_avail_); }

  SplitAreas areas_;
  GuestMemory memory_;
  std::uint32_t queue_size_;
  std::uint16_t mask_;
  bool in_order_;
  bool indirect_;
  bool order_platform_;
  std::uint16_t used_idx_ = 0;       // free-running: pushed, published by publish()
  std::uint16_t next_avail_ = 0;     // free-running: taken up to here
  std::uint16_t avail_idx_ = 0;      // the driver's index as last seen
  std::uint16_t run_begin_idx_ = 0;  // IN_ORDER: pushed from here on, without an entry yet
  SplitUsedElement run_last_{};      // and the last of them
  RingFault fault_ = RingFault::none;
  SplitRequest avail_event_;
  SplitPeerRequest driver_request_;
  std::unique_ptr<ChainReader> chain_;
  std::unique_ptr<SplitUsedElement[]> used_shadow_;  // what we wrote into each entry of the used ring
  std::unique_ptr<std::uint64_t[]> written_limit_;   // by head: bytes that may be written, plus 1; 0 while not taken
};

}  // namespace kickbench
