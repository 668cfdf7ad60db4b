// The device's half of a packed virtqueue (VIRTIO 1.2, 2.8): takes available descriptors, writes used ones.
// Its mirror is packed_driver.hpp. Everything that the driver wrote is checked before it is followed.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "ring/atomic.hpp"
#include "ring/buffers.hpp"
#include "ring/chain.hpp"
#include "ring/packed_batch.hpp"
#include "ring/packed_events.hpp"
#include "ring/packed_in_flight.hpp"
#include "ring/packed_layout.hpp"
#include "ring/port.hpp"
#include "ring/queue_shape.hpp"
#include "ring/units.hpp"

namespace kickbench {

class alignas(line_pair_bytes) PackedDevice {
 public:
  PackedDevice(const PackedAreas& areas, const GuestMemory& memory, const QueueShape& shape)
      : descriptors_(areas.descriptors),
        memory_(memory),
        queue_size_(shape.queue_size),
        buffer_descriptors_(shape.descriptors_per_buffer()),
        in_order_(shape.features.has(Feature::in_order)),
        indirect_(shape.features.has(Feature::indirect_desc)),
        order_platform_(shape.features.has(Feature::order_platform)),
        avail_event_(areas.device_event, shape),
        driver_request_(areas.driver_event, shape),
        chain_(std::make_unique<ChainReader>(memory, shape.queue_size)),
        in_flight_(std::make_unique<PackedInFlight[]>(shape.queue_size)) {}

  RingFault fault() const noexcept { return fault_; }

  /// Breaks the queue: nothing more is taken from it, and the first fault is the one that is reported. Returns false,
  /// for callers that have nothing to hand out then.
  bool refuse(RingFault fault) noexcept {
    if (fault_ == RingFault::none) fault_ = fault;
    return false;
  }

  /// Takes the oldest available buffer, if there is one (2.8.21.2). Its first segment must be at least `len_min` bytes
  /// long, aligned to 8 bytes, and in the direction of `flags`: 0 or descriptor_flag_write.
  bool pop(DeviceBuffer& buffer, std::uint32_t len_min, std::uint16_t flags) noexcept {
    if (fault_ != RingFault::none) [[unlikely]]
      return false;
    const PackedDescriptor descriptor = read(descriptors_[next_avail_.index]);
    const PackedControl control = PackedControl::of(descriptor.control);
    if (!next_avail_.is_avail(control.flags)) return false;
    PackedInFlight taken(1, flags == 0 ? 0 : control.len);
    if ((control.flags & ~lap_flags) == flags) [[likely]] {
      std::byte* data = memory_.translate(descriptor.addr, control.len);
      if (data == nullptr) [[unlikely]]
        return refuse(RingFault::buffer_outside);
      if (control.len == 0) [[unlikely]]
        return refuse(RingFault::buffer_empty);
      buffer = {.data = data, .len = control.len, .id = control.id};
    } else {
      const Followed followed = follow_chain(*chain_, descriptor, descriptors_, next_avail_, indirect_);
      if (followed.fault != RingFault::none) [[unlikely]]
        return refuse(followed.fault);
      if (chain_->first().writable != (flags != 0)) [[unlikely]]
        return refuse(RingFault::wrong_direction);
      buffer = chain_->buffer(followed.id);
      taken = {followed.descriptor_count, chain_->writable_bytes()};
    }
    if (buffer.len < len_min) [[unlikely]]
      return refuse(RingFault::buffer_too_short);
    if (reinterpret_cast<std::uintptr_t>(buffer.data) % alignof(std::uint64_t) != 0) [[unlikely]]
      return refuse(RingFault::buffer_misaligned);
    if (buffer.id >= queue_size_) [[unlikely]]
      return refuse(RingFault::head_out_of_range);
    if (in_flight_[buffer.id].used_len_limit() != 0) [[unlikely]]
      return refuse(RingFault::head_in_flight);
    if (next_avail_.distance_from(next_used_, queue_size_) + taken.descriptor_count() > queue_size_) [[unlikely]]
      return refuse(RingFault::avail_idx_jump);
    in_flight_[buffer.id] = taken;
    next_avail_ = next_avail_.after(taken.descriptor_count(), queue_size_);
    return true;
  }

