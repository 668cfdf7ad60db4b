// A virtqueue as a receive queue: the driver posts empty buffers, the device produces into them, the driver consumes.
// Its mirror is tx.hpp.
#pragma once

#include <cstdint>

#include "ring/item.hpp"
#include "ring/pool_driver.hpp"
#include "ring/port.hpp"
#include "ring/virtqueue.hpp"

namespace kickbench {

template <class Layout>
class RxProducer {
 public:
  explicit RxProducer(const Virtqueue<Layout>& queue) : device_(queue.make_device()) {}

  Item* acquire() noexcept {
    if (slot_.data == nullptr && !device_.pop(slot_, sizeof(Item), descriptor_flag_write)) return nullptr;
    return reinterpret_cast<Item*>(slot_.data);
  }
  void commit() noexcept {
    device_.push_used(slot_.id, sizeof(Item));
    slot_.data = nullptr;
  }
  void publish() noexcept { device_.publish(); }

  bool ready() noexcept { return slot_.data != nullptr || device_.has_avail(); }
  ArmOutcome arm(std::uint32_t free_slots) noexcept {
    const std::uint32_t held = slot_.data != nullptr ? 1 : 0;
    if (held >= free_slots) return ArmOutcome::work_pending;
    return device_.arm(free_slots - held);
  }
  void disarm() noexcept { device_.disarm(); }
  bool peer_wants_notification() noexcept { return device_.driver_wants_interrupt(); }
  RingFault fault() const noexcept { return device_.fault(); }

 private:
  typename Layout::Device device_;
  DeviceBuffer slot_;  // taken and not yet filled, if it has data
};

template <class Layout>
class RxConsumer {
 public:
  /// Posts all buffers. To be made before the device waits: nobody is kicked for them.
  explicit RxConsumer(const Virtqueue<Layout>& queue) : pool_(queue) {
    while (driver().free_count() > 0) pool_.offer();
    driver().publish();
    driver().device_wants_kick();  // the next question is about what comes after them
  }

  const Item* take() noexcept {
    UsedBuffer used;
    if (!driver().reclaim(used)) return nullptr;
    if (used.len < sizeof(Item)) [[unlikely]] {
      driver().refuse(RingFault::used_len_too_short);
      return nullptr;
    }
    return pool_.item(used.id);
  }
  // The one id that is free is the one that take() got back, so this posts the same buffer again.
  void release() noexcept { pool_.offer(); }
  void publish() noexcept { driver().publish(); }

  bool ready() noexcept { return driver().has_used(); }
  ArmOutcome arm(std::uint32_t filled_slots) noexcept { return driver().arm(filled_slots); }
  void disarm() noexcept { driver().disarm(); }
  bool peer_wants_notification() noexcept { return driver().device_wants_kick(); }
  RingFault fault() const noexcept { return pool_.driver.fault(); }

 private:
  typename Layout::Driver& driver() noexcept { return pool_.driver; }

  PoolDriver<Layout, descriptor_flag_write> pool_;
};

using SplitRxProducer = RxProducer<SplitLayout>;
using SplitRxConsumer = RxConsumer<SplitLayout>;
using PackedRxProducer = RxProducer<PackedLayout>;
using PackedRxConsumer = RxConsumer<PackedLayout>;
static_assert(ProducerPort<SplitRxProducer> && ConsumerPort<SplitRxConsumer>);
static_assert(ProducerPort<PackedRxProducer> && ConsumerPort<PackedRxConsumer>);

}  // namespace kickbench
