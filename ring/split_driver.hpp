// The driver's half of a split virtqueue (VIRTIO 1.2, 2.7): adds buffers to the available ring, reclaims used ones.
// Its mirror is split_device.hpp.
#pragma once

#include <cstdint>
#include <vector>

#include "ring/atomic.hpp"
#include "ring/event.hpp"
#include "ring/event_index.hpp"
#include "ring/port.hpp"
#include "ring/split_layout.hpp"
#include "ring/units.hpp"

namespace kickbench {

class alignas(line_pair_bytes) SplitDriver {
 public:
  SplitDriver(const SplitAreas& areas, std::uint32_t queue_size)
      : areas_(areas),
        queue_size_(queue_size),
        mask_(static_cast<std::uint16_t>(queue_size - 1)),
        used_event_(areas.used_event, queue_size),
        ids_(queue_size),
        used_len_limit_(queue_size) {
    for (std::uint32_t i = 0; i < queue_size; ++i) {
      ids_[i] = static_cast<std::uint16_t>(i);
      store_relaxed(areas_.avail_ring[i], ids_[i]);  // relaxed: D1 publishes the entry
    }
  }

  std::uint32_t free_count() const noexcept { return queue_size_ - outstanding_count(); }
  RingFault fault() const noexcept { return fault_; }

  /// The descriptor that the next add() will use; only while free_count() > 0.
  std::uint16_t next_id() const noexcept { return ids_[slot_of(avail_idx_)]; }

  /// Offers one buffer to the device (2.7.13.1, 2.7.13.2). `flags` is 0 or descriptor_flag_write.
  void add(std::uint64_t addr, std::uint32_t len, std::uint16_t flags) noexcept {
    const std::uint16_t id = ids_[slot_of(avail_idx_++)];  // what the entry of the available ring says already
    used_len_limit_[id] = (flags & descriptor_flag_write) != 0 ? std::uint64_t{len} + 1 : 1;
    SplitDescriptor& descriptor = areas_.descriptors[id];
    store_relaxed(descriptor.addr, addr);  // relaxed: D1 publishes the descriptor
    store_relaxed(descriptor.len, len);
    store_relaxed(descriptor.flags, flags);
  }

  /// The device may now take all that was added (2.7.13.3).
  void publish() noexcept {
    store_release(*areas_.avail_idx, avail_idx_);  // D1 (pairs with V1): descriptors and entries before the index
  }

  /// Does the device ask for a kick for what was published since the last call? (2.7.10)
  bool device_wants_kick() noexcept {
    full_fence();  // D2 (pairs with V4): our index is visible before we read the device's event
    const std::uint16_t event = load_relaxed(*areas_.avail_event);  // relaxed: ordered by D2
    const std::uint16_t checked = checked_idx_;
    checked_idx_ = avail_idx_;
    return event_passed(event, avail_idx_, checked);
  }

  /// Takes the oldest used buffer back, if there is one among those already seen or in a fresh look (2.7.14).
  bool reclaim() noexcept {
    if (next_used_ == used_idx_ && !has_used()) return false;
    const SplitUsedElement& element = areas_.used_ring[slot_of(next_used_)];
    const std::uint32_t id = load_relaxed(element.id);  // relaxed: D3 made the entry visible
    const std::uint32_t len = load_relaxed(element.len);
    if (id >= queue_size_) return broken(RingFault::used_id_out_of_range);
    std::uint64_t& limit = used_len_limit_[id];
    if (len >= limit) [[unlikely]]
      return broken(limit == 0 ? RingFault::used_id_not_in_flight : RingFault::used_len_too_long);
    limit = 0;
    reuse_next(static_cast<std::uint16_t>(id), slot_of(next_used_++));
    return true;
  }

  /// Looks again: has the device used anything that we have not reclaimed?
  bool has_used() noexcept {
    if (fault_ != RingFault::none) [[unlikely]]
      return false;
    const std::uint16_t used_idx = load_acquire(*areas_.used_idx);  // D3 (pairs with V2): index before entries
    if (static_cast<std::uint16_t>(used_idx - next_used_) > outstanding_count()) [[unlikely]] {
      return broken(RingFault::used_idx_jump);
    }
    used_idx_ = used_idx;
    used_event_.stay_behind(next_used_);
    return used_idx_ != next_used_;
  }

  /// Asks for an interrupt once `used_count` more buffers are used, counted from those already reclaimed.
  ArmOutcome arm(std::uint32_t used_count) noexcept {
    used_event_.request(static_cast<std::uint16_t>(next_used_ + used_count - 1));
    full_fence();  // D4 (pairs with V3): our event is visible before we look at the device's index again
    has_used();
    return pending_count() >= used_count || fault_ != RingFault::none ? ArmOutcome::work_pending
                                                                      : ArmOutcome::may_sleep;
  }

  void disarm() noexcept { used_event_.withdraw(next_used_, used_idx_); }

 private:
  // The device has taken the available entry `slot` (it has used as many buffers), so the entry is ours again: write
  // the id into it now, to be published by its next add(). A queue that is served in order finds the same id in the
  // same entry lap after lap: left unwritten, the entry's line stays shared between both caches and is never
  // transferred.
  void reuse_next(std::uint16_t id, std::uint16_t slot) noexcept {
    if (ids_[slot] == id) return;
    ids_[slot] = id;
    store_relaxed(areas_.avail_ring[slot], id);  // relaxed: D1 publishes the entry
  }

  std::uint32_t outstanding_count() const noexcept { return static_cast<std::uint16_t>(avail_idx_ - next_used_); }
  std::uint16_t slot_of(std::uint16_t idx) const noexcept { return idx & mask_; }
  std::uint32_t pending_count() const noexcept { return static_cast<std::uint16_t>(used_idx_ - next_used_); }
  bool broken(RingFault fault) noexcept {
    fault_ = fault;
    used_idx_ = next_used_;  // nothing more is taken from this queue
    return false;
  }

  SplitAreas areas_;
  std::uint32_t queue_size_;
  std::uint16_t mask_;
  std::uint16_t avail_idx_ = 0;    // free-running: added, published by publish()
  std::uint16_t checked_idx_ = 0;  // avail_idx_ at the last device_wants_kick()
  std::uint16_t next_used_ = 0;    // free-running: reclaimed up to here
  std::uint16_t used_idx_ = 0;     // the device's index as last seen
  RingFault fault_ = RingFault::none;
  EventIndex used_event_;
  std::vector<std::uint16_t> ids_;             // what we wrote into the available ring; from avail_idx_ on, free ids
  std::vector<std::uint64_t> used_len_limit_;  // by id: the used length must be below; 0 while not in flight
};

}  // namespace kickbench
