// The device's half of a packed virtqueue (VIRTIO 1.2, 2.8): takes available descriptors, writes used ones.
// Its mirror is packed_driver.hpp. Everything that the driver wrote is checked before it is followed.
#pragma once

#include <cstdint>
#include <memory>

#include "ring/atomic.hpp"
#include "ring/buffers.hpp"
#include "ring/chain.hpp"
#include "ring/packed_batch.hpp"
#include "ring/packed_events.hpp"
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
        indirect_(shape.features.has(Feature::indirect_desc)),
        order_platform_(shape.features.has(Feature::order_platform)),
        avail_event_(areas.device_event, shape),
        driver_request_(areas.driver_event, shape),
        chain_(std::make_unique<ChainReader>(memory, shape.queue_size)),
        in_flight_(std::make_unique<InFlight[]>(shape.queue_size)),
        run_(shape.features.has(Feature::in_order) ? std::make_unique<Run>() : nullptr) {}

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
    if (!has_avail()) return false;
    const Descriptor descriptor = read(descriptors_[next_avail_.index]);
    InFlight taken{.descriptor_count = 1};
    if (descriptor.flags == flags) [[likely]] {
      std::byte* data = memory_.translate(descriptor.addr, descriptor.len);
      if (data == nullptr || descriptor.len == 0) [[unlikely]]
        return refuse(RingFault::bad_buffer_address);
      buffer = {.data = data, .len = descriptor.len, .id = descriptor.id};
      taken.written_limit = (flags == 0 ? 0 : std::uint64_t{descriptor.len}) + 1;
    } else {
      const Followed followed = follow_chain(*chain_, descriptor, descriptors_, next_avail_, indirect_);
      if (followed.fault != RingFault::none) [[unlikely]]
        return refuse(followed.fault);
      if (chain_->first().writable != (flags != 0)) [[unlikely]]
        return refuse(RingFault::bad_descriptor_flags);
      buffer = chain_->buffer(followed.id);
      taken.descriptor_count = followed.descriptor_count;
      taken.written_limit = std::uint64_t{chain_->writable_bytes()} + 1;
    }
    if (buffer.len < len_min || reinterpret_cast<std::uintptr_t>(buffer.data) % alignof(std::uint64_t) != 0)
        [[unlikely]]
      return refuse(RingFault::bad_buffer_address);
    if (buffer.id >= queue_size_) [[unlikely]]
      return refuse(RingFault::head_out_of_range);
    if (in_flight_[buffer.id].written_limit != 0) [[unlikely]]
      return refuse(RingFault::head_in_flight);
    taken_count_ += taken.descriptor_count;
    if (taken_count_ > queue_size_) [[unlikely]]
      return refuse(RingFault::avail_idx_jump);
    in_flight_[buffer.id] = taken;
    next_avail_ = next_avail_.after(taken.descriptor_count, queue_size_);
    return true;
  }

  /// Hands a buffer back, `len` bytes of it written (2.8.22). With IN_ORDER, in the order of pop().
  void push_used(std::uint16_t id, std::uint32_t len) noexcept {
    const InFlight buffer = std::exchange(in_flight_[id], {});
    if (run_ == nullptr) [[likely]] {
      write_used(next_used_, {.id = id, .len = len});
    } else {
      if (!run_->last_is_whole) end_run();
      run_->last_is_whole = len + std::uint64_t{1} == buffer.written_limit;
      run_->last = {.id = id, .len = len};
    }
    next_used_ = next_used_.after(buffer.descriptor_count, queue_size_);
    taken_count_ -= buffer.descriptor_count;
    driver_request_.passed(buffer.descriptor_count);
  }

  /// The driver may now reclaim all that was pushed (2.8.22).
  void publish() noexcept {
    if (run_ != nullptr) end_run();
    batch_.publish();
  }

  /// Does the driver ask for an interrupt for what was published since the last call? (2.8.22.1)
  bool driver_wants_interrupt() noexcept {
    full_fence(order_platform_);  // P2 (pairs with P6): our flags are visible before we read the driver's event
    const std::optional<bool> wants = driver_request_.wants(next_used_);
    return wants ? *wants : refuse(RingFault::bad_event);
  }

  /// Looks again: has the driver made anything available that we have not taken?
  bool has_avail() noexcept { return fault_ == RingFault::none && avail_at(next_avail_); }

  /// Asks for a kick once `avail_count` more buffers are available, counted from those already taken. Without
  /// EVENT_IDX, at the next one that is.
  ArmOutcome arm(std::uint32_t avail_count) noexcept {
    avail_event_.request(next_avail_.after((avail_count - 1) * buffer_descriptors_, queue_size_));
    full_fence(order_platform_);  // P6 (pairs with P2): our event is visible before we look at the flags again
    return fault_ != RingFault::none || has_avail_up_to(avail_count) ? ArmOutcome::work_pending : ArmOutcome::may_sleep;
  }

  void disarm() noexcept { avail_event_.withdraw(); }

 private:
  struct InFlight {
    std::uint16_t descriptor_count = 0;
    std::uint64_t written_limit = 0;  // bytes that may be written, plus 1; 0 while not taken
  };

  struct Descriptor {
    std::uint64_t addr;
    std::uint32_t len;
    std::uint16_t id;
    std::uint16_t flags;  // without those that say on which lap it is available
  };
  // Each field is read once, so what is checked is what is used.
  static Descriptor read(const PackedDescriptor& descriptor) noexcept {
    constexpr auto lap_mask = static_cast<std::uint16_t>(packed_flag_avail | packed_flag_used);
    return {.addr = load_relaxed(descriptor.addr),  // relaxed: P3 made the descriptor visible
            .len = load_relaxed(descriptor.len),
            .id = load_relaxed(descriptor.id),
            .flags = static_cast<std::uint16_t>(load_relaxed(descriptor.flags) & ~lap_mask)};
  }

  bool avail_at(PackedPosition at) const noexcept {
    return at.is_avail(load_acquire(descriptors_[at.index].flags));  // P3 (pairs with P1): flags before the descriptor
  }

  /// What a chain came to: the buffer's id, and how many descriptors of the ring it takes.
  struct Followed {
    RingFault fault = RingFault::none;
    std::uint16_t id = 0;
    std::uint16_t descriptor_count = 0;
  };

  // A buffer of more than one descriptor, or one that is not what was asked for. Off the fast path, and static: were
  // this half handed to a call, the loop that polls it could not keep it in registers. `at`: where the head stands.
  [[gnu::noinline]] static Followed follow_chain(ChainReader& chain, Descriptor head, const PackedDescriptor* ring,
                                                 PackedPosition at, bool indirect) noexcept {
    chain.restart();
    constexpr std::uint16_t known = descriptor_flag_next | descriptor_flag_write;
    Descriptor descriptor = head;
    for (std::uint16_t count = 1;; ++count) {
      // Any number of descriptors of the ring, then at most one that refers to a table (2.8.7).
      if ((descriptor.flags & descriptor_flag_indirect) != 0) {
        return {follow_table(chain, descriptor, indirect), descriptor.id, count};
      }
      if ((descriptor.flags & ~known) != 0) return {RingFault::bad_descriptor_flags};
      const RingFault fault = chain.add(descriptor.addr, descriptor.len, descriptor.flags);
      // The last descriptor has the buffer's id (2.8.6).
      const bool last = (descriptor.flags & descriptor_flag_next) == 0;
      if (fault != RingFault::none || last) return {fault, descriptor.id, count};
      if (count == chain.longest()) return {RingFault::chain_too_long};
      const PackedPosition next = at.after(count, chain.longest());
      // relaxed: P3 made the whole chain visible with its head
      if (!next.is_avail(load_relaxed(ring[next.index].flags))) return {RingFault::bad_descriptor_flags};
      descriptor = read(ring[next.index]);
    }
  }

  static RingFault follow_table(ChainReader& chain, const Descriptor& at, bool indirect) noexcept {
    const auto* descriptors = chain.table<PackedDescriptor>(at.addr, at.len);
    if (!indirect || descriptors == nullptr || (at.flags & descriptor_flag_next) != 0) {
      return RingFault::bad_indirect_table;
    }
    for (std::size_t i = 0; i < at.len / sizeof(PackedDescriptor); ++i) {
      const Descriptor descriptor = read(descriptors[i]);
      if ((descriptor.flags & descriptor_flag_indirect) != 0) return RingFault::bad_indirect_table;
      const RingFault fault = chain.add(descriptor.addr, descriptor.len, descriptor.flags);
      if (fault != RingFault::none) return fault;
    }
    return RingFault::none;
  }

  void write_used(PackedPosition at, const UsedBuffer& used) noexcept {
    PackedDescriptor& descriptor = descriptors_[at.index];
    store_relaxed(descriptor.id, used.id);  // relaxed: P1 publishes the descriptor
    store_relaxed(descriptor.len, used.len);
    const int written = used.len > 0 ? descriptor_flag_write : 0;  // the length counts (2.8.5)
    batch_.add(descriptor, static_cast<std::uint16_t>(written | at.used_flags()));
  }

  // With IN_ORDER one used descriptor, where the run's first would stand, names its last buffer; all before that one
  // were used completely (2.8.11). Kept apart: what the fast path does not need shall not compete for its registers.
  struct Run {
    PackedPosition begin{};  // pushed from here on, without a used descriptor yet
    UsedBuffer last{};
    bool last_is_whole = true;
  };
  void end_run() noexcept {
    if (run_->begin != next_used_) write_used(run_->begin, run_->last);
    run_->begin = next_used_;
    run_->last_is_whole = true;
  }

  // Follows what is available without taking it. What is malformed counts as available: pop() will say what is wrong.
  bool has_avail_up_to(std::uint32_t avail_count) const noexcept {
    PackedPosition at = next_avail_;
    std::uint32_t followed_count = 0;  // of all chains: more than the queue has is malformed, and not followed further
    for (std::uint32_t seen = 0; seen < avail_count; ++seen) {
      if (!avail_at(at)) return false;
      for (bool last = false; !last; at = at.after(1, queue_size_)) {
        if (++followed_count > queue_size_) return true;
        last = (read(descriptors_[at.index]).flags & descriptor_flag_next) == 0;
      }
    }
    return true;
  }

  PackedDescriptor* descriptors_;
  GuestMemory memory_;
  std::uint32_t queue_size_;
  std::uint32_t buffer_descriptors_;  // of the ring, for each buffer
  bool indirect_;
  bool order_platform_;
  PackedPosition next_used_{};     // pushed up to here
  PackedPosition next_avail_{};    // taken up to here
  std::uint32_t taken_count_ = 0;  // descriptors of buffers in flight
  RingFault fault_ = RingFault::none;
  PackedBatch batch_;
  PackedRequest avail_event_;
  PackedPeerRequest driver_request_;
  std::unique_ptr<ChainReader> chain_;
  std::unique_ptr<InFlight[]> in_flight_;  // by id
  std::unique_ptr<Run> run_;               // with IN_ORDER
};

}  // namespace kickbench
