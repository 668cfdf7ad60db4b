// The one table of rings: the memory of a queue, and the port of each side over it.
#pragma once

#include <cstddef>
#include <span>
#include <variant>

#include "bench/scenario/scenario.hpp"
#include "ring/null.hpp"
#include "ring/rx.hpp"
#include "ring/spsc.hpp"
#include "ring/tx.hpp"

namespace kickbench::bench::measure {

using AnyProducerPort =
    std::variant<SplitTxProducer, SplitRxProducer, PackedTxProducer, PackedRxProducer, SpscProducer, NullProducer>;
using AnyConsumerPort =
    std::variant<SplitTxConsumer, SplitRxConsumer, PackedTxConsumer, PackedRxConsumer, SpscConsumer, NullConsumer>;

/// Bytes of shared memory that the scenario's queue needs.
std::size_t queue_bytes(const scenario::Scenario& scenario);

/// A side's end of the queue in `bytes`, which the caller owns and zeroed. Either may be made first, and each only
/// once, by the side that uses it.
AnyProducerPort make_producer_port(const scenario::Scenario& scenario, std::span<std::byte> bytes);
AnyConsumerPort make_consumer_port(const scenario::Scenario& scenario, std::span<std::byte> bytes);

}  // namespace kickbench::bench::measure
