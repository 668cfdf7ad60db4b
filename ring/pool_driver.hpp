// A driver half together with the buffers that it offers, each holding one item.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ring/buffers.hpp"
#include "ring/item.hpp"
#include "ring/virtqueue.hpp"

namespace kickbench {

/// `segment_flags`: 0 for buffers that the device reads, descriptor_flag_write for those that it writes.
template <class Layout, std::uint16_t segment_flags>
class PoolDriver {
 public:
  explicit PoolDriver(const Virtqueue<Layout>& queue)
      : driver(queue.make_driver()),
        items_address_(queue.pool.items),
        items_(map_area<Item>(queue.memory, queue.pool.items, std::uint64_t{queue.shape.queue_size} * sizeof(Item),
                              alignof(Item))),
        tables_address_(queue.pool.tables),
        chain_(queue.shape.chain, Segment{.addr = queue.pool.filler, .len = sizeof(Item), .flags = segment_flags}) {
    if (queue.shape.indirect()) {
      tables_ = map_area<typename Layout::Descriptor>(queue.memory, tables_address_, queue.pool.end - queue.pool.tables,
                                                      descriptor_bytes);
    }
  }

  Item* item(std::uint16_t id) const noexcept { return items_ + id; }

  /// Offers the buffer of the driver's next id.
  void offer() noexcept {
    const std::uint16_t id = driver.next_id();
    const std::uint64_t addr = items_address_ + id * sizeof(Item);
    if (chain_.size() == 1) [[likely]] {
      driver.add({.addr = addr, .len = sizeof(Item), .flags = segment_flags});
      return;
    }
    chain_.front().addr = addr;
    if (tables_ == nullptr) {
      driver.add(std::span<const Segment>(chain_));
    } else {
      const std::uint64_t first = std::uint64_t{id} * chain_.size();
      driver.add_indirect(chain_, tables_ + first, tables_address_ + first * descriptor_bytes);
    }
  }

  typename Layout::Driver driver;

 private:
  std::uint64_t items_address_;
  Item* items_;
  std::uint64_t tables_address_;
  typename Layout::Descriptor* tables_ = nullptr;
  std::vector<Segment> chain_;
};

}  // namespace kickbench
