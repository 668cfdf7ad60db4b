#include "bench/measure/side_run.hpp"
#include "consumer/consumer.hpp"

namespace kickbench::bench::measure {

LoopEnd run_consumer(AnyConsumerPort& port, SideParts& parts, Latencies& latencies, const StopFlag& stop) {
  return std::visit(
      [&](auto& p, auto& pace, auto& wait, auto& peer) {
        return consume(p, pace, wait, peer, parts.batch, parts.listener, latencies, stop, parts.own);
      },
      port, parts.pace, parts.wait, parts.peer);
}

}  // namespace kickbench::bench::measure
