#include "bench/suite/regimes.hpp"

#include <algorithm>
#include <bit>

namespace kickbench::bench::suite {
namespace {

using namespace std::chrono_literals;

// How far inside of an inequality the derived parameters lie: the start-up of a real wake-up spreads widely.
constexpr double margin = 2;

/// W of the slower side in SCS and SPS: the slower side's natural start-up must fit into (L - k) W of the faster side.
/// In coarse steps, because results are compared by name and W is part of it: a start-up is measured somewhat
/// differently in each run, and the step is the same.
Nanoseconds work_beside(Nanoseconds natural_startup, const SlowStartup& s) {
  Nanoseconds work = 2us;
  while (margin * natural_startup > (s.queue_size - s.threshold) * s.fast_share * work - work) work *= 4;
  return work;
}

/// A start-up that (L - k) W of the peer does not cover. The natural one comes on top of it: what it is differs from
/// run to run, what is added must not.
Nanoseconds long_startup(std::uint32_t queue_size, Nanoseconds peer_work) {
  return margin * (queue_size - 1) * peer_work;
}

/// In steps of 2, and seldom above the first: L is part of the name.
std::uint32_t queue_for(Nanoseconds startup, const FastSide& sides) {
  const double slots = margin * startup / sides.slow_work + 1 + sides.threshold;
  return std::clamp<std::uint32_t>(std::bit_ceil(static_cast<std::uint32_t>(slots)), sides.least_queue, 32768);
}

scenario::Scenario with_thresholds(scenario::Scenario scenario, std::uint32_t threshold) {
  scenario.producer.notify_threshold = scenario.consumer.notify_threshold = threshold;
  return scenario;
}

}  // namespace

scenario::Scenario base(scenario::RingKind ring, const std::string& notifier, std::uint32_t queue_size, Nanoseconds wp,
                        Nanoseconds wc) {
  scenario::Scenario scenario;
  scenario.ring = ring;
  scenario.kick = scenario.interrupt = notifier;
  scenario.shape.queue_size = queue_size;
  scenario.producer.work = wp;
  scenario.consumer.work = wc;
  return scenario;
}

scenario::Scenario waiting(scenario::Scenario scenario, WaitKind wait, Nanoseconds sleep) {
  for (scenario::SideScenario* side : {&scenario.producer, &scenario.consumer}) {
    side->wait = wait;
    side->sleep = sleep;
  }
  return scenario;
}

scenario::Scenario polling(scenario::RingKind ring, Nanoseconds wp, Nanoseconds wc) {
  return waiting(base(ring, "none", 256, wp, wc), WaitKind::poll);
}

scenario::Scenario fast_consumer(const RegimeSetting& setting, const FastSide& sides) {
  const std::uint32_t queue =
      queue_for(setting.costs.at(setting.notifier, calibration::Notification::to_consumer, 1us).startup, sides);
  scenario::Scenario scenario = base(setting.ring, setting.notifier, queue, sides.slow_work, sides.fast_work);
  scenario.producer.notify_threshold = sides.threshold;
  return scenario;
}

scenario::Scenario fast_producer(const RegimeSetting& setting, const FastSide& sides) {
  const std::uint32_t queue =
      queue_for(setting.costs.at(setting.notifier, calibration::Notification::to_producer, 1us).startup, sides);
  scenario::Scenario scenario = base(setting.ring, setting.notifier, queue, sides.fast_work, sides.slow_work);
  scenario.consumer.notify_threshold = sides.threshold;
  return scenario;
}

scenario::Scenario lockstep(const RegimeSetting& setting, Nanoseconds work, std::uint32_t threshold) {
  return with_thresholds(fast_consumer(setting, {.slow_work = work, .fast_work = work, .threshold = threshold}),
                         threshold);
}

scenario::Scenario slow_consumer_startup(const RegimeSetting& setting, const SlowStartup& s) {
  const Nanoseconds wp =
      work_beside(setting.costs.at(setting.notifier, calibration::Notification::to_producer, 20us).startup, s);
  scenario::Scenario scenario = base(setting.ring, setting.notifier, s.queue_size, wp, s.fast_share * wp);
  scenario.consumer.extra_startup = long_startup(s.queue_size, wp);
  return with_thresholds(scenario, s.threshold);
}

scenario::Scenario slow_producer_startup(const RegimeSetting& setting, const SlowStartup& s) {
  const Nanoseconds wc =
      work_beside(setting.costs.at(setting.notifier, calibration::Notification::to_consumer, 20us).startup, s);
  scenario::Scenario scenario = base(setting.ring, setting.notifier, s.queue_size, s.fast_share * wc, wc);
  scenario.producer.extra_startup = long_startup(s.queue_size, wc);
  return with_thresholds(scenario, s.threshold);
}

scenario::Scenario slow_both(const RegimeSetting& setting, std::uint32_t queue_size, Nanoseconds wp, Nanoseconds wc,
                             std::uint32_t threshold) {
  scenario::Scenario scenario = base(setting.ring, setting.notifier, queue_size, wp, wc);
  scenario.producer.extra_startup = scenario.consumer.extra_startup = long_startup(queue_size, std::max(wp, wc));
  return with_thresholds(scenario, threshold);
}

}  // namespace kickbench::bench::suite
