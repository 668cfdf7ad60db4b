#include "bench/suite/cells.hpp"

#include <array>

#include "bench/suite/regimes.hpp"

namespace kickbench::bench::suite {
namespace {

using model::Regime;
using namespace std::chrono_literals;

void add_notification(CellList& list, const RegimeSetting& setting) {
  // Fixed W_P, a faster and faster consumer: the paper's effect is that the rate falls.
  for (const auto wc : {1800ns, 1000ns, 200ns}) {
    list.add(Regime::FC, fast_consumer(setting, {.slow_work = 2us, .fast_work = wc}));
  }
  list.add(Regime::FP, fast_producer(setting, {.slow_work = 2us, .fast_work = 1us}));
  list.add(Regime::EQ, lockstep(setting, 2us));
  list.add(Regime::SCS, slow_consumer_startup(setting));
  list.add(Regime::SPS, slow_producer_startup(setting));
  list.add(Regime::SS, slow_both(setting, 8, 2us, 1600ns));
}

/// sFC and sFP: Y <= (L-1) W_slow - W_fast, which is 509 us here. sLS: Y beyond it, which is 125 us with a short queue.
void add_sleep(CellList& list, scenario::RingKind ring) {
  const auto sleeping = [&](std::uint32_t queue_size, Nanoseconds wp, Nanoseconds wc, Nanoseconds sleep) {
    return waiting(base(ring, "none", queue_size, wp, wc), WaitKind::sleep, sleep);
  };
  list.add(Regime::sFC, sleeping(256, 2us, 1us, 100us));
  list.add(Regime::sFP, sleeping(256, 1us, 2us, 100us));
  list.add(Regime::sLS, sleeping(64, 2us, 1us, 300us));
}

void add_polling(CellList& list, scenario::RingKind ring, Nanoseconds wp, Nanoseconds wc) {
  const std::optional<Regime> regime = wp > Nanoseconds(0) ? std::optional(Regime::BW) : std::nullopt;
  list.add(regime, polling(ring, wp, wc));
}

constexpr std::array preset_rows{
    PresetRow{Preset::quick, "quick", "every regime once per notifier, over the split ring, and the yardsticks"},
    PresetRow{Preset::full, "full", "every regime per notifier, over every ring; polling over disarmed notifiers"},
    PresetRow{Preset::strategies, "strategies", "the wait strategies beside each other at the same work"},
};

void add_strategies(CellList& list, const std::vector<std::string>& notifiers) {
  for (const auto& [wp, wc] : {std::pair(2us, 1us), std::pair(1us, 2us)}) {
    add_polling(list, scenario::RingKind::split, wp, wc);
    list.add(std::nullopt, waiting(base(scenario::RingKind::split, "none", 256, wp, wc), WaitKind::sleep, 100us));
    for (const std::string& notifier : notifiers) {
      for (const WaitKind wait : {WaitKind::poll, WaitKind::block, WaitKind::spin_block}) {
        list.add(std::nullopt, waiting(base(scenario::RingKind::split, notifier, 256, wp, wc), wait));
      }
    }
  }
}

}  // namespace

std::span<const PresetRow> presets() { return preset_rows; }

std::vector<Cell> make_cells(Preset preset, const std::vector<std::string>& notifiers,
                             const calibration::WakeCosts& costs, const std::string& place, host::IdleMode idle) {
  CellList list(place, idle);
  if (preset == Preset::strategies) {
    add_strategies(list, notifiers);
    return list.take();
  }
  for (const scenario::RingKind ring :
       {scenario::RingKind::null, scenario::RingKind::spsc, scenario::RingKind::spsc_line, scenario::RingKind::split})
    add_polling(list, ring, 0ns, 0ns);
  // W is honest: what is asked for is what is spent.
  for (const auto work : {100ns, 300ns, 1000ns, 10'000ns}) add_polling(list, scenario::RingKind::null, work, work);
  std::vector<scenario::RingKind> rings{scenario::RingKind::split};
  if (preset == Preset::full) rings.push_back(scenario::RingKind::spsc);
  for (const scenario::RingKind ring : rings) {
    add_polling(list, ring, 2us, 1us);
    for (const std::string& notifier : notifiers) {
      if (preset == Preset::full) {
        list.add(Regime::BW, waiting(base(ring, notifier, 256, 2us, 1us), WaitKind::poll));
      }
      add_notification(list, {ring, notifier, costs});
    }
    add_sleep(list, ring);
  }
  return list.take();
}

}  // namespace kickbench::bench::suite
