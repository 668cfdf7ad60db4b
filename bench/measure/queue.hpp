// The one table of rings: the memory of a queue and the port of each side over it.
#pragma once

#include <cstdint>
#include <memory>
#include <variant>

#include "bench/scenario/scenario.hpp"
#include "ring/null.hpp"
#include "ring/split_tx.hpp"
#include "ring/spsc.hpp"

namespace kickbench::bench {

using AnyProducerPort = std::variant<SplitTxProducer, SpscProducer, NullProducer>;
using AnyConsumerPort = std::variant<SplitTxConsumer, SpscConsumer, NullConsumer>;

/// A queue of one kind, with both of its ends.
class Queue {
 public:
  virtual ~Queue() = default;
  virtual AnyProducerPort& producer() noexcept = 0;
  virtual AnyConsumerPort& consumer() noexcept = 0;
};

template <class Memory, class Producer, class Consumer>
class QueueOf final : public Queue {
 public:
  explicit QueueOf(std::uint32_t queue_size)
      : memory_(queue_size),
        producer_(std::in_place_type<Producer>, memory_),
        consumer_(std::in_place_type<Consumer>, memory_) {}
  AnyProducerPort& producer() noexcept override { return producer_; }
  AnyConsumerPort& consumer() noexcept override { return consumer_; }

 private:
  Memory memory_;
  AnyProducerPort producer_;
  AnyConsumerPort consumer_;
};

inline std::unique_ptr<Queue> make_queue(RingKind ring, std::uint32_t queue_size) {
  switch (ring) {
    case RingKind::split:
      return std::make_unique<QueueOf<SplitQueue, SplitTxProducer, SplitTxConsumer>>(queue_size);
    case RingKind::spsc:
      return std::make_unique<QueueOf<SpscQueue, SpscProducer, SpscConsumer>>(queue_size);
    case RingKind::null:
      return std::make_unique<QueueOf<NullQueue, NullProducer, NullConsumer>>(queue_size);
  }
  return nullptr;
}

}  // namespace kickbench::bench
