// The one place where ticks of the CPU's counter become nanoseconds.
#pragma once

#include <string_view>

#include "notify/cpu.hpp"
#include "ring/units.hpp"

namespace kickbench::host {

/// What is known of the counter behind read_ticks().
struct ClockFacts {
  double ticks_per_ns = 0;
  Nanoseconds read_cost{};  // median of back-to-back reads
  Nanoseconds step{};       // smallest positive difference of two reads
  bool invariant = false;   // same rate in every power state
  std::string_view source;  // "tsc", "cntvct" or "clock_gettime"; refers to static storage
};

/// Converts between ticks and time. Made once per process: two calibrations differ by parts per million.
class Clock {
 public:
  /// Measures the counter against CLOCK_MONOTONIC_RAW for about 50 ms.
  /// Throws std::runtime_error when the counter does not advance.
  static Clock calibrate();

  explicit Clock(const ClockFacts& facts) : facts_(facts) {}

  Nanoseconds to_ns(TickSpan span) const noexcept {
    return Nanoseconds(static_cast<double>(span.count) / facts_.ticks_per_ns);
  }
  /// To the nearest tick.
  TickSpan to_ticks(Nanoseconds time) const noexcept;

  double ticks_per_ns() const noexcept { return facts_.ticks_per_ns; }
  Nanoseconds read_cost() const noexcept { return facts_.read_cost; }
  Nanoseconds step() const noexcept { return facts_.step; }
  bool invariant() const noexcept { return facts_.invariant; }
  std::string_view source() const noexcept { return facts_.source; }

 private:
  ClockFacts facts_;
};

}  // namespace kickbench::host
