// Numbers as text for people.
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include "ring/units.hpp"

namespace kickbench::bench::text {

inline std::string fixed(double value, int decimals) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.*f", decimals, value);
  return buffer;
}

/// Nanoseconds with as many decimals as a measurement is worth: 1.67, 59.9, 2031.
inline std::string ns(Nanoseconds time) {
  const double magnitude = time.count() < 0 ? -time.count() : time.count();
  return fixed(time.count(), magnitude < 10 ? 2 : magnitude < 1000 ? 1 : 0);
}

/// "-" for what there is no value of.
inline std::string ns_or_dash(const std::optional<Nanoseconds>& time) { return time ? ns(*time) : "-"; }

/// A time with the unit in which it is best read: "850 ns", "1.50 us", "3.00 s".
inline std::string with_unit(Nanoseconds time) {
  const double magnitude = time.count() < 0 ? -time.count() : time.count();
  if (magnitude < 1e3) return ns(time) + " ns";
  if (magnitude < 1e6) return fixed(time.count() / 1e3, 2) + " us";
  if (magnitude < 1e9) return fixed(time.count() / 1e6, 2) + " ms";
  return fixed(time.count() / 1e9, 2) + " s";
}

inline std::string with_unit_or_dash(const std::optional<Nanoseconds>& time) { return time ? with_unit(*time) : "-"; }

/// The same with all its digits, up to 12, and none that says nothing: "850 ns", "1.2345 us", "3 s".
inline std::string exact_with_unit(Nanoseconds time) {
  const double magnitude = time.count() < 0 ? -time.count() : time.count();
  const auto [unit, name] = magnitude < 1e3   ? std::pair(1.0, " ns")
                            : magnitude < 1e6 ? std::pair(1e3, " us")
                            : magnitude < 1e9 ? std::pair(1e6, " ms")
                                              : std::pair(1e9, " s");
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.12g", time.count() / unit);
  return std::string(buffer) + name;
}

/// A rate per item: enough digits to tell one in ten thousand.
inline std::string per_item(double rate) { return fixed(rate, 4); }

}  // namespace kickbench::bench::text
