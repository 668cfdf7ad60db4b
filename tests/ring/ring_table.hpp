// Every ring behind one interface, so that a suite is compiled once and runs over all of them, driven from one thread.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "ring/item.hpp"
#include "ring/port.hpp"

namespace kickbench::test {

/// A number in [0, bound), for a fixed seed the same everywhere.
inline std::uint32_t below(std::mt19937& random, std::uint64_t bound) {
  return static_cast<std::uint32_t>(random() % bound);
}

class AnyPort {
 public:
  virtual ~AnyPort() = default;
  virtual void publish() = 0;
  virtual bool ready() = 0;
  virtual ArmOutcome arm(std::uint32_t threshold) = 0;
  virtual void disarm() = 0;
  virtual bool peer_wants_notification() = 0;
  virtual RingFault fault() const = 0;
};
class AnyProducer : public AnyPort {
 public:
  virtual Item* acquire() = 0;
  virtual void commit() = 0;
};
class AnyConsumer : public AnyPort {
 public:
  virtual const Item* take() = 0;
  virtual void release() = 0;
};

/// A queue with both its ends.
class AnyRing {
 public:
  virtual ~AnyRing() = default;
  virtual AnyProducer& producer() = 0;
  virtual AnyConsumer& consumer() = 0;
};

/// A row of the table of rings.
struct RingRow {
  std::string name;
  std::vector<std::uint32_t> slot_counts;
  bool has_thresholds;  ///< a side can ask to be notified at a count; without EVENT_IDX, only at once
  bool (*leaves_an_idx_out_of_reach)(std::uint32_t slot_count);  ///< see event_index.hpp
  std::unique_ptr<AnyRing> (*make)(std::uint32_t slot_count);
};
const std::vector<RingRow>& ring_table();

/// A ring of one size: what the suites are parametrised with.
struct RingCase {
  const RingRow* ring;
  std::uint32_t slot_count;

  std::string name() const { return ring->name + "_" + std::to_string(slot_count); }
  friend void PrintTo(const RingCase& ring_case, std::ostream* out) { *out << ring_case.name(); }
};
std::vector<RingCase> all_rings();
std::vector<RingCase> rings_with_thresholds();
std::vector<RingCase> rings_with_flags_only();

/// Items with consecutive sequence numbers through a ring.
class Driven {
 public:
  explicit Driven(const RingCase& ring_case) : ring_(ring_case.ring->make(ring_case.slot_count)) {}

  AnyProducer& producer() { return ring_->producer(); }
  AnyConsumer& consumer() { return ring_->consumer(); }

  /// Fills one slot without publishing it. False when the queue is full.
  bool fill();
  /// Takes and releases one item without publishing that. False when the queue is empty, or the item is not the next.
  bool drain();
  /// Fills and publishes `count` slots at once. False if there were fewer.
  bool put(std::uint32_t count);
  /// Takes, releases and publishes `count` items at once. False if there were fewer, or an item was not the next.
  bool take(std::uint32_t count);

 private:
  std::unique_ptr<AnyRing> ring_;
  std::uint64_t put_ = 0;
  std::uint64_t taken_ = 0;
};

}  // namespace kickbench::test
