#include "bench/measure/queue.hpp"

namespace kickbench::bench::measure {
namespace {

template <class QueueType, class ProducerType, class ConsumerType>
struct Ends {
  using Queue = QueueType;
  using Producer = ProducerType;
  using Consumer = ConsumerType;
};

/// Calls `use` with the Ends of the scenario's ring.
template <class Use>
auto with_ends(const scenario::Scenario& scenario, Use use) {
  const bool tx = scenario.direction == scenario::Direction::tx;
  switch (scenario.ring) {
    case scenario::RingKind::split:
      return tx ? use(Ends<SplitQueue, SplitTxProducer, SplitTxConsumer>())
                : use(Ends<SplitQueue, SplitRxProducer, SplitRxConsumer>());
    case scenario::RingKind::packed:
      return tx ? use(Ends<PackedQueue, PackedTxProducer, PackedTxConsumer>())
                : use(Ends<PackedQueue, PackedRxProducer, PackedRxConsumer>());
    case scenario::RingKind::spsc:
      return use(Ends<SpscQueue, SpscProducer, SpscConsumer>());
    case scenario::RingKind::spsc_line:
      return use(Ends<SpscLineQueue, SpscProducer, SpscConsumer>());
    case scenario::RingKind::null:
      break;
  }
  return use(Ends<NullQueue, NullProducer, NullConsumer>());
}

}  // namespace

std::size_t queue_bytes(const scenario::Scenario& scenario) {
  return with_ends(scenario, [&]<class E>(E) { return E::Queue::bytes_needed(scenario.shape); });
}

AnyProducerPort make_producer_port(const scenario::Scenario& scenario, std::span<std::byte> bytes) {
  return with_ends(scenario, [&]<class E>(E) -> AnyProducerPort {
    return typename E::Producer(typename E::Queue(scenario.shape, bytes));
  });
}

AnyConsumerPort make_consumer_port(const scenario::Scenario& scenario, std::span<std::byte> bytes) {
  return with_ends(scenario, [&]<class E>(E) -> AnyConsumerPort {
    return typename E::Consumer(typename E::Queue(scenario.shape, bytes));
  });
}

}  // namespace kickbench::bench::measure
