// One scenario set up to be measured: the queue, the channels and two pinned threads, of one process or of two, that
// live as long as the session.
#pragma once

#include <memory>

#include "bench/host/clock.hpp"
#include "bench/host/topology.hpp"
#include "bench/measure/broken_run.hpp"
#include "bench/measure/slice.hpp"
#include "bench/scenario/scenario.hpp"

namespace kickbench::bench::measure {

struct SlicePlan {
  Nanoseconds warm_up;
  Nanoseconds measured;
  /// The producer goes on for so long after the window, until the consumer has reached its end.
  Nanoseconds cool_down{};
  /// For how long an edge of the window may wait for the next cycle of the regime to begin.
  Nanoseconds edge_patience{};
};

/// Where each side has the queue mapped. The same address where both are threads of one process.
struct QueueAddresses {
  const void* producer = nullptr;
  const void* consumer = nullptr;
};

class Session {
 public:
  /// Starts and pins the threads, and the consumer's process where the scenario wants one. Throws std::system_error
  /// where the host refuses something, BrokenRun when the process fails, Cancelled.
  Session(const scenario::Scenario& scenario, const host::Placement& placement, const host::Clock& clock);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Runs one stream from a cold start, and measures between its marks. Throws VoidSlice; or Cancelled or BrokenRun,
  /// and then the session is over.
  Slice run(const SlicePlan& plan);

  QueueAddresses queue_addresses() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kickbench::bench::measure
