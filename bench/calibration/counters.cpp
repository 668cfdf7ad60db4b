#include "bench/calibration/counters.hpp"

#include "bench/calibration/pinned_pair.hpp"
#include "bench/measure/line_probe.hpp"

namespace kickbench::bench::calibration {

std::optional<experiment::CounterOffset> compare_counters(const host::Placement& placement, const host::Clock& clock) {
  if (placement.producer_cpu == placement.consumer_cpu) return std::nullopt;
  measure::LineProbe probe;
  std::optional<measure::LineReading> reading;
  StopFlag stop;
  PinnedPair(placement).run(
      stop, [&] { reading = probe.ping(stop); }, [&] { probe.pong(stop); });
  if (!reading) return std::nullopt;
  return experiment::in_ns(reading->offset, clock);
}

}  // namespace kickbench::bench::calibration
