// The device's half of a split virtqueue (VIRTIO 1.2, 2.7): takes available buffers, pushes used ones.
// Its mirror is split_driver.hpp. Everything that the driver wrote is checked before it is followed.
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

/// A buffer that the driver made available, translated and checked.
struct DeviceBuffer {
  std::byte* data = nullptr;
  std::uint32_t len = 0;
  std::uint16_t id = 0;  ///< the chain's head, to be handed back by push_used()
};

class alignas(line_pair_bytes) SplitDevice {
 public:
  SplitDevice(const SplitAreas& areas, const GuestMemory& memory, std::uint32_t queue_size)
      : areas_(areas),
        memory_(memory),
        queue_size_(queue_size),
        mask_(static_cast<std::uint16_t>(queue_size - 1)),
        avail_event_(areas.avail_event, queue_size),
        used_shadow_(queue_size, {.id = no_id, .len = 0}),
        in_flight_(queue_size) {}

  RingFault fault() const noexcept { return fault_; }

  /// Takes the oldest available buffer, if there is one among those already seen or in a fresh look (2.7.13.3). The
  /// buffer must be at least `len_min` bytes long, aligned to the 8-byte words of an item, and carry exactly `flags`.
  bool pop(DeviceBuffer& buffer, std::uint32_t len_min, std::uint16_t flags) noexcept {
    if (next_avail_ == avail_idx_ && !has_avail()) return false;
    const std::uint16_t head = load_relaxed(areas_.avail_ring[slot_of(next_avail_)]);  // relaxed: V1 made it visible
    if (head >= queue_size_) return broken(RingFault::head_out_of_range);
    if (in_flight_[head]) return broken(RingFault::head_in_flight);
    const SplitDescriptor& descriptor = areas_.descriptors[head];
    // relaxed: V1 made the descriptor visible. Each field is read once, so what is checked is what is used.
    const std::uint64_t addr = load_relaxed(descriptor.addr);
    const std::uint32_t len = load_relaxed(descriptor.len);
    if (load_relaxed(descriptor.flags) != flags) return broken(RingFault::bad_descriptor_flags);
    std::byte* data = memory_.translate(addr, len);
    if (data == nullptr || len < len_min || addr % 8 != 0) return broken(RingFault::bad_buffer_address);
    in_flight_[head] = true;
    ++next_avail_;
    buffer = {.data = data, .len = len, .id = head};
    return true;
  }

  /// Hands a buffer back, `len` bytes of it written (2.7.8).
  void push_used(std::uint16_t id, std::uint32_t len) noexcept {
    in_flight_[id] = false;
    // The mirror of the driver's shadow: an entry that already says so is left alone, and its line stays shared.
    const std::uint16_t slot = slot_of(used_idx_++);
    SplitUsedElement& shadow = used_shadow_[slot];
    if (shadow.id != id || shadow.len != len) {
      shadow = {.id = id, .len = len};
      SplitUsedElement& element = areas_.used_ring[slot];
      store_relaxed(element.id, std::uint32_t{id});  // relaxed: V2 publishes the entry
      store_relaxed(element.len, len);
    }
  }

  /// The driver may now reclaim all that was pushed (2.7.8).
  void publish() noexcept {
    store_release(*areas_.used_idx, used_idx_);  // V2 (pairs with D3): data and entries before the index
  }

  /// Does the driver ask for an interrupt for what was published since the last call? (2.7.7)
  bool driver_wants_interrupt() noexcept {
    full_fence();  // V3 (pairs with D4): our index is visible before we read the driver's event
    const std::uint16_t event = load_relaxed(*areas_.used_event);  // relaxed: ordered by V3
    const std::uint16_t checked = checked_idx_;
    checked_idx_ = used_idx_;
    return event_passed(event, used_idx_, checked);
  }

  /// Looks again: has the driver made anything available that we have not taken?
  bool has_avail() noexcept {
    if (fault_ != RingFault::none) [[unlikely]]
      return false;
    const std::uint16_t avail_idx = load_acquire(*areas_.avail_idx);  // V1 (pairs with D1): index before entries
    if (static_cast<std::uint16_t>(avail_idx - next_avail_) > queue_size_) [[unlikely]] {
      return broken(RingFault::avail_idx_jump);
    }
    avail_idx_ = avail_idx;
    avail_event_.stay_behind(next_avail_);
    return avail_idx_ != next_avail_;
  }

  /// Asks for a kick once `avail_count` more buffers are available, counted from those already taken.
  ArmOutcome arm(std::uint32_t avail_count) noexcept {
    avail_event_.request(static_cast<std::uint16_t>(next_avail_ + avail_count - 1));
    full_fence();  // V4 (pairs with D2): our event is visible before we look at the driver's index again
    has_avail();
    return pending_count() >= avail_count || fault_ != RingFault::none ? ArmOutcome::work_pending
                                                                       : ArmOutcome::may_sleep;
  }

  void disarm() noexcept { avail_event_.withdraw(next_avail_, avail_idx_); }

 private:
  static constexpr std::uint32_t no_id = 0xffffffff;  // never an id: the queue size is at most 32768

  std::uint16_t slot_of(std::uint16_t idx) const noexcept { return idx & mask_; }
  std::uint32_t pending_count() const noexcept { return static_cast<std::uint16_t>(avail_idx_ - next_avail_); }
  bool broken(RingFault fault) noexcept {
    fault_ = fault;
    avail_idx_ = next_avail_;  // nothing more is taken from this queue
    return false;
  }

  SplitAreas areas_;
  GuestMemory memory_;
  std::uint32_t queue_size_;
  std::uint16_t mask_;
  std::uint16_t used_idx_ = 0;     // free-running: pushed, published by publish()
  std::uint16_t checked_idx_ = 0;  // used_idx_ at the last driver_wants_interrupt()
  std::uint16_t next_avail_ = 0;   // free-running: taken up to here
  std::uint16_t avail_idx_ = 0;    // the driver's index as last seen
  RingFault fault_ = RingFault::none;
  EventIndex avail_event_;
  std::vector<SplitUsedElement> used_shadow_;  // what we wrote into each entry of the used ring
  std::vector<std::uint8_t> in_flight_;        // by head: taken and not yet handed back
};

}  // namespace kickbench
