// The rings that the conformance suites run over, and the two directions in which one side waits for the other.
#pragma once

#include <cstdint>
#include <random>
#include <string_view>

#include "ring/item.hpp"
#include "ring/port.hpp"
#include "ring/split_tx.hpp"
#include "ring/spsc.hpp"

namespace kickbench::test {

/// A number in [0, bound), for a fixed seed the same everywhere.
inline std::uint32_t below(std::mt19937& random, std::uint64_t bound) {
  return static_cast<std::uint32_t>(random() % bound);
}

struct SplitTx {
  static constexpr std::string_view name = "Split";
  static constexpr bool leaves_an_idx_out_of_reach(std::uint32_t size) { return size < 32768; }
  using Queue = SplitQueue;
  using Producer = SplitTxProducer;
  using Consumer = SplitTxConsumer;
};

struct Spsc {
  static constexpr std::string_view name = "Spsc";
  static constexpr bool leaves_an_idx_out_of_reach(std::uint32_t) { return true; }
  using Queue = SpscQueue;
  using Producer = SpscProducer;
  using Consumer = SpscConsumer;
};

/// A ring with both its ports, driven from one thread. Items carry consecutive sequence numbers.
template <class Ring>
class Driven {
 public:
  explicit Driven(std::uint32_t queue_size) : queue_(queue_size) {}

  typename Ring::Producer& producer() { return producer_; }
  typename Ring::Consumer& consumer() { return consumer_; }
  std::uint64_t filled_count() const { return put_ - taken_; }

  /// Fills one slot without publishing it. False when the queue is full.
  bool fill() {
    Item* item = producer_.acquire();
    if (item == nullptr) return false;
    item->tag = put_++;
    item->stamp = stamp_of(item->tag);
    producer_.commit();
    return true;
  }
  /// Takes and releases one item without publishing that. False when the queue is empty, or the item is not the next.
  bool drain() {
    const Item* item = consumer_.take();
    if (item == nullptr || item->tag != taken_ || item->stamp != stamp_of(taken_)) return false;
    ++taken_;
    consumer_.release();
    return true;
  }

  /// Fills and publishes `count` slots at once. False if there were fewer.
  bool put(std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
      if (!fill()) return false;
    }
    producer_.publish();
    return true;
  }
  /// Takes, releases and publishes `count` items at once. False if there were fewer, or an item was not the next.
  bool take(std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
      if (!drain()) return false;
    }
    consumer_.publish();
    return true;
  }

 private:
  static std::int64_t stamp_of(std::uint64_t tag) { return -static_cast<std::int64_t>(tag) * 3; }

  typename Ring::Queue queue_;
  typename Ring::Producer producer_{queue_};
  typename Ring::Consumer consumer_{queue_};
  std::uint64_t put_ = 0;
  std::uint64_t taken_ = 0;
};

/// The consumer waits for filled slots, the producer provides them.
template <class RingType, std::uint32_t queue_size>
struct ConsumerWaits {
  using Ring = RingType;
  static constexpr std::uint32_t size = queue_size;
  static constexpr std::string_view name = "ConsumerWaits";

  Driven<Ring> ring{size};  // empty: nothing is pending

  auto& waiting() { return ring.consumer(); }
  auto& providing() { return ring.producer(); }
  bool provide(std::uint32_t count) { return ring.put(count); }
  bool use(std::uint32_t count) { return ring.take(count); }
};

/// The producer waits for free slots, the consumer provides them.
template <class RingType, std::uint32_t queue_size>
struct ProducerWaits {
  using Ring = RingType;
  static constexpr std::uint32_t size = queue_size;
  static constexpr std::string_view name = "ProducerWaits";

  ProducerWaits() { filled = ring.put(size) && !ring.fill(); }

  Driven<Ring> ring{size};
  bool filled;  // full: nothing is pending

  auto& waiting() { return ring.producer(); }
  auto& providing() { return ring.consumer(); }
  bool provide(std::uint32_t count) { return ring.take(count); }
  bool use(std::uint32_t count) { return ring.put(count); }
};

}  // namespace kickbench::test