  /// Hands a buffer back, `len` bytes of it written (2.8.22). With IN_ORDER, in the order of pop().
  void push_used(std::uint16_t id, std::uint32_t len) noexcept {
    const PackedInFlight buffer = std::exchange(in_flight_[id], {});
    const PackedPosition at = next_used_;
    next_used_ = at.after(buffer.descriptor_count(), queue_size_);
    driver_request_.passed(buffer.descriptor_count());
    if (!in_order_) [[likely]]
      return write_used(at, {.id = id, .len = len});
    run_last_ = {.id = id, .len = len};
    if (len + std::uint64_t{1} != buffer.used_len_limit()) end_run();
  }

  /// The driver may now reclaim all that was pushed (2.8.22).
  void publish() noexcept {
    if (in_order_ && run_begin_ != next_used_) end_run();
    batch_.publish();
  }

  /// Does the driver ask for an interrupt for what was published since the last call? (2.8.22.1)
  bool driver_wants_interrupt() noexcept {
    full_fence(order_platform_);  // P2 (pairs with P6): our flags are visible before we read the driver's event
    const std::optional<bool> wants = driver_request_.wants(next_used_);
    return wants ? *wants : refuse(RingFault::bad_event);
  }

  /// Looks again: has the driver made anything available that we have not taken?
  bool has_avail() noexcept { return fault_ == RingFault::none && next_avail_.is_avail(control_at(next_avail_).flags); }

  /// Asks for a kick once `avail_count` more buffers are available, counted from those already taken. Without
  /// EVENT_IDX, at the next one that is.
  ArmOutcome arm(std::uint32_t avail_count) noexcept {
    avail_event_.request(next_avail_.after((avail_count - 1) * buffer_descriptors_, queue_size_));
    full_fence(order_platform_);  // P6 (pairs with P2): our event is visible before we look at the flags again
    return fault_ != RingFault::none || has_avail_up_to(avail_count) ? ArmOutcome::work_pending : ArmOutcome::may_sleep;
  }

  void disarm() noexcept { avail_event_.withdraw(); }

 private:
  // They say on which lap a descriptor is available.
  static constexpr std::uint16_t lap_flags = packed_flag_avail | packed_flag_used;

  PackedControl control_at(PackedPosition at) const noexcept {
    // P3 (pairs with P1): flags before the address and what the driver wrote into the buffer
    return PackedControl::of(load_acquire(descriptors_[at.index].control));
  }
  // Each field is read once, so what is checked is what is used.
  static PackedDescriptor read(const PackedDescriptor& descriptor) noexcept {
    const std::uint64_t control = load_acquire(descriptor.control);      // P3 (pairs with P1): flags before the address
    return {.addr = load_relaxed(descriptor.addr), .control = control};  // relaxed: P3 made it visible
  }

  /// What a chain came to: the buffer's id, and how many descriptors of the ring it takes.
  struct Followed {
    RingFault fault = RingFault::none;
    std::uint16_t id = 0;
    std::uint16_t descriptor_count = 0;
  };

