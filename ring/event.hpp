// The event-index rule: has the index that the peer armed been passed by what was just published?
#pragma once

#include <concepts>
#include <cstdint>

namespace kickbench {

/// True iff `event` lies among the entries added since the last check, [old_idx, new_idx) modulo the width of Index.
/// Nothing added: false. (VIRTIO 1.2, 2.7.7 and 2.7.10; the kernel's vring_need_event.)
template <std::unsigned_integral Index>
constexpr bool event_passed(Index event, Index new_idx, Index old_idx) noexcept {
  return static_cast<Index>(new_idx - event - 1) < static_cast<Index>(new_idx - old_idx);
}

}  // namespace kickbench
