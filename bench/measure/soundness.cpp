#include "bench/measure/soundness.hpp"

namespace kickbench::bench::measure {
namespace {

/// Counters that differ by more are not kept in step by anybody. And what runs on no CPU of its own (time-outs, energy,
/// the clock's calibration) is off by as much.
constexpr Nanoseconds counters_apart_max{50'000};

std::string why_counters_differ(const SideReport& producer, const host::Placement& placement,
                                const host::Clock& clock) {
  if (!producer.line_before || !producer.line_after) return {};
  const OffsetBounds& before = producer.line_before->offset;
  const std::string counters = "the counters of CPUs " + std::to_string(placement.producer_cpu) + " and " +
                               std::to_string(placement.consumer_cpu);
  if (abs(clock.to_ns(before.correction())) > counters_apart_max) {
    return counters + " differ by more than 50 us";
  }
  return disagree(before, producer.line_after->offset) ? counters + " ran apart while it lasted" : "";
}

}  // namespace

std::string why_off_cpu(const SideReport* producer, const SideReport* consumer, const host::Placement& placement) {
  struct Seated {
    const SideReport* report;
    const char* role;
    int cpu;
  };
  std::string why;
  for (const Seated& side :
       {Seated{producer, "producer", placement.producer_cpu}, Seated{consumer, "consumer", placement.consumer_cpu}}) {
    if (side.report == nullptr || side.report->cpu == CpuHold::kept) continue;
    if (!why.empty()) why += "; ";
    why += "the CPU set of the " + std::string(side.role) + "'s thread, CPU " + std::to_string(side.cpu) +
           ", was changed from outside";
    if (side.report->cpu == CpuHold::refused) why += ", and it may no longer run there";
  }
  return why;
}

std::string why_void(const SideReport& producer, const SideReport& consumer, const host::Placement& placement,
                     const host::Clock& clock) {
  const std::string off_cpu = why_off_cpu(&producer, &consumer, placement);
  if (!off_cpu.empty()) return off_cpu;
  if (!producer.window_opened || !consumer.window_opened) {
    return "the consumer did not get its CPU while the window was open";
  }
  return why_counters_differ(producer, placement, clock);
}

}  // namespace kickbench::bench::measure
