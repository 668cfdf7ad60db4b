#include "bench/measure/line_probe.hpp"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace kickbench::bench::measure {
namespace {

// Between what this probe showed on virtual EPYCs: 10 ns (SMT siblings), 27 ns (one L3), 107 to 130 ns (across L3s).
// The bounds are the geometric means of 10, 27 and 107, so the classes hold on machines that are somewhat faster or
// slower.
constexpr Nanoseconds near_below{16.5};
constexpr Nanoseconds mid_below{54};

// Half of the way, by ratios, from one class to the next: two probes that differ by more are of two places.
constexpr double same_place_ratio = 1.6;

/// Looks at a line over and over. Where the other side does not run, it may be that it waits for this CPU.
class Spin {
 public:
  explicit Spin(const StopFlag& stop) noexcept : stop_(stop) {}

  /// False when it is time to give up.
  bool again() noexcept {
    constexpr std::uint32_t patience = 1U << 14U;
    if (++looks_ % patience == 0) sched_yield();
    return !stop_.requested();
  }

 private:
  const StopFlag& stop_;
  std::uint32_t looks_ = 0;
};

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

std::optional<LineClass> class_between(std::optional<Nanoseconds> before, std::optional<Nanoseconds> after) {
  if (!before || !after) return LineClass::unknown;
  const auto [low, high] = std::minmax(*before, *after);
  if (high.count() > low.count() * same_place_ratio) return std::nullopt;
  return classify(Nanoseconds(std::sqrt(low.count() * high.count())));
}

bool disagree(const OffsetBounds& before, const OffsetBounds& after) noexcept {
  return before.lower > after.upper || after.lower > before.upper;
}

TickSpan one_way_of(std::span<const TickSpan> burst_times) noexcept {
  std::array<TickSpan, LineProbe::bursts> times;
  const auto end = std::ranges::copy(burst_times.first(std::min(burst_times.size(), times.size())), times.begin()).out;
  const auto middle = times.begin() + (end - times.begin()) / 2;
  std::nth_element(times.begin(), middle, end);
  return {middle->count / (2 * std::int64_t{LineProbe::rounds})};
}

bool LineProbe::swap_when(std::uint32_t token, const StopFlag& stop) noexcept {
  Spin spin(stop);
  std::uint32_t seen = token;
  while (!token_.compare_exchange_weak(seen, token + 1, std::memory_order_acq_rel, std::memory_order_relaxed)) {
    if (!spin.again()) return false;
    seen = token;
  }
  return true;
}

bool LineProbe::wait_for(std::uint32_t token, const StopFlag& stop) const noexcept {
  Spin spin(stop);
  while (token_.load(std::memory_order_acquire) != token) {
    if (!spin.again()) return false;
  }
  return true;
}

std::optional<LineReading> LineProbe::ping(const StopFlag& stop) noexcept {
  std::array<TickSpan, bursts> times;
  for (TickSpan& time : times) {
    const TickTime begin = read_ticks();
    for (std::uint32_t round = 0; round < rounds; ++round, pinged_ += 2) {
      if (!swap_when(pinged_, stop)) return std::nullopt;
    }
    time = read_ticks() - begin;
  }
  constexpr std::int64_t unbounded = std::numeric_limits<std::int64_t>::max();
  OffsetBounds offset{.lower = {-unbounded}, .upper = {unbounded}};
  for (std::uint32_t round = 0; round < rounds; ++round, pinged_ += 2) {
    if (!wait_for(pinged_, stop)) return std::nullopt;
    const TickTime asked = read_ticks();
    token_.store(pinged_ + 1, std::memory_order_release);
    if (!wait_for(pinged_ + 2, stop)) return std::nullopt;
    const TickTime answered = read_ticks_after_loads();
    const TickTime stamp{stamp_.load(std::memory_order_relaxed)};
    offset.upper = std::min(offset.upper, stamp - asked);
    offset.lower = std::max(offset.lower, stamp - answered);
  }
  const LineReading reading{.one_way = one_way_of(times), .offset = offset};
  reading_ = reading;
  token_.store(pinged_ + 1, std::memory_order_release);
  pinged_ += 2;
  return reading;
}

std::optional<LineReading> LineProbe::pong(const StopFlag& stop) noexcept {
  for (std::uint32_t round = 0; round < bursts * rounds; ++round, ponged_ += 2) {
    if (!swap_when(ponged_, stop)) return std::nullopt;
  }
  for (std::uint32_t round = 0; round < rounds; ++round, ponged_ += 2) {
    if (!wait_for(ponged_, stop)) return std::nullopt;
    stamp_.store(read_ticks_after_loads().count, std::memory_order_relaxed);
    token_.store(ponged_ + 1, std::memory_order_release);
  }
  if (!wait_for(ponged_, stop)) return std::nullopt;
  const LineReading reading = reading_;
  token_.store(ponged_ + 1, std::memory_order_release);
  ponged_ += 2;
  return reading;
}

}  // namespace kickbench::bench::measure
