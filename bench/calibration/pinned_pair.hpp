// Two functions on two pinned threads, for measurements that need no queue.
#pragma once

#include <exception>
#include <functional>
#include <thread>

#include "bench/host/thread.hpp"
#include "bench/host/topology.hpp"
#include "notify/side.hpp"

namespace kickbench::bench {

/// Runs both to their end and rethrows what one of them threw. A side that fails sets `stop`, which the other heeds.
inline void run_pinned_pair(const host::Placement& placement, StopFlag& stop,
                            const std::function<void()>& producer_side, const std::function<void()>& consumer_side) {
  std::exception_ptr failures[2];
  const auto guarded = [&stop](int cpu, const std::function<void()>& body, std::exception_ptr& failure) {
    try {
      host::pin_this_thread(cpu);
      host::use_least_timer_slack();
      body();
    } catch (...) {
      failure = std::current_exception();
      stop.request();
    }
  };
  {
    const std::jthread producer([&] { guarded(placement.producer_cpu, producer_side, failures[0]); });
    const std::jthread consumer([&] { guarded(placement.consumer_cpu, consumer_side, failures[1]); });
  }
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
}

}  // namespace kickbench::bench
