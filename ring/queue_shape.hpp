// What driver and device must know alike about a queue before either touches it.
#pragma once

#include <cstdint>

#include "ring/features.hpp"

namespace kickbench {

struct QueueShape {
  std::uint32_t queue_size = 256;  ///< descriptors
  Features features{Feature::event_idx};
  std::uint32_t chain = 1;  ///< descriptors that make up one buffer

  /// A chain goes into a table of its own where that was negotiated; a single descriptor needs none.
  constexpr bool indirect() const noexcept { return chain > 1 && features.has(Feature::indirect_desc); }
  /// Descriptors of the ring that one buffer takes.
  constexpr std::uint32_t descriptors_per_buffer() const noexcept { return indirect() ? 1 : chain; }
  /// Buffers that fit: the L of the model.
  constexpr std::uint32_t buffer_count() const noexcept { return queue_size / descriptors_per_buffer(); }
};

}  // namespace kickbench
