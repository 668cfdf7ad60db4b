// From the records of both sides to the facts of the slice: N, signed S, batches, and who stopped while the peer was
// stopped. Pure functions over what the threads left behind.
#pragma once

#include "bench/host/clock.hpp"
#include "bench/measure/slice.hpp"
#include "notify/side.hpp"

namespace kickbench::bench::measure {

/// Notifications that `sender` sent and `woken` was woken by, of those within the sender's window.
NotificationFacts digest_notifications(const SideRecord& sender, const SideWindow& window, const SideRecord& woken,
                                       const host::Clock& clock);

/// What each of a side's sleeps within its window really took.
std::vector<Nanoseconds> digest_sleeps(const SideRecord& side, const SideWindow& window, const host::Clock& clock);

StopFacts digest_stops(const SideRecord& producer, const SideRecord& consumer, const SideWindow& window);

}  // namespace kickbench::bench::measure
