// The one place where ticks of the CPU's counter become nanoseconds.
#pragma once

#include <cstdint>
#include <string>
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

/// One instant by the counter and by CLOCK_MONOTONIC_RAW.
struct ClockInstant {
  TickTime ticks;
  std::int64_t raw_ns = 0;
};

/// The tightest of many readings of both. Throws std::runtime_error when the counter does not advance.
ClockInstant read_both_clocks();

/// A span by a Clock beside the same span by CLOCK_MONOTONIC_RAW.
struct ClockCheck {
  double apart_ppm = 0;  ///< positive: longer by the Clock
  Nanoseconds over{};
};
/// "0.4 ppm apart from CLOCK_MONOTONIC_RAW over 1.25 s"
std::string describe(const ClockCheck& check);

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

  /// How far it is off since `begin`, which may be any instant but its own calibration.
  ClockCheck check_since(const ClockInstant& begin) const { return check(begin, read_both_clocks()); }
  ClockCheck check(const ClockInstant& begin, const ClockInstant& end) const noexcept;

  double ticks_per_ns() const noexcept { return facts_.ticks_per_ns; }
  Nanoseconds read_cost() const noexcept { return facts_.read_cost; }
  Nanoseconds step() const noexcept { return facts_.step; }
  bool invariant() const noexcept { return facts_.invariant; }
  std::string_view source() const noexcept { return facts_.source; }

 private:
  ClockFacts facts_;
};

}  // namespace kickbench::host
