#include "bench/calibration/least_work.hpp"

#include <map>

#include "bench/measure/session.hpp"
#include "bench/stats/tally.hpp"

namespace kickbench::bench::calibration {

std::vector<LeastWork> measure_least_work(const host::Placement& placement, const host::Clock& clock) {
  constexpr int slices = 6;
  constexpr measure::SlicePlan plan{
      .warm_up = Nanoseconds(5e6), .measured = Nanoseconds(30e6), .cool_down = Nanoseconds(1e6)};
  std::vector<LeastWork> least;
  for (const scenario::RingKind ring : scenario::ring_kinds) {
    scenario::Scenario scenario;
    scenario.ring = ring;
    scenario.kick = scenario.interrupt = "none";
    scenario.producer.work = scenario.consumer.work = Nanoseconds(1);
    scenario.producer.wait = scenario.consumer.wait = WaitKind::poll;
    measure::Session session(scenario, placement, clock);
    std::map<std::optional<measure::LineClass>, stats::Tally> tallies;
    for (int i = 0; i < slices; ++i) {
      const measure::Slice slice = session.run(plan);
      tallies.try_emplace(measure::class_of(slice), clock).first->second.add(slice);
    }
    for (const auto& [line_class, tally] : tallies) {
      const stats::Figures figures = tally.figures();
      least.push_back({.ring = ring,
                       .line_class = line_class,
                       .producer = figures.producer.work.value_or(Nanoseconds(0)),
                       .consumer = figures.consumer.work.value_or(Nanoseconds(0))});
    }
  }
  return least;
}

}  // namespace kickbench::bench::calibration
