// The event rule of the packed ring: see ring/event.hpp for that of the split ring.
#pragma once

#include <cstdint>

#include "ring/packed_layout.hpp"

namespace kickbench {

/// True iff `event` lies among the `count` descriptors from `start` on. Positions lie on
/// a circle of two laps, told apart by the wrap counter. (VIRTIO 1.2, 2.8.9)
constexpr bool packed_event_passed(PackedPosition event, PackedPosition start, std::uint32_t count,
                                   std::uint32_t queue_size) noexcept {
  const auto on_circle = [queue_size](PackedPosition at) { return at.index + (at.wrap_counter ? 0 : queue_size); };
  const std::uint32_t from = on_circle(start);
  const std::uint32_t to = on_circle(event);
  return (to >= from ? to - from : to + 2 * queue_size - from) < count;
}

}  // namespace kickbench
