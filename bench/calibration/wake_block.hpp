// Raw facts of what notifications cost: N of the sender, S of the side that is woken, and how long that had been idle.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/calibration/pinned_pair.hpp"
#include "bench/host/clock.hpp"
#include "bench/host/topology.hpp"
#include "bench/measure/line_probe.hpp"
#include "model/wake.hpp"
#include "ring/units.hpp"

namespace kickbench::bench::calibration {

enum class Notification { to_consumer, to_producer };
std::string_view name_of(Notification notification);

/// One notification that woke its peer, which had been idle for so long: from the look that found nothing.
struct TimedWake {
  Nanoseconds idle;
  model::Wake wake;
};

/// How long the peer is idle is drawn anew for each notification, every factor as likely: a fixed time falls into step
/// with what the kernel does.
struct IdleRange {
  Nanoseconds from;
  Nanoseconds to;
};

/// What one block is of.
struct BlockPlan {
  std::string notifier;
  Notification notification;
  IdleRange idle;
};

/// How often both sides entered the kernel for so many notifications of one kind.
struct CallTally {
  std::uint64_t notifications = 0;
  std::uint64_t sender = 0;
  std::uint64_t waiter = 0;
};

/// About 50 ms of notifications of one kind.
struct WakeBlock {
  BlockPlan plan;
  std::uint32_t round = 0;
  std::optional<measure::LineClass> line_class;  ///< none: the threads moved while it ran
  std::vector<TimedWake> wakes;
  std::vector<Nanoseconds> needless;  ///< N of notifications to a peer that was running: they wake nobody
  std::vector<Nanoseconds> arming;    ///< from the look that finds nothing to the second one, before the wait
  std::vector<Nanoseconds> asking;    ///< from the end of an item to the look whether the peer wants a notification
  CallTally waking_calls{};           ///< of those that found the peer waiting, warm-up included
  CallTally needless_calls{};
  double away_share = 0;  ///< of the time for which the sender waited, its CPU was away
};

/// Measures one block. The waiting side does what a consumer does: it arms, looks once more, and waits, over a split
/// virtqueue. Throws Cancelled, or BrokenRun if a wake-up is lost. `seed`: of the idle times.
WakeBlock measure_wake_block(const BlockPlan& plan, PinnedPair& threads, const host::Placement& placement,
                             const host::Clock& clock, std::uint64_t seed);

}  // namespace kickbench::bench::calibration
