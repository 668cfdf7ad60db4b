// A virtqueue as a transmit queue: the driver produces, the device consumes. Its mirror is rx.hpp.
#pragma once

#include <cstdint>

#include "ring/item.hpp"
#include "ring/pool_driver.hpp"
#include "ring/port.hpp"
#include "ring/virtqueue.hpp"

namespace kickbench {

template <class Layout>
class TxProducer {
 public:
  explicit TxProducer(const Virtqueue<Layout>& queue) : pool_(queue) {}

  Item* acquire() noexcept {
    UsedBuffer used;
    if (driver().free_count() == 0 && !driver().reclaim(used)) return nullptr;
    return pool_.item(driver().next_id());
  }
  void commit() noexcept { pool_.offer(); }
  void publish() noexcept { driver().publish(); }

  bool ready() noexcept { return driver().free_count() > 0 || driver().has_used(); }
  ArmOutcome arm(std::uint32_t free_slots) noexcept {
    if (driver().free_count() >= free_slots) return ArmOutcome::work_pending;
    return driver().arm(free_slots - driver().free_count());
  }
  void disarm() noexcept { driver().disarm(); }
  bool peer_wants_notification() noexcept { return driver().device_wants_kick(); }
  RingFault fault() const noexcept { return pool_.driver.fault(); }

 private:
  typename Layout::Driver& driver() noexcept { return pool_.driver; }

  PoolDriver<Layout, 0> pool_;
};

template <class Layout>
class TxConsumer {
 public:
  explicit TxConsumer(const Virtqueue<Layout>& queue) : device_(queue.make_device()) {}

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
  typename Layout::Device device_;
  std::uint16_t held_id_ = 0;
};

using SplitTxProducer = TxProducer<SplitLayout>;
using SplitTxConsumer = TxConsumer<SplitLayout>;
using PackedTxProducer = TxProducer<PackedLayout>;
using PackedTxConsumer = TxConsumer<PackedLayout>;
static_assert(ProducerPort<SplitTxProducer> && ConsumerPort<SplitTxConsumer>);
static_assert(ProducerPort<PackedTxProducer> && ConsumerPort<PackedTxConsumer>);

}  // namespace kickbench
