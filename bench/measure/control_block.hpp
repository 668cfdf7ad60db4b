// All that both sides of a session read and write while they run, apart from the queue and the channels.
#pragma once

#include <atomic>
#include <cstdint>

#include "bench/measure/line_probe.hpp"
#include "notify/side.hpp"
#include "producer/producer.hpp"

namespace kickbench::bench::measure {

/// Lies in shared memory of its own, at whatever address each process has it: no pointers.
struct ControlBlock {
  StopFlag stop;
  SignalCount signals_of_producer;  ///< sent to the consumer
  SignalCount signals_of_consumer;  ///< sent to the producer
  LineProbe probe;
  alignas(line_pair_bytes) StreamPlan stream;  ///< of the slice under way, for the producer

  std::atomic<std::int64_t> first_window_begin{0};  ///< in ticks, of the side whose window opened first

  /// A slice begins. Neither side may be running; telling them to begin orders this before what they do.
  void begin_slice(const StreamPlan& plan) noexcept {
    signals_of_producer.sent.store(0, std::memory_order_relaxed);
    signals_of_consumer.sent.store(0, std::memory_order_relaxed);
    first_window_begin.store(0, std::memory_order_relaxed);
    stream = plan;
  }
};
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<std::uint32_t>::is_always_lock_free &&
                  std::atomic<std::uint64_t>::is_always_lock_free,
              "a lock would lie in one process only");

}  // namespace kickbench::bench::measure
