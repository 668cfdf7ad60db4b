// The driver's half of a packed virtqueue (VIRTIO 1.2, 2.8): makes descriptors available, reclaims used ones.
// Its mirror is packed_device.hpp.
#pragma once

#include <cstdint>
#include <memory>
#include <numeric>
#include <span>
#include <utility>

#include "ring/atomic.hpp"
#include "ring/buffers.hpp"
#include "ring/packed_batch.hpp"
#include "ring/packed_events.hpp"
#include "ring/packed_in_flight.hpp"
#include "ring/packed_layout.hpp"
#include "ring/port.hpp"
#include "ring/queue_shape.hpp"
#include "ring/units.hpp"

namespace kickbench {

class alignas(line_pair_bytes) PackedDriver {
 public:
  PackedDriver(const PackedAreas& areas, const QueueShape& shape)
      : descriptors_(areas.descriptors),
        queue_size_(shape.queue_size),
        buffer_descriptors_(shape.descriptors_per_buffer()),
        buffer_count_(shape.buffer_count()),
        in_order_(shape.features.has(Feature::in_order)),
        order_platform_(shape.features.has(Feature::order_platform)),
        used_event_(areas.driver_event, shape),
        device_request_(areas.device_event, shape),
        free_count_(buffer_count_),
        ids_(std::make_unique<std::uint16_t[]>(buffer_count_)),
        in_flight_(std::make_unique<PackedInFlight[]>(buffer_count_)) {
    std::iota(ids_.get(), ids_.get() + buffer_count_, std::uint16_t{0});
  }

  /// Buffers that may be added.
  std::uint32_t free_count() const noexcept { return free_count_; }
  RingFault fault() const noexcept { return fault_; }

  /// Breaks the queue: nothing more is taken from it, and the first fault is the one that is reported. Returns false,
  /// for callers that have nothing to hand out then.
  bool refuse(RingFault fault) noexcept {
    if (fault_ == RingFault::none) fault_ = fault;
    batch_left_ = 0;
    return false;
  }

  /// The id that the next add() will use; only while free_count() > 0.
  std::uint16_t next_id() const noexcept { return ids_[next_free_]; }

  /// Makes a buffer of one segment available to the device (2.8.21.1).
  void add(const Segment& segment) noexcept {
    const std::uint16_t id = take_id({1, segment.writable_bytes()});
    describe(next_avail_, segment, id, segment.flags);
    pass(1);
  }

  /// Makes a buffer of up to `shape.chain` segments available, in as many descriptors, which may wrap around (2.8.6).
  void add(std::span<const Segment> chain) noexcept {
    const auto count = static_cast<std::uint32_t>(chain.size());
    const std::uint16_t id = take_id({count, bytes_to_write(chain)});
    write_rest_of_chain(descriptors_, next_avail_, queue_size_, id, chain);
    describe(next_avail_, chain[0], id, chain[0].flags | (count > 1 ? descriptor_flag_next : 0));
    pass(count);
  }

  /// Makes a buffer available whose segments stand in a table of their own, at guest-physical `address` (2.8.7).
  void add_indirect(std::span<const Segment> chain, PackedDescriptor* table, std::uint64_t address) noexcept {
    write_table(table, chain);
    const std::uint16_t id = take_id({1, bytes_to_write(chain)});
    const auto bytes = static_cast<std::uint32_t>(chain.size() * sizeof(PackedDescriptor));
    describe(next_avail_, {.addr = address, .len = bytes}, id, descriptor_flag_indirect);
    pass(1);
  }

  /// The device may now take all that was added (2.8.21.2).
  void publish() noexcept { batch_.publish(); }

  /// Does the device ask for a kick for what was published since the last call? (2.8.21.3)
  bool device_wants_kick() noexcept {
    full_fence(order_platform_);  // P2 (pairs with P6): our flags are visible before we read the device's event
    const std::optional<bool> wants = device_request_.wants(next_avail_);
    return wants ? *wants : refuse(RingFault::bad_event);
  }

