// Stands in for ring/atomic.hpp: the same accesses, and after each load the peer may have changed the word. The rings
// compile against this header unchanged, because its folder comes first in the include path of the fuzzers.
#pragma once

#include <atomic>

#include "tests/fuzz/race.hpp"

namespace kickbench {

template <class T>
T load_relaxed(const T& word) noexcept {
  const T seen = std::atomic_ref<T>(const_cast<T&>(word)).load(std::memory_order_relaxed);
  fuzz::race().after_load(const_cast<T&>(word), seen);
  return seen;
}

template <class T>
T load_acquire(const T& word) noexcept {
  return load_relaxed(word);  // one thread: the order is that of the program
}

template <class T>
void store_relaxed(T& word, T value) noexcept {
  std::atomic_ref<T>(word).store(value, std::memory_order_relaxed);
}

template <class T>
void store_release(T& word, T value) noexcept {
  store_relaxed(word, value);
}

inline void full_fence() noexcept {}
inline void full_fence(bool /*platform*/) noexcept {}
inline constexpr bool order_platform_is_known = true;

}  // namespace kickbench
