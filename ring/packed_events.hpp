// How a half of a packed virtqueue asks for notifications or suppresses them (VIRTIO 1.2, 2.8.9, 2.8.10, 2.8.14).
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "ring/atomic.hpp"
#include "ring/packed_event.hpp"
#include "ring/packed_layout.hpp"
#include "ring/queue_shape.hpp"

namespace kickbench {

/// This half's own event structure. Offset, wrap counter and flags change in one store, so the peer never sees a new
/// flag beside an old offset (P4).
class PackedRequest {
 public:
  PackedRequest(std::uint32_t* word, const QueueShape& shape) noexcept
      : event_idx_(shape.features.has(Feature::event_idx)), word_(word) {
    set(PackedEvent::none());
  }

  /// The peer shall notify when it has passed `position`; without EVENT_IDX, at whatever it publishes. The caller
  /// orders this store before its next look (P6).
  void request(PackedPosition position) noexcept { set(event_idx_ ? PackedEvent::at(position) : PackedEvent::all()); }

  /// Takes a request back.
  void withdraw() noexcept { set(PackedEvent::none()); }

 private:
  void set(std::uint32_t event) noexcept {
    store_relaxed(*word_, event);  // relaxed: a request is ordered by the caller's fence; a suppression is a hint
  }

  bool event_idx_;
  std::uint32_t* word_;
};

/// The peer's event structure, and whether it asks for a notification of what was published since the last time it was
/// asked.
class PackedPeerRequest {
 public:
  PackedPeerRequest(const std::uint32_t* word, const QueueShape& shape) noexcept
      : event_idx_(shape.features.has(Feature::event_idx)), queue_size_(shape.queue_size), word_(word) {}

  /// To be told of every descriptor that this half publishes.
  void passed(std::uint32_t descriptor_count) noexcept { unchecked_count_ += descriptor_count; }

  /// `next`: the position behind what was published. The caller orders its publication before this (P2). None if the
  /// structure is malformed.
  std::optional<bool> wants(PackedPosition next) noexcept {
    const PackedPosition start = std::exchange(checked_, next);
    const std::uint32_t count = std::exchange(unchecked_count_, 0);
    const std::uint32_t event = load_relaxed(*word_);  // P5: offset, wrap counter and flags in one load
    switch (event >> 16) {
      case PackedEvent::enable:
        return count > 0;
      case PackedEvent::disable:
        return false;
      case PackedEvent::at_descriptor:
        break;
      default:
        return std::nullopt;
    }
    const PackedPosition position{static_cast<std::uint16_t>(event & 0x7fff), (event & 0x8000) != 0};
    if (!event_idx_ || position.index >= queue_size_) return std::nullopt;
    return packed_event_passed(position, start, count, queue_size_);
  }

 private:
  bool event_idx_;
  std::uint32_t queue_size_;
  const std::uint32_t* word_;
  PackedPosition checked_{};           // what was published up to here has been asked about
  std::uint32_t unchecked_count_ = 0;  // descriptors from there on
};

}  // namespace kickbench
