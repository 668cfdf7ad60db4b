// Publishing descriptors of the packed ring: all but the first of a batch may be written at once, because the peer
// reads the ring in order and stops at the first one.
#pragma once

#include <cstdint>

#include "ring/atomic.hpp"
#include "ring/packed_layout.hpp"

namespace kickbench {

class PackedBatch {
 public:
  /// Writes what a head says, or keeps it back if it is the batch's first.
  void add(PackedDescriptor& head, const PackedControl& control) noexcept {
    if (first_ == nullptr) {
      first_ = &head;
      first_control_ = control.word();
    } else {
      store_relaxed(head.control, control.word());  // relaxed: invisible before the batch's first
    }
  }

  void publish() noexcept {
    if (first_ == nullptr) return;
    store_release(first_->control, first_control_);  // P1 (pairs with P3): all that was written before the first head
    first_ = nullptr;
  }

 private:
  PackedDescriptor* first_ = nullptr;
  std::uint64_t first_control_ = 0;
};

}  // namespace kickbench
