// Units and strong types shared by every folder.
#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>

namespace kickbench {

/// A signed span of time. Fractions of a nanosecond matter (rates are ns per item), and a start-up time may be
/// negative.
using Nanoseconds = std::chrono::duration<double, std::nano>;

/// A signed span of the CPU's counter. It becomes nanoseconds in one place only: host::Clock.
struct TickSpan {
  std::int64_t count = 0;
  friend constexpr auto operator<=>(TickSpan, TickSpan) = default;
  friend constexpr TickSpan operator+(TickSpan a, TickSpan b) { return {a.count + b.count}; }
  friend constexpr TickSpan operator-(TickSpan a, TickSpan b) { return {a.count - b.count}; }
  constexpr TickSpan& operator+=(TickSpan other) {
    count += other.count;
    return *this;
  }
};

/// An instant of the CPU's counter.
struct TickTime {
  std::int64_t count = 0;
  friend constexpr auto operator<=>(TickTime, TickTime) = default;
  friend constexpr TickSpan operator-(TickTime a, TickTime b) { return {a.count - b.count}; }
  friend constexpr TickTime operator+(TickTime a, TickSpan b) { return {a.count + b.count}; }
  constexpr TickTime& operator+=(TickSpan span) {
    count += span.count;
    return *this;
  }
};

inline constexpr std::size_t line_bytes = 64;

/// What one cache line is for the purpose of keeping two threads' data apart: two lines of 64 bytes, because the
/// adjacent-line prefetcher of x86 moves them in pairs.
inline constexpr std::size_t line_pair_bytes = 128;

}  // namespace kickbench