  /// Takes the oldest used buffer back, if there is one (2.8.22).
  bool reclaim(UsedBuffer& used) noexcept {
    if (in_order_) return reclaim_in_order(used);
    if (!read_used(used)) return false;
    take_back(used.id);
    return true;
  }

  /// Looks again: has the device used anything that we have not reclaimed?
  bool has_used() noexcept {
    return batch_left_ > 0 || (fault_ == RingFault::none && next_used_.is_used(control_at(next_used_).flags));
  }

  /// Asks for an interrupt once `used_count` more buffers are used, counted from those already reclaimed. Without
  /// EVENT_IDX, at the next one that is.
  ArmOutcome arm(std::uint32_t used_count) noexcept {
    used_event_.request(next_used_.after((used_count - 1) * buffer_descriptors_, queue_size_));
    full_fence(order_platform_);  // P6 (pairs with P2): our event is visible before we look at the flags again
    return fault_ != RingFault::none || has_used_up_to(used_count) ? ArmOutcome::work_pending : ArmOutcome::may_sleep;
  }

  void disarm() noexcept { used_event_.withdraw(); }

 private:
  std::uint16_t next_slot(std::uint16_t slot) const noexcept {
    return static_cast<std::uint16_t>(slot + 1U == buffer_count_ ? 0 : slot + 1);
  }

  std::uint16_t take_id(const PackedInFlight& buffer) noexcept {
    const std::uint16_t id = ids_[next_free_];
    next_free_ = next_slot(next_free_);
    --free_count_;
    in_flight_[id] = buffer;
    return id;
  }

  // Off the fast path, and static: were this half handed to a call, the loop that polls it could not keep it in
  // registers. All but the head, whose flags come last.
  [[gnu::noinline]] static void write_rest_of_chain(PackedDescriptor* ring, PackedPosition head,
                                                    std::uint32_t queue_size, std::uint16_t id,
                                                    std::span<const Segment> chain) noexcept {
    for (std::uint32_t i = 1; i < chain.size(); ++i) {
      const PackedPosition at = head.after(i, queue_size);
      const int flags = chain[i].flags | (i + 1 < chain.size() ? descriptor_flag_next : 0) | at.avail_flags();
      write(ring[at.index], chain[i].addr, {.len = chain[i].len, .id = id, .flags = static_cast<std::uint16_t>(flags)});
    }
  }
  [[gnu::noinline]] static void write_table(PackedDescriptor* table, std::span<const Segment> chain) noexcept {
    for (std::size_t i = 0; i < chain.size(); ++i) {
      write(table[i], chain[i].addr, {.len = chain[i].len, .id = 0, .flags = chain[i].flags});
    }
  }
  static void write(PackedDescriptor& descriptor, std::uint64_t addr, const PackedControl& control) noexcept {
    store_relaxed(descriptor.addr, addr);  // relaxed: P1 publishes what a head is followed by, or refers to
    store_relaxed(descriptor.control, control.word());
  }

  // Of the head all but its address comes last.
  void describe(PackedPosition at, const Segment& segment, std::uint16_t id, int flags) noexcept {
    PackedDescriptor& head = descriptors_[at.index];
    store_relaxed(head.addr, segment.addr);  // relaxed: P1 publishes the descriptor
    batch_.add(head, {.len = segment.len, .id = id, .flags = static_cast<std::uint16_t>(flags | at.avail_flags())});
  }
  void pass(std::uint32_t descriptor_count) noexcept {
    next_avail_ = next_avail_.after(descriptor_count, queue_size_);
    device_request_.passed(descriptor_count);
  }

  PackedControl control_at(PackedPosition at) const noexcept {
    // P3 (pairs with P1): flags before what the device wrote into the buffer
    return PackedControl::of(load_acquire(descriptors_[at.index].control));
  }

