// The event-index rule: has the index that the peer armed been passed by what was just published?
#pragma once

#include <concepts>
#include <cstdint>

#include "ring/packed_layout.hpp"

namespace kickbench {

/// True iff `event` lies among the entries added since the last check, [old_idx, new_idx) modulo the width of Index.
/// Nothing added: false. (VIRTIO 1.2, 2.7.7 and 2.7.10; the kernel's vring_need_event.)
template <std::unsigned_integral Index>
constexpr bool event_passed(Index event, Index new_idx, Index old_idx) noexcept {
  return static_cast<Index>(new_idx - event - 1) < static_cast<Index>(new_idx - old_idx);
}

/// The same for the packed ring: true iff `event` lies among the `count` descriptors from `start` on. Positions lie on
/// a circle of two laps, told apart by the wrap counter. (VIRTIO 1.2, 2.8.9)
constexpr bool packed_event_passed(PackedPosition event, PackedPosition start, std::uint32_t count,
                                   std::uint32_t queue_size) noexcept {
  const auto on_circle = [queue_size](PackedPosition at) { return at.index + (at.wrap_counter ? 0 : queue_size); };
  const std::uint32_t from = on_circle(start);
  const std::uint32_t to = on_circle(event);
  return (to >= from ? to - from : to + 2 * queue_size - from) < count;
}

}  // namespace kickbench
