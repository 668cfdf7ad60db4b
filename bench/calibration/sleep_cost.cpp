#include "bench/calibration/sleep_cost.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <ctime>

#include "bench/measure/cancel.hpp"
#include "notify/spin_for.hpp"

namespace kickbench::bench::calibration {
namespace {

constexpr std::array lengths{Nanoseconds(1'000),   Nanoseconds(5'000),   Nanoseconds(20'000),  Nanoseconds(50'000),
                             Nanoseconds(100'000), Nanoseconds(200'000), Nanoseconds(500'000), Nanoseconds(1'000'000)};
constexpr int sleeps_of_each = 10;
constexpr Nanoseconds awake{5'000};  ///< a side that slept has work to do before it sleeps again

std::vector<SleepCost> sleep_through(const host::Clock& clock) {
  std::vector<SleepCost> costs;
  for (const Nanoseconds asked : lengths) costs.push_back({.asked = asked, .oversleeps = {}});
  for (int i = 0; i < sleeps_of_each && !measure::cancel_requested(); ++i) {
    for (SleepCost& cost : costs) {
      const timespec request{.tv_sec = 0, .tv_nsec = std::lround(cost.asked.count())};
      spin_for(clock.to_ticks(awake));
      const TickTime begin = read_ticks();
      clock_nanosleep(CLOCK_MONOTONIC, 0, &request, nullptr);
      cost.oversleeps.push_back(clock.to_ns(read_ticks() - begin) - cost.asked);
    }
  }
  return costs;
}

}  // namespace

std::span<const Nanoseconds> sleep_lengths() { return lengths; }

std::vector<SleepCost> measure_sleeps(PinnedPair& threads, bool by_producer, const host::Clock& clock) {
  std::vector<SleepCost> costs;
  std::atomic<bool> done{false};
  StopFlag stop;
  const auto sleeper = [&] {
    costs = sleep_through(clock);
    done.store(true, std::memory_order_release);
  };
  const auto spinner = [&] {
    while (!done.load(std::memory_order_acquire) && !stop.requested()) {
    }
  };
  if (by_producer) {
    threads.run(stop, sleeper, spinner);
  } else {
    threads.run(stop, spinner, sleeper);
  }
  if (measure::cancel_requested()) throw measure::Cancelled();
  return costs;
}

const SleepCost* nearest(std::span<const SleepCost> costs, Nanoseconds asked) {
  const auto distance = [&](const SleepCost& cost) { return std::abs(std::log(cost.asked / asked)); };
  const auto best = std::ranges::min_element(costs, {}, distance);
  return best == costs.end() ? nullptr : &*best;
}

}  // namespace kickbench::bench::calibration
