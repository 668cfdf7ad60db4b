// What one notification costs both sides, by how long the woken side has been idle.
#pragma once

#include <utility>
#include <vector>

#include "ring/units.hpp"

namespace kickbench::model {

/// What one notification cost its sender and, from its end, the start-up of the side that it woke. The two hang
/// together: a woken side does not wait for a call that is slow to return.
struct Wake {
  Nanoseconds notify;   ///< N, at least 0
  Nanoseconds startup;  ///< S of the peer, signed
};

/// Wakes of a side that had been idle for about that long when the notification began. Idle time begins at the look
/// that finds nothing.
struct IdleRung {
  Nanoseconds idle;         ///< more than 0
  std::vector<Wake> wakes;  ///< at least one
};

/// Ascending by idle time. Between two rungs either is taken, the more often the nearer it is on a logarithmic scale;
/// below the first and above the last, that one.
using WakeTable = std::vector<IdleRung>;

/// Where the idle time is not known, or does not matter.
inline WakeTable at_any_idle_time(std::vector<Wake> wakes) {
  if (wakes.empty()) return {};
  return {{.idle = Nanoseconds{1}, .wakes = std::move(wakes)}};
}

}  // namespace kickbench::model
