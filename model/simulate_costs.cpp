#include "model/simulate_costs.hpp"

#include <limits>

namespace kickbench::model {

DrawnCosts::DrawnCosts(const System& system, Ticks ticks_per_ns, std::uint64_t seed)
    : ticks_per_ns_(static_cast<double>(ticks_per_ns)), sides_{side(system, true, seed), side(system, false, seed)} {}

DrawnCosts::Side DrawnCosts::side(const System& system, bool is_producer, std::uint64_t seed) const {
  const PartyCosts& party = is_producer ? system.producer : system.consumer;
  const Distribution none = Constant{};
  const bool notifies = system.sync == Sync::notification;
  // A stream for each cost: drawing more of one leaves the others as they are.
  const auto bits = [&](std::uint64_t stream) { return RandomBits(seed, 2 * stream + (is_producer ? 0 : 1)); };
  const auto sampler = [&](const Distribution& distribution, bool used, Nanoseconds lowest, std::uint64_t stream) {
    return Sampler(used ? distribution : none, lowest, bits(stream));
  };
  const Nanoseconds zero{0};
  const Nanoseconds minus_infinity{-std::numeric_limits<double>::infinity()};
  return {.work = sampler(party.work, true, shortest_drawn_work, 0),
          .notify = sampler(party.notify, notifies, zero, 1),
          .startup = sampler(party.startup, notifies, minus_infinity, 2),
          .oversleep = sampler(party.oversleep, system.sync == Sync::sleep, zero, 3),
          .arm_window = sampler(party.arm_window, notifies, zero, 4),
          .publish_window = sampler(party.publish_window, notifies, zero, 5),
          .sleep = std::llround(party.sleep.count() * ticks_per_ns_),
          .wakes = WakeSampler(notifies ? party.wakes : WakeTable{}, bits(6))};
}

}  // namespace kickbench::model
