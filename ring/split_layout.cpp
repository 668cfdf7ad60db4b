#include "ring/split_layout.hpp"

#include <stdexcept>
#include <string>

#include "ring/item.hpp"
#include "ring/units.hpp"

namespace kickbench {
namespace {

// Sizes of the areas in bytes (VIRTIO 1.2, 2.7): the event index of each side follows its ring.
constexpr std::uint64_t descriptors_bytes(std::uint64_t n) { return n * sizeof(SplitDescriptor); }
constexpr std::uint64_t avail_bytes(std::uint64_t n) { return 6 + 2 * n; }
constexpr std::uint64_t used_bytes(std::uint64_t n) { return 6 + sizeof(SplitUsedElement) * n; }

constexpr std::uint64_t next_line_pair(std::uint64_t offset) {
  return (offset + line_pair_bytes - 1) / line_pair_bytes * line_pair_bytes;
}

void check_size(std::uint32_t queue_size) {
  if (!split_queue_size_is_valid(queue_size)) {
    throw std::invalid_argument("queue size " + std::to_string(queue_size) +
                                " is not possible for a split ring: use a power of two from 1 to 32768");
  }
}

template <class T>
T* area(const GuestMemory& memory, std::uint64_t address, std::uint64_t bytes, std::uint64_t alignment) {
  std::byte* local = memory.translate(address, bytes);
  if (local == nullptr || address % alignment != 0) {
    throw std::invalid_argument("an area of the split queue is misaligned or lies outside of the shared memory");
  }
  return reinterpret_cast<T*>(local);
}

}  // namespace

SplitPlan plan_split_queue(std::uint32_t queue_size) {
  check_size(queue_size);
  SplitPlan plan{};
  plan.descriptors = 0;
  plan.avail = next_line_pair(plan.descriptors + descriptors_bytes(queue_size));
  plan.used = next_line_pair(plan.avail + avail_bytes(queue_size));
  plan.buffers = next_line_pair(plan.used + used_bytes(queue_size));
  plan.end = plan.buffers + std::uint64_t{queue_size} * sizeof(Item);
  return plan;
}

SplitAreas map_split_queue(const GuestMemory& memory, const SplitPlan& plan, std::uint32_t queue_size) {
  check_size(queue_size);
  auto* avail = area<std::uint16_t>(memory, plan.avail, avail_bytes(queue_size), 2);
  auto* used = area<std::uint16_t>(memory, plan.used, used_bytes(queue_size), 4);
  auto* used_ring = reinterpret_cast<SplitUsedElement*>(used + 2);
  return {
      .descriptors = area<SplitDescriptor>(memory, plan.descriptors, descriptors_bytes(queue_size), 16),
      .avail_idx = avail + 1,
      .avail_ring = avail + 2,
      .used_event = avail + 2 + queue_size,
      .used_idx = used + 1,
      .used_ring = used_ring,
      .avail_event = reinterpret_cast<std::uint16_t*>(used_ring + queue_size),
  };
}

}  // namespace kickbench
