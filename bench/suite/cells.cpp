#include "bench/suite/cells.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace kickbench::bench {
namespace {

using model::Regime;
using namespace std::chrono_literals;

// How far inside of an inequality the derived parameters lie: the start-up of a real wake-up spreads widely.
constexpr double margin = 2;

Scenario base(RingKind ring, const std::string& notifier, std::uint32_t queue_size, Nanoseconds wp, Nanoseconds wc) {
  Scenario scenario;
  scenario.ring = ring;
  scenario.kick = scenario.interrupt = notifier;
  scenario.shape.queue_size = queue_size;
  scenario.producer.work = wp;
  scenario.consumer.work = wc;
  return scenario;
}

Scenario waiting(Scenario scenario, WaitKind wait, Nanoseconds sleep = Nanoseconds(0)) {
  for (SideScenario* side : {&scenario.producer, &scenario.consumer}) {
    side->wait = wait;
    side->sleep = sleep;
  }
  return scenario;
}

// Of SCS and SPS: long enough that the least work below outlasts the natural start-up of most hosts.
constexpr std::uint32_t slow_startup_queue = 256;

/// What the faster side needs in SCS and SPS, of what the slower one does. The closer they are, the more items pass
/// between two stops (L + m); here about 2 L, which is often enough to tell the regime from a lone disturbance.
constexpr double slow_startup_ratio = 0.5;

/// W of the slower side in SCS and SPS: the slower side's natural start-up must fit into (L - k) W of the faster side.
/// In coarse steps, because results are compared by name and W is part of it: a start-up is measured somewhat
/// differently in each run, and the step is the same.
Nanoseconds work_beside(Nanoseconds natural_startup) {
  Nanoseconds work = 2us;
  while (margin * natural_startup > (slow_startup_queue - 1) * slow_startup_ratio * work - work) work *= 4;
  return work;
}

/// A start-up that (L - k) W of the peer does not cover. The natural one comes on top of it: what it is differs from
/// run to run, what is added must not.
Nanoseconds long_startup(std::uint32_t queue_size, Nanoseconds peer_work) {
  return margin * (queue_size - 1) * peer_work;
}

/// SCS (MODEL.md): S_C + W_C > (L - k_P) W_P, but S_P + W_P <= (L - k_C) W_C, with W_C < W_P.
Scenario slow_consumer_startup(RingKind ring, const std::string& notifier, const WakeCosts& costs) {
  const Nanoseconds wp = work_beside(costs.at(notifier, Notification::interrupt, 20us).startup);
  Scenario scenario = base(ring, notifier, slow_startup_queue, wp, slow_startup_ratio * wp);
  scenario.consumer.extra_startup = long_startup(slow_startup_queue, wp);
  return scenario;
}

/// SPS: the mirror of SCS.
Scenario slow_producer_startup(RingKind ring, const std::string& notifier, const WakeCosts& costs) {
  const Nanoseconds wc = work_beside(costs.at(notifier, Notification::kick, 20us).startup);
  Scenario scenario = base(ring, notifier, slow_startup_queue, slow_startup_ratio * wc, wc);
  scenario.producer.extra_startup = long_startup(slow_startup_queue, wc);
  return scenario;
}

/// SS: S_C + W_C > (L - k_P) W_P and S_P + W_P > (L - k_C) W_C.
Scenario slow_both(RingKind ring, const std::string& notifier) {
  constexpr std::uint32_t queue_size = 8;
  Scenario scenario = base(ring, notifier, queue_size, 2us, 1600ns);
  scenario.producer.extra_startup = scenario.consumer.extra_startup = long_startup(queue_size, 2us);
  return scenario;
}

/// FC and FP: the start-up must fit into (L - k) W of the slower side; a queue long enough gives the margin. In steps
/// of 2, and seldom above the first: L is part of the name.
std::uint32_t queue_for(Nanoseconds startup, Nanoseconds slow_work) {
  const double slots = margin * startup / slow_work + 2;
  return std::clamp<std::uint32_t>(std::bit_ceil(static_cast<std::uint32_t>(slots)), 256, 32768);
}

class CellList {
 public:
  CellList(std::string place, host::IdleMode idle) : place_(std::move(place)), idle_(idle) {}

  void add(std::optional<Regime> intended, Scenario scenario) {
    scenario.place = place_;
    scenario.idle = idle_;
    cells_.push_back({.name = name_of(scenario, intended ? model::name_of(*intended) : ""),
                      .scenario = scenario,
                      .intended = intended});
  }

