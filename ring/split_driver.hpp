// The driver's half of a split virtqueue (VIRTIO 1.2, 2.7): adds buffers to the available ring, reclaims used ones.
// Its mirror is split_device.hpp.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "ring/atomic.hpp"
#include "ring/buffers.hpp"
#include "ring/port.hpp"
#include "ring/queue_shape.hpp"
#include "ring/split_events.hpp"
#include "ring/split_layout.hpp"
#include "ring/units.hpp"

namespace kickbench {

/// The descriptor table is cut into blocks of `shape.chain` descriptors (of one, with INDIRECT): a buffer takes a
/// block, and the block's first descriptor is its head and its id.
class alignas(line_pair_bytes) SplitDriver {
 public:
  SplitDriver(const SplitAreas& areas, const QueueShape& shape)
      : areas_(areas),
        queue_size_(shape.queue_size),
        mask_(static_cast<std::uint16_t>(shape.queue_size - 1)),
        block_(static_cast<std::uint16_t>(shape.descriptors_per_buffer())),
        buffer_count_(shape.buffer_count()),
        in_order_(shape.features.has(Feature::in_order)),
        order_platform_(shape.features.has(Feature::order_platform)),
        used_event_(areas.avail_flags, areas.used_event, shape),
        device_request_(areas.used_flags, areas.avail_event, shape),
        heads_(std::make_unique<std::uint16_t[]>(shape.queue_size)),
        used_len_limit_(std::make_unique<std::uint64_t[]>(shape.queue_size)) {
    for (std::uint32_t i = 0; i < queue_size_; ++i) {
      heads_[i] = static_cast<std::uint16_t>(i * block_) & mask_;
      store_relaxed(areas_.avail_ring[i], heads_[i]);  // relaxed: D1 publishes the entry
    }
  }

  /// Buffers that may be added.
  std::uint32_t free_count() const noexcept { return buffer_count_ - outstanding_count(); }
  RingFault fault() const noexcept { return fault_; }

  /// Breaks the queue: nothing more is taken from it, and the first fault is the one that is reported. Returns false,
  /// for callers that have nothing to hand out then.
  bool refuse(RingFault fault) noexcept {
    if (fault_ == RingFault::none) fault_ = fault;
    used_idx_ = next_used_;
    return false;
  }

  /// The id that the next add() will use; only while free_count() > 0.
  std::uint16_t next_id() const noexcept { return heads_[slot_of(avail_idx_)]; }

  /// Offers a buffer of one segment to the device (2.7.13.1, 2.7.13.2).
  void add(const Segment& segment) noexcept {
    describe(areas_.descriptors[add_head(segment.writable_bytes())], segment);
  }

  /// Offers a buffer of up to `shape.chain` segments, chained through the table (2.7.5.2).
  void add(std::span<const Segment> chain) noexcept {
    write_chain(areas_.descriptors, add_head(bytes_to_write(chain)), mask_, chain);
  }

  /// Offers a buffer whose segments stand in a table of their own, at guest-physical `address` (2.7.5.3).
  void add_indirect(std::span<const Segment> chain, SplitDescriptor* table, std::uint64_t address) noexcept {
    write_chain(table, 0, 0xffff, chain);
    const auto bytes = static_cast<std::uint32_t>(chain.size() * sizeof(SplitDescriptor));
    describe(areas_.descriptors[add_head(bytes_to_write(chain))],
             {.addr = address, .len = bytes, .flags = descriptor_flag_indirect});
  }

  /// The device may now take all that was added (2.7.13.3).
  void publish() noexcept {
    store_release(*areas_.avail_idx, avail_idx_);  // D1 (pairs with V1): descriptors and entries before the index
  }

  /// Does the device ask for a kick for what was published since the last call? (2.7.10)
  bool device_wants_kick() noexcept {
    full_fence(order_platform_);  // D2 (pairs with V4): our index is visible before we read the device's event
    return device_request_.wants(avail_idx_);
  }

  /// Takes the oldest used buffer back, if there is one among those already seen or in a fresh look (2.7.14).
  bool reclaim(UsedBuffer& used) noexcept {
    if (next_used_ == used_idx_ && !has_used()) return false;
    if (in_order_) return reclaim_in_order(used);
    const auto [id, len] = read_used(next_used_);
    if (!may_be_used(id, len)) return false;
    used_len_limit_[id] = 0;
    reuse_next(static_cast<std::uint16_t>(id), slot_of(static_cast<std::uint16_t>(next_used_++ + buffer_count_)));
    used = {.id = static_cast<std::uint16_t>(id), .len = len};
    return true;
  }

  /// Looks again: has the device used anything that we have not reclaimed?
  bool has_used() noexcept {
    if (fault_ != RingFault::none) [[unlikely]]
      return false;
    const std::uint16_t used_idx = load_acquire(*areas_.used_idx);  // D3 (pairs with V2): index before entries
    if (static_cast<std::uint16_t>(used_idx - next_used_) > outstanding_count()) [[unlikely]] {
      return refuse(RingFault::used_idx_jump);
    }
    used_idx_ = used_idx;
    used_event_.stay_behind(next_used_);
    return used_idx_ != next_used_;
  }

