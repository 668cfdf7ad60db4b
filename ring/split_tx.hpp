// The split virtqueue as a transmit queue: the driver produces, the device consumes. Each adapter gives a half the port
// of its role, over a pool that holds one buffer per descriptor.
#pragma once

#include <cstdint>

#include "ring/item.hpp"
#include "ring/port.hpp"
#include "ring/split_device.hpp"
#include "ring/split_driver.hpp"

namespace kickbench {

/// A split queue in memory of its own, both halves mapped at one address.
struct SplitQueue {
  explicit SplitQueue(std::uint32_t queue_size)
      : plan(plan_split_queue(queue_size)),
        shared(plan.end),
        memory(shared.bytes()),
        areas(map_split_queue(memory, plan, queue_size)),
        size(queue_size) {}

  SplitPlan plan;
  SharedMemory shared;
  GuestMemory memory;
  SplitAreas areas;
  std::uint32_t size;
};

class SplitTxProducer {
 public:
  explicit SplitTxProducer(const SplitQueue& queue)
      : driver_(queue.areas, queue.size),
        buffers_address_(queue.plan.buffers),
        buffers_(reinterpret_cast<Item*>(
            queue.memory.translate(queue.plan.buffers, std::uint64_t{queue.size} * sizeof(Item)))) {}

  Item* acquire() noexcept {
    if (driver_.free_count() == 0 && !driver_.reclaim()) return nullptr;
    return buffers_ + driver_.next_id();
  }
  void commit() noexcept {
    driver_.add(buffers_address_ + driver_.next_id() * sizeof(Item), std::uint32_t{sizeof(Item)}, 0);
  }
  void publish() noexcept { driver_.publish(); }

  bool ready() noexcept { return driver_.free_count() > 0 || driver_.has_used(); }
  ArmOutcome arm(std::uint32_t free_slots) noexcept {
    if (driver_.free_count() >= free_slots) return ArmOutcome::work_pending;
    return driver_.arm(free_slots - driver_.free_count());
  }
  void disarm() noexcept { driver_.disarm(); }
  bool peer_wants_notification() noexcept { return driver_.device_wants_kick(); }
  RingFault fault() const noexcept { return driver_.fault(); }

 private:
  SplitDriver driver_;
  std::uint64_t buffers_address_;
  Item* buffers_;
};
static_assert(ProducerPort<SplitTxProducer>);

class SplitTxConsumer {
 public:
  explicit SplitTxConsumer(const SplitQueue& queue) : device_(queue.areas, queue.memory, queue.size) {}

  const Item* take() noexcept {
    DeviceBuffer buffer;
    if (!device_.pop(buffer, sizeof(Item), 0)) return nullptr;
    held_id_ = buffer.id;
    return reinterpret_cast<const Item*>(buffer.data);
  }
  void release() noexcept { device_.push_used(held_id_, 0); }
  void publish() noexcept { device_.publish(); }

  bool ready() noexcept { return device_.has_avail(); }
  ArmOutcome arm(std::uint32_t filled_slots) noexcept { return device_.arm(filled_slots); }
  void disarm() noexcept { device_.disarm(); }
  bool peer_wants_notification() noexcept { return device_.driver_wants_interrupt(); }
  RingFault fault() const noexcept { return device_.fault(); }

 private:
  SplitDevice device_;
  std::uint16_t held_id_ = 0;
};
static_assert(ConsumerPort<SplitTxConsumer>);

}  // namespace kickbench
