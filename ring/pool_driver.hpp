// A driver half together with the buffers that it offers, each holding one item.
#pragma once

#include <cstdint>
#include <memory>
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
        chain_(queue.shape.chain > 1 ? std::make_unique<Chain>(queue) : nullptr) {}

  Item* item(std::uint16_t id) const noexcept { return items_ + id; }

  /// Offers the buffer of the driver's next id.
  void offer() noexcept {
    const std::uint16_t id = driver.next_id();
    const std::uint64_t addr = items_address_ + id * sizeof(Item);
    if (chain_ == nullptr) [[likely]] {
      driver.add({.addr = addr, .len = sizeof(Item), .flags = segment_flags});
      return;
    }
    chain_->segments.front().addr = addr;
    if (chain_->tables == nullptr) {
      driver.add(std::span<const Segment>(chain_->segments));
    } else {
      const std::uint64_t first = std::uint64_t{id} * chain_->segments.size();
      driver.add_indirect(chain_->segments, chain_->tables + first, chain_->tables_address + first * descriptor_bytes);
    }
  }

  typename Layout::Driver driver;

 private:
  /// What a buffer of several descriptors consists of, and where its table stands.
  struct Chain {
    explicit Chain(const Virtqueue<Layout>& queue)
        : segments(queue.shape.chain, {.addr = queue.pool.filler, .len = sizeof(Item), .flags = segment_flags}),
          tables_address(queue.pool.tables) {
      if (!queue.shape.indirect()) return;
      tables = map_area<typename Layout::Descriptor>(queue.memory, tables_address, queue.pool.end - tables_address,
                                                     descriptor_bytes);
    }

    std::vector<Segment> segments;
    std::uint64_t tables_address;
    typename Layout::Descriptor* tables = nullptr;  // with INDIRECT
  };

  std::uint64_t items_address_;
  Item* items_;
  std::unique_ptr<Chain> chain_;
};

}  // namespace kickbench
