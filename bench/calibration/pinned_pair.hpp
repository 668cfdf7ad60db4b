// Two functions on two pinned threads, for measurements that need no queue.
#pragma once

#include <atomic>
#include <barrier>
#include <exception>
#include <functional>
#include <thread>

#include "bench/host/thread.hpp"
#include "bench/host/topology.hpp"
#include "notify/side.hpp"

namespace kickbench::bench::calibration {

/// Pins both threads, and runs both functions to their end if that worked. Rethrows the failure that came first: it
/// sets `stop`, which the other side heeds, and what that side throws is a consequence.
inline void run_pinned_pair(const host::Placement& placement, StopFlag& stop,
                            const std::function<void()>& producer_side, const std::function<void()>& consumer_side) {
  std::exception_ptr first_failure;
  std::atomic<bool> failed{false};
  std::barrier<> both_are_pinned(2);
  const auto keep_failure = [&] {
    if (!failed.exchange(true)) first_failure = std::current_exception();
    stop.request();
  };
  const auto run = [&](int cpu, const std::function<void()>& body) {
    try {
      host::pin_this_thread(cpu);
      host::use_least_timer_slack();
    } catch (...) {
      keep_failure();
    }
    both_are_pinned.arrive_and_wait();
    if (stop.requested()) return;
    try {
      body();
    } catch (...) {
      keep_failure();
    }
  };
  {
    const std::jthread producer([&] { run(placement.producer_cpu, producer_side); });
    const std::jthread consumer([&] { run(placement.consumer_cpu, consumer_side); });
  }
  if (first_failure) std::rethrow_exception(first_failure);
}

}  // namespace kickbench::bench::calibration
