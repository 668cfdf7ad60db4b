// Peers that go wrong at random, from a fixed seed: no crash, no hang, no access outside (the queue lies on the heap,
// exactly as long as it must be, for a sanitizer to see), and whatever is taken lies inside the memory.
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <set>
#include <vector>

#include "ring/split_device.hpp"
#include "ring/split_driver.hpp"
#include "tests/ring/heap_queue.hpp"
#include "tests/ring/ring_table.hpp"

namespace kickbench {
namespace {

using test::below;
using test::HeapSplitQueue;

constexpr std::uint32_t item_bytes = sizeof(Item);
constexpr int round_count = 5000;
constexpr int step_count = 40;

class Hostile : public testing::TestWithParam<std::uint32_t> {
 protected:
  bool one_in(std::uint32_t chance) { return below(random_, chance) == 0; }

  /// Where the peer is honest, `honest`; now and then another number, mostly at an edge of what is legal.
  template <class T>
  T or_any(T honest, std::uint64_t legal_max) {
    if (!one_in(24)) return honest;
    switch (below(random_, 4)) {
      case 0:
        return static_cast<T>((std::uint64_t{random_()} << 32) | random_());
      case 1:
        return static_cast<T>(~std::uint64_t{0} - below(random_, 4));
      case 2:
        return static_cast<T>(legal_max + below(random_, 3) - 1);
      default:
        return static_cast<T>(below(random_, legal_max + 1));
    }
  }

  /// Removes and returns one of `numbers`.
  std::uint16_t pick(std::vector<std::uint16_t>& numbers) {
    std::swap(numbers[below(random_, numbers.size())], numbers.back());
    const std::uint16_t picked = numbers.back();
    numbers.pop_back();
    return picked;
  }

  static std::uint16_t after(std::uint16_t idx) { return static_cast<std::uint16_t>(idx + 1); }

  std::mt19937 random_{GetParam()};
  std::uint32_t size_ = GetParam();
  HeapSplitQueue queue_{QueueShape{.queue_size = size_}};
};
INSTANTIATE_TEST_SUITE_P(QueueSizes, Hostile, testing::Values(1U, 2U, 8U, 256U));

TEST_P(Hostile, Driver_never_takes_the_device_out_of_its_memory) {
  std::set<RingFault> faults;
  std::uint64_t taken_count = 0;
  for (int round = 0; round < round_count; ++round) {
    SplitDevice device(queue_.areas, queue_.memory, queue_.shape);
    *queue_.areas.avail_idx = 0;
    std::vector<std::uint16_t> heads(size_);
    for (std::uint32_t i = 0; i < size_; ++i) heads[i] = static_cast<std::uint16_t>(i);
    for (int step = 0; step < step_count && device.fault() == RingFault::none; ++step) {
      if (!heads.empty() || one_in(4)) {
        const std::uint16_t head = or_any(heads.empty() ? std::uint16_t{0} : pick(heads), size_ - 1);
        const std::uint64_t addr = below(random_, (queue_.pool.end - item_bytes) / 8 + 1) * std::uint64_t{8};
        queue_.areas.descriptors[head % size_] = {.addr = or_any(addr, queue_.pool.end - item_bytes),
                                                  .len = or_any(item_bytes, item_bytes),
                                                  .flags = or_any(std::uint16_t{0}, 7),
                                                  .next = or_any(std::uint16_t{0}, size_)};
        queue_.areas.avail_ring[*queue_.areas.avail_idx % size_] = head;
        *queue_.areas.avail_idx = or_any(after(*queue_.areas.avail_idx), size_);
      }
      *queue_.areas.used_event = or_any(*queue_.areas.used_idx, size_);
      device.arm(1 + below(random_, size_));
      device.disarm();
      device.driver_wants_interrupt();
      DeviceBuffer buffer;
      if (!device.pop(buffer, item_bytes, 0)) continue;
      ++taken_count;
      ASSERT_LT(buffer.id, size_);
      ASSERT_GE(buffer.data, queue_.heap().at(0));
      ASSERT_GE(buffer.len, item_bytes);
      ASSERT_LE(buffer.data + buffer.len, queue_.heap().at(0) + queue_.pool.end);
      if (one_in(3)) continue;  // not handed back
      device.push_used(buffer.id, below(random_, item_bytes));
      device.publish();
      heads.push_back(buffer.id);
    }
    faults.insert(device.fault());
  }
  EXPECT_GT(taken_count, std::uint64_t{round_count}) << "the rounds must get somewhere";
  for (const RingFault fault : {RingFault::avail_idx_jump, RingFault::head_out_of_range, RingFault::head_in_flight,
                                RingFault::bad_descriptor_flags, RingFault::wrong_direction, RingFault::buffer_outside,
                                RingFault::buffer_too_short}) {
    EXPECT_TRUE(faults.contains(fault)) << "never seen: " << describe(fault);
  }
}

TEST_P(Hostile, Device_never_takes_the_driver_out_of_its_tables) {
  std::set<RingFault> faults;
  std::uint64_t reclaimed_count = 0;
  for (int round = 0; round < round_count; ++round) {
    SplitDriver driver(queue_.areas, queue_.shape);
    *queue_.areas.used_idx = 0;
    std::vector<std::uint16_t> offered;
    for (int step = 0; step < step_count && driver.fault() == RingFault::none; ++step) {
      if (driver.free_count() > 0) {
        const std::uint16_t flags = one_in(2) ? descriptor_flag_write : std::uint16_t{0};
        ASSERT_LT(driver.next_id(), size_);
        offered.push_back(driver.next_id());
        driver.add({.addr = queue_.pool.items, .len = item_bytes, .flags = flags});
        driver.publish();
      }
      if (!offered.empty() && !one_in(4)) {
        const std::uint32_t id = or_any(std::uint32_t{pick(offered)}, size_ - 1);
        queue_.areas.used_ring[*queue_.areas.used_idx % size_] = {.id = id, .len = or_any(0U, item_bytes)};
        *queue_.areas.used_idx = or_any(after(*queue_.areas.used_idx), size_);
      }
      *queue_.areas.avail_event = or_any(*queue_.areas.avail_idx, size_);
      driver.arm(1 + below(random_, size_));
      driver.disarm();
      driver.device_wants_kick();
      const std::uint32_t free_count = driver.free_count();
      UsedBuffer used;
      if (driver.reclaim(used)) {
        ++reclaimed_count;
        ASSERT_EQ(driver.free_count(), free_count + 1);
      }
      ASSERT_LE(driver.free_count(), size_);
    }
    faults.insert(driver.fault());
  }
  EXPECT_GT(reclaimed_count, std::uint64_t{round_count}) << "the rounds must get somewhere";
  for (const RingFault fault : {RingFault::used_idx_jump, RingFault::used_id_out_of_range,
                                RingFault::used_id_not_in_flight, RingFault::used_len_too_long}) {
    if (fault == RingFault::used_id_not_in_flight && size_ == 1) continue;  // its one id is outstanding whenever used
    EXPECT_TRUE(faults.contains(fault)) << "never seen: " << describe(fault);
  }
}

}  // namespace
}  // namespace kickbench