  // The next used descriptor.
  bool read_used(UsedBuffer& used) noexcept {
    if (fault_ != RingFault::none) [[unlikely]]
      return false;
    const auto [written_len, id, flags] = control_at(next_used_);
    if (!next_used_.is_used(flags)) return false;
    const std::uint32_t len = (flags & descriptor_flag_write) != 0 ? written_len : 0;  // else it means nothing (2.8.5)
    if (id >= buffer_count_) [[unlikely]]
      return refuse(RingFault::used_id_out_of_range);
    const std::uint64_t limit = in_flight_[id].used_len_limit();
    if (len >= limit) [[unlikely]] {
      return refuse(limit == 0 ? RingFault::used_id_not_in_flight : RingFault::used_len_too_long);
    }
    used = {.id = id, .len = len};
    return true;
  }

  void take_back(std::uint16_t id) noexcept {
    const std::uint32_t count = std::exchange(in_flight_[id], {}).descriptor_count();
    // A branch, which is predicted: so where the next used descriptor stands does not depend on what this one says, and
    // both are read at the same time.
    if (count == 1) [[likely]] {
      next_used_ = next_used_.after(1, queue_size_);
    } else {
      next_used_ = next_used_.after(count, queue_size_);
    }
    if (ids_[next_used_id_] != id) ids_[next_used_id_] = id;
    next_used_id_ = next_slot(next_used_id_);
    ++free_count_;
  }

  // With IN_ORDER a used descriptor stands for all buffers up to the one that it names; those before it were used
  // completely (2.8.11).
  bool reclaim_in_order(UsedBuffer& used) noexcept {
    if (batch_left_ == 0) {
      if (!read_used(batch_last_)) return false;
      batch_left_ = count_up_to(batch_last_.id, next_used_id_);
    }
    const std::uint16_t id = ids_[next_used_id_];
    const auto whole = static_cast<std::uint32_t>(in_flight_[id].used_len_limit() - 1);
    take_back(id);
    used = {.id = id, .len = --batch_left_ == 0 ? batch_last_.len : whole};
    return true;
  }

  // With IN_ORDER ids go round and round, so an id tells how many buffers lie before it.
  std::uint32_t count_up_to(std::uint16_t id, std::uint16_t from) const noexcept {
    return (id >= from ? id - from : id + buffer_count_ - from) + 1;
  }

  // Follows what is used without taking it. What is malformed counts as used: reclaim() will say what is wrong.
  bool has_used_up_to(std::uint32_t used_count) const noexcept {
    PackedPosition at = next_used_;
    std::uint16_t slot = next_used_id_;
    std::uint32_t left = batch_left_;
    for (std::uint32_t seen = 0; seen < used_count; ++seen) {
      std::uint16_t id = ids_[slot];
      if (left == 0) {
        const auto [len, last, flags] = control_at(at);
        if (!at.is_used(flags)) return false;
        if (last >= buffer_count_ || in_flight_[last].used_len_limit() == 0) return true;
        left = in_order_ ? count_up_to(last, slot) : 1;
        if (!in_order_) id = last;
      }
      at = at.after(in_flight_[id].descriptor_count(), queue_size_);
      slot = next_slot(slot);
      --left;
    }
    return true;
  }

  PackedDescriptor* descriptors_;
  std::uint32_t queue_size_;
  std::uint32_t buffer_descriptors_;  // of the ring, for each buffer
  std::uint32_t buffer_count_;
  bool in_order_;
  bool order_platform_;
  PackedPosition next_avail_{};     // added up to here
  PackedPosition next_used_{};      // reclaimed up to here
  std::uint16_t next_free_ = 0;     // index into ids_
  std::uint16_t next_used_id_ = 0;  // index into ids_: from here to next_free_, ids in flight
  std::uint32_t batch_left_ = 0;    // buffers that the used descriptor read last stands for
  UsedBuffer batch_last_{};         // the last of them
  RingFault fault_ = RingFault::none;
  PackedBatch batch_;
  PackedRequest used_event_;
  PackedPeerRequest device_request_;
  std::uint32_t free_count_;
  std::unique_ptr<std::uint16_t[]> ids_;         // from next_free_ on, free ids
  std::unique_ptr<PackedInFlight[]> in_flight_;  // by id
};

}  // namespace kickbench
