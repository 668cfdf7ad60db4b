// One side's loop, chosen by the scenario: every combination is compiled, and one dispatch per stream picks it.
#pragma once

#include <cstdint>
#include <variant>

#include "bench/measure/queue.hpp"
#include "consumer/latencies.hpp"
#include "notify/pace.hpp"
#include "notify/peer.hpp"
#include "notify/side.hpp"
#include "notify/wait/waits.hpp"
#include "producer/producer.hpp"

namespace kickbench::bench::measure {

using AnyPace = std::variant<DeadlinePace, FreePace>;
using AnyPeer = std::variant<Peer<Channel>, Peer<NoNotifier>>;

/// What both loops are made of. The port is the queue's; the rest lives for one stream.
struct SideParts {
  AnyPace pace;
  AnyWait wait;
  AnyPeer peer;
  std::uint32_t batch;  ///< items handed over at once
  MarkListener& listener;
  SideRecord& own;
};

LoopEnd run_producer(AnyProducerPort& port, SideParts& parts, const StreamPlan& plan, const StopFlag& stop);
LoopEnd run_consumer(AnyConsumerPort& port, SideParts& parts, Latencies& latencies, const StopFlag& stop);

}  // namespace kickbench::bench::measure