  /// Asks for an interrupt once `used_count` more buffers are used, counted from those already reclaimed. Without
  /// EVENT_IDX, at the next one that is.
  ArmOutcome arm(std::uint32_t used_count) noexcept {
    used_event_.request(static_cast<std::uint16_t>(next_used_ + used_count - 1));
    full_fence(order_platform_);  // D4 (pairs with V3): our event is visible before we look at the device's index again
    has_used();
    return pending_count() >= used_count || fault_ != RingFault::none ? ArmOutcome::work_pending
                                                                      : ArmOutcome::may_sleep;
  }

  void disarm() noexcept { used_event_.withdraw(next_used_, used_idx_); }

 private:
  std::uint16_t add_head(std::uint64_t writable_bytes) noexcept {
    const std::uint16_t head = heads_[slot_of(avail_idx_++)];  // what the entry of the available ring says already
    used_len_limit_[head] = writable_bytes + 1;
    return head;
  }

  // Off the fast path, and static: were this half handed to a call, the loop that polls it could not keep it in
  // registers.
  [[gnu::noinline]] static void write_chain(SplitDescriptor* table, std::uint16_t index, std::uint16_t mask,
                                            std::span<const Segment> chain) noexcept {
    for (const Segment& segment : chain) {
      const auto next = static_cast<std::uint16_t>((index + 1) & mask);
      const bool last = &segment == &chain.back();
      describe(table[index], segment, last ? 0 : descriptor_flag_next, next);
      index = next;
    }
  }

  static void describe(SplitDescriptor& descriptor, const Segment& segment, std::uint16_t more_flags = 0,
                       std::uint16_t next = 0) noexcept {
    const SplitControl control{
        .len = segment.len, .flags = static_cast<std::uint16_t>(segment.flags | more_flags), .next = next};
    store_relaxed(descriptor.addr, segment.addr);  // relaxed: D1 publishes the descriptor
    store_relaxed(descriptor.control, control.word());
  }

  SplitUsedElement read_used(std::uint16_t idx) const noexcept {
    const SplitUsedElement& element = areas_.used_ring[slot_of(idx)];
    return {.id = load_relaxed(element.id), .len = load_relaxed(element.len)};  // relaxed: D3 made the entry visible
  }

  bool may_be_used(std::uint32_t id, std::uint32_t len) noexcept {
    if (id >= queue_size_) [[unlikely]]
      return refuse(RingFault::used_id_out_of_range);
    const std::uint64_t limit = used_len_limit_[id];
    if (len < limit) [[likely]]
      return true;
    return refuse(limit == 0 ? RingFault::used_id_not_in_flight : RingFault::used_len_too_long);
  }

  // With IN_ORDER one used entry stands for all buffers up to the one that it names; those before it were used
  // completely (2.7.9). Heads follow each other block by block, so the batch's size is known from its last head.
  bool reclaim_in_order(UsedBuffer& used) noexcept {
    if (next_used_ == batch_end_) {
      const auto [id, len] = read_used(next_used_);
      if (!may_be_used(id, len)) return false;
      const auto distance = slot_of(static_cast<std::uint16_t>(id - heads_[slot_of(next_used_)]));
      const std::uint32_t before_last = block_ == 1 ? distance : distance / block_;
      if (before_last >= pending_count()) [[unlikely]]
        return refuse(RingFault::used_id_not_in_flight);
      batch_end_ = static_cast<std::uint16_t>(next_used_ + before_last + 1);
      batch_len_ = len;
    }
    const std::uint16_t id = heads_[slot_of(next_used_++)];
    const auto whole = static_cast<std::uint32_t>(used_len_limit_[id] - 1);
    used_len_limit_[id] = 0;
    used = {.id = id, .len = next_used_ == batch_end_ ? batch_len_ : whole};
    return true;
  }

  // The device has taken the available entry `slot` (it has used as many buffers), so the entry is ours again: write
  // the head into it now, to be published by its next add(). A queue that is served in order finds the same head in the
  // same entry lap after lap: left unwritten, the entry's line stays shared between both caches and is never
  // transferred.
  void reuse_next(std::uint16_t head, std::uint16_t slot) noexcept {
    if (heads_[slot] == head) return;
    heads_[slot] = head;
    store_relaxed(areas_.avail_ring[slot], head);  // relaxed: D1 publishes the entry
  }

  std::uint32_t outstanding_count() const noexcept { return static_cast<std::uint16_t>(avail_idx_ - next_used_); }
  std::uint16_t slot_of(std::uint16_t idx) const noexcept { return idx & mask_; }
  std::uint32_t pending_count() const noexcept { return static_cast<std::uint16_t>(used_idx_ - next_used_); }

  SplitAreas areas_;
  std::uint32_t queue_size_;
  std::uint16_t mask_;
  std::uint16_t block_;  // descriptors of the table that a buffer takes
  std::uint32_t buffer_count_;
  bool in_order_;
  bool order_platform_;
  std::uint16_t avail_idx_ = 0;  // free-running: added, published by publish()
  std::uint16_t next_used_ = 0;  // free-running: reclaimed up to here
  std::uint16_t used_idx_ = 0;   // the device's index as last seen
  std::uint16_t batch_end_ = 0;  // IN_ORDER: the used entry that was read last stands for all up to here
  std::uint32_t batch_len_ = 0;  // and this is the last one's length
  RingFault fault_ = RingFault::none;
  SplitRequest used_event_;
  SplitPeerRequest device_request_;
  std::unique_ptr<std::uint16_t[]> heads_;  // what we wrote into the available ring; from avail_idx_ on, free heads
  std::unique_ptr<std::uint64_t[]> used_len_limit_;  // by id: the used length must be below; 0 while not in flight
};

}  // namespace kickbench