  // A buffer of more than one descriptor, or one that is not what was asked for. Off the fast path, and static: were
  // this half handed to a call, the loop that polls it could not keep it in registers. `at`: where the head stands.
  [[gnu::noinline]] static Followed follow_chain(ChainReader& chain, PackedDescriptor descriptor,
                                                 const PackedDescriptor* ring, PackedPosition at,
                                                 bool indirect) noexcept {
    chain.restart();
    for (std::uint16_t count = 1;; ++count) {
      const auto [len, id, flags] = PackedControl::of(descriptor.control);
      // Any number of descriptors of the ring, then at most one that refers to a table (2.8.7).
      if ((flags & descriptor_flag_indirect) != 0) return {follow_table(chain, descriptor, indirect), id, count};
      if ((flags & ~(ChainReader::known_flags | lap_flags)) != 0) return {RingFault::bad_descriptor_flags};
      const RingFault fault = chain.add(descriptor.addr, len, flags);
      // The last descriptor has the buffer's id (2.8.6).
      if (fault != RingFault::none || (flags & descriptor_flag_next) == 0) return {fault, id, count};
      if (count == chain.longest()) return {RingFault::chain_too_long};
      const PackedPosition next = at.after(count, chain.longest());
      descriptor = read(ring[next.index]);
      if (!next.is_avail(PackedControl::of(descriptor.control).flags)) return {RingFault::chain_unfinished};
    }
  }

  // All descriptors of the table, one after the other. WRITE is their only flag: the standard has us ignore the others
  // (2.8.7), but for INDIRECT, which no driver may set there.
  static RingFault follow_table(ChainReader& chain, const PackedDescriptor& at, bool indirect) noexcept {
    if (!indirect) return RingFault::table_not_negotiated;
    const auto [table_bytes, table_id, table_flags] = PackedControl::of(at.control);
    const auto [refused, descriptors] = chain.table<PackedDescriptor>(at.addr, table_bytes, table_flags);
    if (refused != RingFault::none) return refused;
    for (const PackedDescriptor& entry : descriptors) {
      const PackedDescriptor descriptor = read(entry);
      const auto [len, unused_id, flags] = PackedControl::of(descriptor.control);
      if ((flags & descriptor_flag_indirect) != 0) return RingFault::table_nested;
      const RingFault fault = chain.add(descriptor.addr, len, flags);
      if (fault != RingFault::none) return fault;
    }
    return RingFault::none;
  }

  void write_used(PackedPosition at, const UsedBuffer& used) noexcept {
    const int written = used.len > 0 ? descriptor_flag_write : 0;  // the length counts (2.8.5)
    batch_.add(descriptors_[at.index],
               {.len = used.len, .id = used.id, .flags = static_cast<std::uint16_t>(written | at.used_flags())});
  }

  // With IN_ORDER one used descriptor, where the run's first would stand, names its last buffer; all before that one
  // were used completely (2.8.11). So a buffer that was not ends its run.
  void end_run() noexcept {
    write_used(run_begin_, run_last_);
    run_begin_ = next_used_;
  }

  // Follows what is available without taking it. What is malformed counts as available: pop() will say what is wrong.
  bool has_avail_up_to(std::uint32_t avail_count) const noexcept {
    PackedPosition at = next_avail_;
    std::uint32_t followed_count = 0;  // of all chains: more than the queue has is malformed, and not followed further
    for (std::uint32_t seen = 0; seen < avail_count; ++seen) {
      PackedControl control = control_at(at);
      if (!at.is_avail(control.flags)) return false;
      for (;; control = control_at(at)) {
        if (++followed_count > queue_size_) return true;
        at = at.after(1, queue_size_);
        if ((control.flags & descriptor_flag_next) == 0) break;
      }
    }
    return true;
  }

  PackedDescriptor* descriptors_;
  GuestMemory memory_;
  std::uint32_t queue_size_;
  std::uint32_t buffer_descriptors_;  // of the ring, for each buffer
  bool in_order_;
  bool indirect_;
  bool order_platform_;
  PackedPosition next_used_{};   // pushed up to here
  PackedPosition next_avail_{};  // taken up to here
  PackedPosition run_begin_{};   // IN_ORDER: pushed from here on, without a used descriptor yet
  UsedBuffer run_last_{};        // and the last of them
  RingFault fault_ = RingFault::none;
  PackedBatch batch_;
  PackedRequest avail_event_;
  PackedPeerRequest driver_request_;
  std::unique_ptr<ChainReader> chain_;
  std::unique_ptr<PackedInFlight[]> in_flight_;  // by id
};

}  // namespace kickbench
