#include "bench/host/clock.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <limits>
#include <stdexcept>
#include <string>
#include <thread>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace kickbench::host {

namespace {

std::int64_t monotonic_raw_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC_RAW, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

[[noreturn]] void counter_stands_still() {
  throw std::runtime_error("the CPU counter '" + std::string(tick_source()) +
                           "' does not advance with CLOCK_MONOTONIC_RAW: no time can be measured on this machine");
}

double measure_ticks_per_ns() {
  const ClockInstant start = read_both_clocks();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const ClockInstant end = read_both_clocks();
  const TickSpan ticks = end.ticks - start.ticks;
  const std::int64_t elapsed_ns = end.raw_ns - start.raw_ns;
  if (ticks.count <= 0 || elapsed_ns <= 0) counter_stands_still();
  return static_cast<double>(ticks.count) / static_cast<double>(elapsed_ns);
}
// Ticks per read: the median over runs that are long enough for the counter's step and short enough to escape the
// timer interrupt.
double measure_read_ticks() {
  constexpr int reads_per_run = 64;
  std::array<double, 101> per_read{};
  for (double& run : per_read) {
    const TickTime start = read_ticks();
    TickTime last = start;
    for (int read = 0; read < reads_per_run; ++read) last = read_ticks();
    run = static_cast<double>((last - start).count) / reads_per_run;
  }
  const auto middle = per_read.begin() + per_read.size() / 2;
  std::nth_element(per_read.begin(), middle, per_read.end());
  return *middle;
}

TickSpan measure_step() {
  constexpr int wanted = 4096;
  TickSpan step{std::numeric_limits<std::int64_t>::max()};
  TickTime previous = read_ticks();
  for (int seen = 0; seen < wanted;) {
    const TickTime now = read_ticks();
    const TickSpan difference = now - previous;
    previous = now;
    if (difference.count <= 0) continue;
    step = std::min(step, difference);
    ++seen;
  }
  return step;
}

bool counter_is_invariant() {
#if defined(__x86_64__)
  unsigned eax = 0;
  unsigned ebx = 0;
  unsigned ecx = 0;
  unsigned edx = 0;
  constexpr unsigned invariant_tsc = 1U << 8U;  // CPUID 8000'0007h, EDX bit 8
  return __get_cpuid(0x8000'0007U, &eax, &ebx, &ecx, &edx) != 0 && (edx & invariant_tsc) != 0;
#else
  return true;  // the architecture fixes the rate of its generic timer, and the kernel that of its clocks
#endif
}

}  // namespace

// The tightest of many brackets is the one that neither an interrupt nor a cache miss has widened.
ClockInstant read_both_clocks() {
  ClockInstant best;
  std::int64_t narrowest = std::numeric_limits<std::int64_t>::max();
  for (int attempt = 0; attempt < 200; ++attempt) {
    const TickTime before = read_ticks();
    const std::int64_t raw_ns = monotonic_raw_ns();
    const TickSpan width = read_ticks() - before;
    // A negative width means that the thread moved between CPUs whose counters disagree.
    if (width.count < 0 || width.count >= narrowest) continue;
    narrowest = width.count;
    best = {before + TickSpan{width.count / 2}, raw_ns};
  }
  if (narrowest == std::numeric_limits<std::int64_t>::max()) counter_stands_still();
  return best;
}

Clock Clock::calibrate() {
  ClockFacts facts;
  facts.ticks_per_ns = measure_ticks_per_ns();
  facts.invariant = counter_is_invariant();
  facts.source = tick_source();
  facts.read_cost = Nanoseconds(measure_read_ticks() / facts.ticks_per_ns);
  facts.step = Nanoseconds(static_cast<double>(measure_step().count) / facts.ticks_per_ns);
  return Clock(facts);
}

ClockCheck Clock::check(const ClockInstant& begin, const ClockInstant& end) const noexcept {
  const Nanoseconds raw(static_cast<double>(end.raw_ns - begin.raw_ns));
  return {.apart_ppm = 1e6 * (to_ns(end.ticks - begin.ticks) / raw - 1), .over = raw};
}

std::string describe(const ClockCheck& check) {
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(), "%.1f ppm apart from CLOCK_MONOTONIC_RAW over %.2f s",
                std::abs(check.apart_ppm), check.over.count() / 1e9);
  return text.data();
}

TickSpan Clock::to_ticks(Nanoseconds time) const noexcept { return {std::llround(time.count() * facts_.ticks_per_ns)}; }

}  // namespace kickbench::host
