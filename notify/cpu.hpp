// The seam to the CPU: its counter and its spin hint. Everything that depends on the architecture outside of the
// memory-order accessors of the ring is here, so that a port to another 64-bit little-endian CPU is this file.
#pragma once

#include <cstdint>
#include <string_view>

#include "ring/units.hpp"

#if defined(__x86_64__)
#include <x86intrin.h>
#elif !defined(__aarch64__)
#include <ctime>
#endif

namespace kickbench {

/// Reads the CPU's counter. Not serialising: a fenced read would stall the very pipeline that is being measured.
inline TickTime read_ticks() noexcept {
#if defined(__x86_64__)
  return {static_cast<std::int64_t>(__rdtsc())};
#elif defined(__aarch64__)
  std::int64_t count;
  asm volatile("mrs %0, cntvct_el0" : "=r"(count));
  return {count};
#else
  timespec now;
  clock_gettime(CLOCK_MONOTONIC_RAW, &now);
  return {std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec};
#endif
}

/// The same, once all loads before it are done: what was read from the peer cannot be newer than this instant.
inline TickTime read_ticks_after_loads() noexcept {
#if defined(__x86_64__)
  _mm_lfence();
#elif defined(__aarch64__)
  asm volatile("dsb ld; isb" ::: "memory");
#endif
  return read_ticks();
}

/// Name of the counter behind read_ticks().
constexpr std::string_view tick_source() {
#if defined(__x86_64__)
  return "tsc";
#elif defined(__aarch64__)
  return "cntvct";
#else
  return "clock_gettime";
#endif
}

/// Tells the CPU that this is a spin loop: frees the core's resources for an SMT sibling.
inline void relax() noexcept {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace kickbench
