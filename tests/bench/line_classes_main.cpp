// Do slices get the class that another probe would give them? Slices of a session in turn with a compare-and-swap probe
// that shares no code with the session's own, on threads of its own on the same CPUs. Driven by scripts/line-classes.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "bench/host/clock.hpp"
#include "bench/host/thread.hpp"
#include "bench/host/topology.hpp"
#include "bench/measure/session.hpp"

namespace {

using kickbench::Nanoseconds;
using namespace kickbench::bench;

/// One way, in ns: the median of 31 samples of 300 round trips.
double independent_probe(const kickbench::host::Placement& placement, const kickbench::host::Clock& clock) {
  constexpr int samples = 31;
  constexpr int trips = 300;
  alignas(128) std::atomic<bool> ball{false};
  std::vector<double> times;
  const auto play = [&](int cpu, bool mine, bool timed) {
    kickbench::host::pin_this_thread(cpu);
    for (int sample = 0; sample < samples; ++sample) {
      const kickbench::TickTime begin = kickbench::read_ticks();
      for (int trip = 0; trip < trips; ++trip) {
        for (bool expected = mine; !ball.compare_exchange_weak(expected, !mine); expected = mine) {
        }
      }
      if (timed) times.push_back(clock.to_ns(kickbench::read_ticks() - begin).count() / (2 * trips));
    }
  };
  {
    const std::jthread other(play, placement.consumer_cpu, true, false);
    const std::jthread one(play, placement.producer_cpu, false, true);
  }
  std::ranges::nth_element(times, times.begin() + samples / 2);
  return times[samples / 2];
}

/// By the bounds that a compare-and-swap has: between 10, 27 and 107 ns.
std::string class_of_pair(double before, double after) {
  if (std::max(before, after) > 1.6 * std::min(before, after)) return "moved";
  const double one_way = std::sqrt(before * after);
  return one_way < 16.5 ? "near" : one_way < 54 ? "mid" : "far";
}

}  // namespace

int main(int argc, char** argv) {
  const int slices = argc > 1 ? std::atoi(argv[1]) : 200;
  const kickbench::host::Placement placement = kickbench::host::Topology::probe().place("auto");
  const kickbench::host::Clock clock = kickbench::host::Clock::calibrate();
  scenario::Scenario polling;
  polling.ring = scenario::RingKind::spsc;
  polling.kick = polling.interrupt = "none";
  polling.producer.wait = polling.consumer.wait = kickbench::WaitKind::poll;
  polling.producer.work = polling.consumer.work = Nanoseconds(1000);
  measure::Session session(polling, placement, clock);
  std::map<std::pair<std::string, std::string>, int> counts;
  int alike = 0;
  double before = independent_probe(placement, clock);
  for (int i = 0; i < slices; ++i) {
    const measure::Slice slice = session.run({.warm_up = Nanoseconds(1e6), .measured = Nanoseconds(20e6)});
    const double after = independent_probe(placement, clock);
    const std::string own(measure::name_of(measure::class_of(slice)));
    const std::string other = class_of_pair(std::exchange(before, after), after);
    ++counts[{own, other}];
    alike += own == other;
  }
  for (const auto& [classes, count] : counts) {
    std::printf("slice %s, independent probe %s: %d\n", classes.first.c_str(), classes.second.c_str(), count);
  }
  std::printf("%d of %d slices get the same class: %.1f %%\n", alike, slices, 100.0 * alike / slices);
  return 100 * alike >= 97 * slices ? 0 : 1;
}
