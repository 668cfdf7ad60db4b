#include "bench/measure/side_run.hpp"
#include "producer/producer.hpp"

namespace kickbench::bench::measure {

LoopEnd run_producer(AnyProducerPort& port, SideParts& parts, const StreamPlan& plan, const StopFlag& stop) {
  return std::visit(
      [&](auto& p, auto& pace, auto& wait, auto& peer) {
        return produce(p, pace, wait, peer, plan, parts.batch, parts.listener, stop, parts.own);
      },
      port, parts.pace, parts.wait, parts.peer);
}

}  // namespace kickbench::bench::measure
