#include "bench/measure/slice.hpp"

#include <algorithm>

namespace kickbench::bench::measure {
namespace {

// Between what was seen on one virtual EPYC: 10 ns (SMT siblings), 27 ns (one L3), 107 ns (across L3s). The bounds are
// the geometric means, so the classes hold on machines that are somewhat faster or slower.
constexpr Nanoseconds near_below{16.5};
constexpr Nanoseconds mid_below{54};

// Two probes of one slice may differ by this factor without the threads having moved.
constexpr double same_place_ratio = 1.5;

}  // namespace

std::string_view name_of(std::optional<LineClass> line_class) {
  if (!line_class) return "moved";
  switch (*line_class) {
    case LineClass::unknown:
      return "unknown";
    case LineClass::near:
      return "near";
    case LineClass::mid:
      return "mid";
    case LineClass::far:
      return "far";
  }
  return "?";
}

std::string_view describe(std::optional<LineClass> line_class) {
  if (!line_class) return "the threads moved during every slice: the line transfer time changed";
  switch (*line_class) {
    case LineClass::unknown:
      return "both threads share a CPU: no line moves";
    case LineClass::near:
      return "line transfer under 16.5 ns one way, as between SMT siblings";
    case LineClass::mid:
      return "line transfer from 16.5 to 54 ns one way, as within one L3";
    case LineClass::far:
      return "line transfer of 54 ns or more one way, as across L3s or sockets";
  }
  return "?";
}

LineClass classify(std::optional<Nanoseconds> one_way) {
  if (!one_way) return LineClass::unknown;
  if (*one_way < near_below) return LineClass::near;
  return *one_way < mid_below ? LineClass::mid : LineClass::far;
}

std::optional<LineClass> class_of(const Slice& slice) {
  if (!slice.line_before || !slice.line_after) return LineClass::unknown;
  const auto [low, high] = std::minmax(*slice.line_before, *slice.line_after);
  if (high.count() > low.count() * same_place_ratio) return std::nullopt;
  return classify((low + high) / 2);
}

}  // namespace kickbench::bench::measure
