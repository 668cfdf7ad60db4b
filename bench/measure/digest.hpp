// From the records of both sides to the facts of the slice: N, signed S, batches, and who stopped while the peer was
// stopped. Pure functions over what the threads left behind.
#pragma once

#include <vector>

#include "bench/host/clock.hpp"
#include "bench/measure/slice.hpp"
#include "notify/side.hpp"

namespace kickbench::bench::measure {

struct RecordedSide {
  const SideRecord& record;
  const SideWindow& window;
};

/// Notifications that `sender` sent and `woken` was woken by, of those within the sender's window.
NotificationFacts digest_notifications(RecordedSide sender, RecordedSide woken, const host::Clock& clock);

/// What each of a side's sleeps within its window really took.
std::vector<Nanoseconds> digest_sleeps(RecordedSide side, const host::Clock& clock);

/// Of the producer's window, as far as the consumer's log goes back.
StopFacts digest_stops(RecordedSide producer, RecordedSide consumer);

}  // namespace kickbench::bench::measure
