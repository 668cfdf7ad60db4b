// How long a cache line takes from one thread to the other, right now: the placement as the hardware has it, whatever
// the topology claims. Taken before and after each slice of a measurement.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <optional>

#include "notify/cpu.hpp"
#include "notify/side.hpp"
#include "ring/units.hpp"

namespace kickbench::bench::measure {

/// Both threads bounce one word. ping() and pong() must run at the same time; either gives up when the stop flag is
/// set.
class LineProbe {
 public:
  /// One way, the median of several bursts: a single preemption does not show. Empty if stopped.
  std::optional<TickSpan> ping(const StopFlag& stop) noexcept {
    std::array<TickSpan, bursts> spans;
    for (TickSpan& span : spans) {
      const TickTime begin = read_ticks();
      for (std::uint32_t round = 0; round < rounds; ++round) {
        const std::uint32_t token = ++token_;
        word_.store(token, std::memory_order_release);
        while (word_.load(std::memory_order_acquire) != token + 1) {
          if (stop.requested()) return std::nullopt;
        }
        ++token_;
      }
      span = {(read_ticks() - begin).count / (2 * std::int64_t{rounds})};
    }
    std::ranges::nth_element(spans, spans.begin() + bursts / 2);
    return spans[bursts / 2];
  }

  void pong(const StopFlag& stop) noexcept {
    std::uint32_t token = answered_;
    for (std::uint32_t round = 0; round < bursts * rounds; ++round) {
      while (word_.load(std::memory_order_acquire) != token + 1) {
        if (stop.requested()) return;
      }
      token += 2;
      word_.store(token, std::memory_order_release);
    }
    answered_ = token;
  }

 private:
  static constexpr std::uint32_t bursts = 15;
  static constexpr std::uint32_t rounds = 64;

  alignas(line_pair_bytes) std::atomic<std::uint32_t> word_{0};
  alignas(line_pair_bytes) std::uint32_t token_ = 0;     // of the thread that pings
  alignas(line_pair_bytes) std::uint32_t answered_ = 0;  // of the thread that pongs
};

}  // namespace kickbench::bench::measure
