// Publishing descriptors of the packed ring: all but the first of a batch may be written at once, because the peer
// reads the ring in order and stops at the first one.
#pragma once

#include <cstdint>

#include "ring/atomic.hpp"
#include "ring/packed_layout.hpp"

namespace kickbench {

class PackedBatch {
 public:
  /// Writes a head's flags, or keeps them back if it is the batch's first.
  void add(PackedDescriptor& head, std::uint16_t flags) noexcept {
    if (first_ == nullptr) {
      first_ = &head;
      first_flags_ = flags;
    } else {
      store_relaxed(head.flags, flags);  // relaxed: invisible before the batch's first
    }
  }

  void publish() noexcept {
    if (first_ == nullptr) return;
    store_release(first_->flags, first_flags_);  // P1 (pairs with P3): all that was written before the first head
    first_ = nullptr;
  }

 private:
  PackedDescriptor* first_ = nullptr;
  std::uint16_t first_flags_ = 0;
};

}  // namespace kickbench