  std::vector<Cell> take() { return std::move(cells_); }

 private:
  std::string place_;
  host::IdleMode idle_;
  std::vector<Cell> cells_;
};

void add_notification(CellList& list, RingKind ring, const std::string& notifier, const WakeCosts& costs) {
  const auto queue = [&](Notification notification) {
    return queue_for(costs.at(notifier, notification, 1us).startup, Nanoseconds(2us));
  };
  // Fixed W_P, a faster and faster consumer: the paper's effect is that the rate falls.
  for (const auto wc : {1800ns, 1000ns, 200ns}) {
    list.add(Regime::FC, base(ring, notifier, queue(Notification::kick), 2us, wc));
  }
  list.add(Regime::FP, base(ring, notifier, queue(Notification::interrupt), 1us, 2us));
  list.add(Regime::EQ, base(ring, notifier, queue(Notification::kick), 2us, 2us));
  list.add(Regime::SCS, slow_consumer_startup(ring, notifier, costs));
  list.add(Regime::SPS, slow_producer_startup(ring, notifier, costs));
  list.add(Regime::SS, slow_both(ring, notifier));
}

/// sFC and sFP: Y <= (L-1) W_slow - W_fast, which is 509 us here. sLS: Y beyond it, which is 125 us with a short queue.
void add_sleep(CellList& list, RingKind ring) {
  const auto sleeping = [&](std::uint32_t queue_size, Nanoseconds wp, Nanoseconds wc, Nanoseconds sleep) {
    return waiting(base(ring, "none", queue_size, wp, wc), WaitKind::sleep, sleep);
  };
  list.add(Regime::sFC, sleeping(256, 2us, 1us, 100us));
  list.add(Regime::sFP, sleeping(256, 1us, 2us, 100us));
  list.add(Regime::sLS, sleeping(64, 2us, 1us, 300us));
}

void add_polling(CellList& list, RingKind ring, Nanoseconds wp, Nanoseconds wc) {
  const std::optional<Regime> regime = wp > Nanoseconds(0) ? std::optional(Regime::BW) : std::nullopt;
  list.add(regime, waiting(base(ring, "none", 256, wp, wc), WaitKind::poll));
}

constexpr std::array preset_rows{
    PresetRow{Preset::quick, "quick", "every regime once per notifier, over the split ring, and the yardsticks"},
    PresetRow{Preset::full, "full", "every regime per notifier, over every ring; polling over disarmed notifiers"},
    PresetRow{Preset::strategies, "strategies", "the wait strategies beside each other at the same work"},
};

void add_strategies(CellList& list, const std::vector<std::string>& notifiers) {
  for (const auto& [wp, wc] : {std::pair(2us, 1us), std::pair(1us, 2us)}) {
    add_polling(list, RingKind::split, wp, wc);
    list.add(std::nullopt, waiting(base(RingKind::split, "none", 256, wp, wc), WaitKind::sleep, 100us));
    for (const std::string& notifier : notifiers) {
      for (const WaitKind wait : {WaitKind::poll, WaitKind::block, WaitKind::spin_block}) {
        list.add(std::nullopt, waiting(base(RingKind::split, notifier, 256, wp, wc), wait));
      }
    }
  }
}

}  // namespace

std::span<const PresetRow> presets() { return preset_rows; }

std::vector<Cell> make_cells(Preset preset, const std::vector<std::string>& notifiers, const WakeCosts& costs,
                             const std::string& place, host::IdleMode idle) {
  CellList list(place, idle);
  if (preset == Preset::strategies) {
    add_strategies(list, notifiers);
    return list.take();
  }
  for (const RingKind ring : {RingKind::null, RingKind::spsc, RingKind::split}) add_polling(list, ring, 0ns, 0ns);
  // W is honest: what is asked for is what is spent.
  for (const auto work : {100ns, 300ns, 1000ns, 10'000ns}) add_polling(list, RingKind::null, work, work);
  std::vector<RingKind> rings{RingKind::split};
  if (preset == Preset::full) rings.push_back(RingKind::spsc);
  for (const RingKind ring : rings) {
    add_polling(list, ring, 2us, 1us);
    for (const std::string& notifier : notifiers) {
      if (preset == Preset::full) {
        list.add(Regime::BW, waiting(base(ring, notifier, 256, 2us, 1us), WaitKind::poll));
      }
      add_notification(list, ring, notifier, costs);
    }
    add_sleep(list, ring);
  }
  return list.take();
}

}  // namespace kickbench::bench
