#include "ring/split_layout.hpp"

#include <cstring>
#include <stdexcept>
#include <string>

#include "ring/units.hpp"

namespace kickbench {
namespace {

// Sizes of the areas in bytes (VIRTIO 1.2, 2.7): the event index of each side follows its ring.
constexpr std::uint64_t descriptors_bytes(std::uint64_t n) { return n * sizeof(SplitDescriptor); }
constexpr std::uint64_t avail_bytes(std::uint64_t n) { return 6 + 2 * n; }
constexpr std::uint64_t used_bytes(std::uint64_t n) { return 6 + sizeof(SplitUsedElement) * n; }

// Behind `offset`, where an area begins whose flags and index end a line pair, and whose ring begins the next one. In a
// line with the index, which keeps changing, the first entries would move whenever they are read.
constexpr std::uint64_t index_before_line_pair(std::uint64_t offset) {
  constexpr std::uint64_t flags_and_idx_bytes = 4;
  return next_line_pair(offset) + line_pair_bytes - flags_and_idx_bytes;
}

void check_size(std::uint32_t queue_size) {
  if (!split_queue_size_is_valid(queue_size)) {
    throw std::invalid_argument("queue size " + std::to_string(queue_size) +
                                " is not possible for a split ring: use a power of two from 1 to 32768");
  }
}

}  // namespace

SplitPlan plan_split_queue(std::uint32_t queue_size) {
  check_size(queue_size);
  SplitPlan plan{};
  plan.descriptors = 0;
  plan.avail = index_before_line_pair(plan.descriptors + descriptors_bytes(queue_size));
  plan.used = index_before_line_pair(plan.avail + avail_bytes(queue_size));
  plan.end = plan.used + used_bytes(queue_size);
  return plan;
}

SplitAreas map_split_queue(const GuestMemory& memory, const SplitPlan& plan, std::uint32_t queue_size) {
  check_size(queue_size);
  auto* avail = map_area<std::uint16_t>(memory, plan.avail, avail_bytes(queue_size), 2);
  auto* used = map_area<std::uint16_t>(memory, plan.used, used_bytes(queue_size), 4);
  auto* used_ring = reinterpret_cast<SplitUsedElement*>(used + 2);
  auto* descriptors = map_area<SplitDescriptor>(memory, plan.descriptors, descriptors_bytes(queue_size), 16);
  refuse_overlap({{plan.descriptors, descriptors_bytes(queue_size)},
                  {plan.avail, avail_bytes(queue_size)},
                  {plan.used, used_bytes(queue_size)}});
  return {
      .descriptors = descriptors,
      .avail_flags = avail,
      .avail_idx = avail + 1,
      .avail_ring = avail + 2,
      .used_event = avail + 2 + queue_size,
      .used_flags = used,
      .used_idx = used + 1,
      .used_ring = used_ring,
      .avail_event = reinterpret_cast<std::uint16_t*>(used_ring + queue_size),
  };
}

void reset_split_queue(const SplitAreas& areas, std::uint32_t queue_size) {
  std::memset(static_cast<void*>(areas.descriptors), 0, descriptors_bytes(queue_size));
  std::memset(areas.avail_flags, 0, avail_bytes(queue_size));
  std::memset(areas.used_flags, 0, used_bytes(queue_size));
}

}  // namespace kickbench
