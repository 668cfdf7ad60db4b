// Counts the cache lines that a queue moves between its two sides: each access, seen by the shadow of ring/atomic.hpp,
// goes to a model of two private caches.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ring/atomic.hpp"
#include "ring/item.hpp"
#include "ring/spsc.hpp"
#include "ring/virtqueue.hpp"

namespace kickbench::test {

enum class Side : unsigned { producer, consumer };
enum class Access : unsigned { load, store };
/// What a line is moved for: the word that is accessed. `avail` and `used`: the rings and their indices; of spsc, the
/// tail and the head.
enum class Area : unsigned { payload, descriptors, avail, used, events };

/// Lines moved, by what they were moved for and by the access that had to have them.
class LineMoves {
 public:
  void add(Side side, Access access, Area area) { ++counts_[index(side)][index(access)][index(area)]; }

  std::uint64_t of(Area area) const {
    std::uint64_t sum = 0;
    for (const auto& side : counts_) {
      for (const auto& access : side) sum += access[index(area)];
    }
    return sum;
  }
  std::uint64_t of(Side side, Access access) const {
    std::uint64_t sum = 0;
    for (const std::uint64_t count : counts_[index(side)][index(access)]) sum += count;
    return sum;
  }
  std::uint64_t all() const {
    return of(Area::payload) + of(Area::descriptors) + of(Area::avail) + of(Area::used) + of(Area::events);
  }

  friend bool operator==(const LineMoves&, const LineMoves&) = default;

 private:
  static constexpr std::size_t index(auto value) { return static_cast<std::size_t>(value); }

  std::array<std::array<std::array<std::uint64_t, 5>, 2>, 2> counts_{};
};

/// Two private caches that never evict, kept coherent by MESI. A load needs the line in its side's cache, a store needs
/// it there and not in the other. Where the other side must share it or give it up for that, the line moves.
class TwoCaches {
 public:
  bool moves(Side side, Access access, std::uintptr_t line) {
    unsigned& holders = holders_[line];
    const unsigned own = 1U << static_cast<unsigned>(side);
    const bool own_has_it = (holders & own) != 0;
    const bool peer_has_it = (holders & ~own) != 0;
    holders = access == Access::store ? own : holders | own;
    return peer_has_it && (access == Access::store || !own_has_it);
  }

 private:
  std::unordered_map<std::uintptr_t, unsigned> holders_;  // by line, one bit for each side that has it
};

/// Where a queue keeps what.
struct AreaOf {
  Area area;
  const void* begin;
  std::size_t bytes;
};

inline std::vector<AreaOf> areas_of(const SplitQueue& queue) {
  const SplitAreas& at = queue.areas;
  const std::size_t size = queue.shape.queue_size;
  return {{Area::payload, queue.memory.translate(queue.pool.items, 0), size * sizeof(Item)},
          {Area::descriptors, at.descriptors, size * sizeof(SplitDescriptor)},
          {Area::avail, at.avail_idx, sizeof(*at.avail_idx)},
          {Area::avail, at.avail_ring, size * sizeof(*at.avail_ring)},
          {Area::used, at.used_idx, sizeof(*at.used_idx)},
          {Area::used, at.used_ring, size * sizeof(*at.used_ring)},
          {Area::events, at.used_event, sizeof(*at.used_event)},
          {Area::events, at.avail_event, sizeof(*at.avail_event)}};
}
inline std::vector<AreaOf> areas_of(const PackedQueue& queue) {
  const PackedAreas& at = queue.areas;
  const std::size_t size = queue.shape.queue_size;
  return {{Area::payload, queue.memory.translate(queue.pool.items, 0), size * sizeof(Item)},
          {Area::descriptors, at.descriptors, size * sizeof(PackedDescriptor)},
          {Area::events, at.driver_event, sizeof(*at.driver_event)},
          {Area::events, at.device_event, sizeof(*at.device_event)}};
}
inline std::vector<AreaOf> areas_of(const SpscQueue& queue) {
  const SpscIndices& at = *queue.indices;
  return {{Area::payload, queue.slots, queue.size * queue.slot_bytes},
          {Area::avail, &at.tail, sizeof(at.tail)},
          {Area::used, &at.head, sizeof(at.head)},
          {Area::events, &at.consumer_event, sizeof(at.consumer_event)},
          {Area::events, &at.producer_event, sizeof(at.producer_event)}};
}

/// While it lives: counts for every access to a queue.
class MoveCounter {
 public:
  explicit MoveCounter(std::vector<AreaOf> areas) : areas_(std::move(areas)) {
    after_load = [this](const void* word, std::size_t) { see(Access::load, word); };
    after_store = [this](const void* word, std::size_t) { see(Access::store, word); };
  }
  ~MoveCounter() { after_load = after_store = nullptr; }
  MoveCounter(const MoveCounter&) = delete;
  MoveCounter& operator=(const MoveCounter&) = delete;

  Side side = Side::producer;  ///< whose accesses follow
  LineMoves counted;

 private:
  static constexpr std::uintptr_t line_bytes = 64;

  void see(Access access, const void* word) {
    const auto address = reinterpret_cast<std::uintptr_t>(word);
    if (caches_.moves(side, access, address / line_bytes)) counted.add(side, access, area_at(address));
  }
  Area area_at(std::uintptr_t address) const {
    for (const AreaOf& area : areas_) {
      if (address - reinterpret_cast<std::uintptr_t>(area.begin) < area.bytes) return area.area;
    }
    throw std::logic_error("a line was moved for a word of no area");
  }

  std::vector<AreaOf> areas_;
  TwoCaches caches_;
};

}  // namespace kickbench::test
