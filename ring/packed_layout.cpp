#include "ring/packed_layout.hpp"

#include <cstring>
#include <stdexcept>
#include <string>

namespace kickbench {
namespace {

constexpr std::uint64_t event_bytes = 4;  // VIRTIO 1.2, 2.8.14

constexpr std::uint64_t descriptors_bytes(std::uint64_t n) { return n * sizeof(PackedDescriptor); }

void check_size(std::uint32_t queue_size) {
  if (!packed_queue_size_is_valid(queue_size)) {
    throw std::invalid_argument("queue size " + std::to_string(queue_size) +
                                " is not possible for a packed ring: use 1 to 32768");
  }
}

}  // namespace

PackedPlan plan_packed_queue(std::uint32_t queue_size) {
  check_size(queue_size);
  PackedPlan plan{};
  plan.descriptors = 0;
  plan.driver_event = next_line_pair(plan.descriptors + descriptors_bytes(queue_size));
  plan.device_event = next_line_pair(plan.driver_event + event_bytes);
  plan.end = plan.device_event + event_bytes;
  return plan;
}

PackedAreas map_packed_queue(const GuestMemory& memory, const PackedPlan& plan, std::uint32_t queue_size) {
  check_size(queue_size);
  const PackedAreas areas{
      .descriptors = map_area<PackedDescriptor>(memory, plan.descriptors, descriptors_bytes(queue_size), 16),
      .driver_event = map_area<std::uint32_t>(memory, plan.driver_event, event_bytes, 4),
      .device_event = map_area<std::uint32_t>(memory, plan.device_event, event_bytes, 4)};
  refuse_overlap({{plan.descriptors, descriptors_bytes(queue_size)},
                  {plan.driver_event, event_bytes},
                  {plan.device_event, event_bytes}});
  return areas;
}

void reset_packed_queue(const PackedAreas& areas, std::uint32_t queue_size) {
  std::memset(static_cast<void*>(areas.descriptors), 0, descriptors_bytes(queue_size));
  *areas.driver_event = 0;
  *areas.device_event = 0;
}

}  // namespace kickbench
