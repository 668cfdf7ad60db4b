// Two pinned threads, for measurements that need no session.
#pragma once

#include <array>
#include <functional>
#include <memory>

#include "bench/host/topology.hpp"
#include "notify/side.hpp"

namespace kickbench::bench::calibration {

/// They live as long as this, as those of a session do: for tens of milliseconds after a thread was made, the kernel
/// takes it to sleep and wakes it by another path than later.
class PinnedPair {
 public:
  /// Throws std::system_error where a thread cannot be started or pinned.
  explicit PinnedPair(const host::Placement& placement);
  ~PinnedPair();

  /// Runs both functions, each on its thread, to their ends. Rethrows the failure that came first: it sets `stop`,
  /// which the other side heeds, and what that side throws is a consequence.
  void run(StopFlag& stop, const std::function<void()>& producer_side, const std::function<void()>& consumer_side);

 private:
  class Worker;
  std::array<std::unique_ptr<Worker>, 2> workers_;
};

}  // namespace kickbench::bench::calibration
