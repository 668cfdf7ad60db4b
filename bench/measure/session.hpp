// One scenario set up to be measured: the queue, the channels and two pinned threads that live as long as the session.
#pragma once

#include <memory>
#include <stdexcept>

#include "bench/host/clock.hpp"
#include "bench/host/topology.hpp"
#include "bench/measure/slice.hpp"
#include "bench/scenario/scenario.hpp"

namespace kickbench::bench {

/// The run broke a promise: an item was lost, a wake-up was lost, the ring refused its peer. The measurement is void.
/// Exit code 3.
class BrokenRun : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct SlicePlan {
  Nanoseconds warm_up;
  Nanoseconds measured;
  Nanoseconds
      cool_down{};  ///< the producer goes on for so long after the window, until the consumer has reached its end
};

class Session {
 public:
  /// Starts and pins the threads. Throws std::system_error where the host refuses something.
  Session(const Scenario& scenario, const host::Placement& placement, const host::Clock& clock);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Runs one stream from a cold start, and measures between its marks. Throws Interrupted or BrokenRun, and then the
  /// session is over.
  Slice run(const SlicePlan& plan);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kickbench::bench
