// The peer as the side that notifies it sees it: a notifier, its emulated extra cost, and the stamps around it.
#pragma once

#include <cstdint>

#include "notify/cpu.hpp"
#include "notify/notifier.hpp"
#include "notify/side.hpp"
#include "notify/spin_for.hpp"

namespace kickbench {

template <Notifier N>
class Peer {
 public:
  static constexpr bool can_wake = N::can_wake;

  /// `extra_cost` is spun before each signal, as a VM exit would be.
  Peer(N& notifier, SignalCount& count, TickSpan extra_cost, SideRecord& own) noexcept
      : notifier_(notifier), count_(count), extra_cost_(extra_cost), own_(own) {}

  /// Notifies the peer. Returns what it cost this side: N. `items`: finished by this side so far, the last one at
  /// `item_end`, if that is known.
  TickSpan signal(std::uint64_t items, TickTime item_end) noexcept {
    const TickTime begin = read_ticks();
    if (item_end != TickTime{}) own_.counters.publishing += begin - item_end;
    // release (pairs with the acquire in BlockWait): whoever is woken by this signal finds its number here.
    count_.sent.store(++sent_, std::memory_order_release);
    if (extra_cost_ > TickSpan{}) spin_for(extra_cost_);
    notifier_.signal();
    const TickTime end = read_ticks();
    ++own_.counters.signals;
    own_.counters.notifying += end - begin;
    if (!own_.signals.push({.begin = begin, .end = end, .items = items})) ++own_.counters.records_dropped;
    return end - begin;
  }

 private:
  N& notifier_;
  SignalCount& count_;
  std::uint64_t sent_ = 0;
  TickSpan extra_cost_;
  SideRecord& own_;
};

}  // namespace kickbench
