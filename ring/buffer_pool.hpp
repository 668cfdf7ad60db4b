// The buffers that a driver offers: one item for each id, and what makes it a chain of several descriptors.
#pragma once

#include <cstdint>

#include "ring/buffers.hpp"
#include "ring/item.hpp"
#include "ring/queue_shape.hpp"
#include "ring/shared_memory.hpp"

namespace kickbench {

/// Guest-physical addresses. The item is a chain's first segment; the others all are one and the same segment, which
/// nobody looks into: a chain costs its descriptors, not its payload.
struct BufferPool {
  std::uint64_t items;   ///< queue_size items, by id
  std::uint64_t filler;  ///< every further segment of every chain
  std::uint64_t tables;  ///< with INDIRECT: queue_size tables of `chain` descriptors, by id
  std::uint64_t end;
};

inline constexpr std::uint32_t descriptor_bytes = 16;  // in both layouts

constexpr BufferPool plan_buffer_pool(std::uint64_t begin, const QueueShape& shape) {
  BufferPool pool{};
  pool.items = next_line_pair(begin);
  pool.filler = next_line_pair(pool.items + std::uint64_t{shape.queue_size} * sizeof(Item));
  pool.tables = next_line_pair(pool.filler + sizeof(Item));
  pool.end = shape.indirect() ? pool.tables + std::uint64_t{shape.queue_size} * shape.chain * descriptor_bytes
                              : pool.filler + sizeof(Item);
  return pool;
}

}  // namespace kickbench
