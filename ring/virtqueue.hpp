// A virtqueue of either layout as this side sees it: a view of memory that somebody else owns, at whatever address this
// side has it. Each side makes its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "ring/buffer_pool.hpp"
#include "ring/packed_device.hpp"
#include "ring/packed_driver.hpp"
#include "ring/packed_layout.hpp"
#include "ring/queue_shape.hpp"
#include "ring/shared_memory.hpp"
#include "ring/split_device.hpp"
#include "ring/split_driver.hpp"
#include "ring/split_layout.hpp"

namespace kickbench {

struct SplitLayout {
  using Plan = SplitPlan;
  using Areas = SplitAreas;
  using Driver = SplitDriver;
  using Device = SplitDevice;
  using Descriptor = SplitDescriptor;
  static Plan plan(std::uint32_t queue_size) { return plan_split_queue(queue_size); }
  static Areas map(const GuestMemory& memory, const Plan& plan, std::uint32_t queue_size) {
    return map_split_queue(memory, plan, queue_size);
  }
  static void reset(const Areas& areas, std::uint32_t queue_size) { reset_split_queue(areas, queue_size); }
};

struct PackedLayout {
  using Plan = PackedPlan;
  using Areas = PackedAreas;
  using Driver = PackedDriver;
  using Device = PackedDevice;
  using Descriptor = PackedDescriptor;
  static Plan plan(std::uint32_t queue_size) { return plan_packed_queue(queue_size); }
  static Areas map(const GuestMemory& memory, const Plan& plan, std::uint32_t queue_size) {
    return map_packed_queue(memory, plan, queue_size);
  }
  static void reset(const Areas& areas, std::uint32_t queue_size) { reset_packed_queue(areas, queue_size); }
};

template <class Layout>
class Virtqueue {
 public:
  static std::size_t bytes_needed(const QueueShape& shape) {
    return plan_buffer_pool(Layout::plan(shape.queue_size).end, shape).end;
  }

  /// `bytes`: zeroed by whoever made them, at least bytes_needed(). Throws std::invalid_argument for a shape that the
  /// layout cannot have.
  Virtqueue(const QueueShape& queue_shape, std::span<std::byte> bytes)
      : shape(queue_shape),
        memory(bytes),
        plan(Layout::plan(shape.queue_size)),
        areas(Layout::map(memory, plan, shape.queue_size)),
        pool(plan_buffer_pool(plan.end, shape)) {}

  typename Layout::Driver make_driver() const { return {areas, shape}; }
  typename Layout::Device make_device() const { return {areas, memory, shape}; }

  /// As new (VIRTIO 1.2, 2.4): both halves must be made again afterwards.
  void reset() const { Layout::reset(areas, shape.queue_size); }

  QueueShape shape;
  GuestMemory memory;
  typename Layout::Plan plan;
  typename Layout::Areas areas;
  BufferPool pool;
};

using SplitQueue = Virtqueue<SplitLayout>;
using PackedQueue = Virtqueue<PackedLayout>;

}  // namespace kickbench
