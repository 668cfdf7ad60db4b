// Stands in for ring/atomic.hpp: the same functions, over the modelled machine. The rings compile against this
// header unchanged, because its folder comes first in the include path of the interleaving check.
#pragma once

#include <cstdint>
#include <cstring>

#include "tests/interleave/machine.hpp"

namespace kickbench {

inline constexpr bool accesses_are_modelled = true;

// The defaults name the line of the ring that makes the access: its comment carries the label of the ordering point.
template <class T>
T load_relaxed(const T& word, const char* file = __builtin_FILE(), int line = __builtin_LINE()) noexcept {
  const std::uint64_t bits = interleave::machine().load(&word, sizeof(T), {file, line});
  T value;
  std::memcpy(&value, &bits, sizeof(T));
  return value;
}

template <class T>
T load_acquire(const T& word, const char* file = __builtin_FILE(), int line = __builtin_LINE()) noexcept {
  return load_relaxed(word, file, line);  // x86 loads are acquire loads
}

template <class T>
void store_relaxed(T& word, T value, const char* file = __builtin_FILE(), int line = __builtin_LINE()) noexcept {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof(T));
  interleave::machine().store(&word, sizeof(T), bits, {file, line});
}

template <class T>
void store_release(T& word, T value, const char* file = __builtin_FILE(), int line = __builtin_LINE()) noexcept {
  store_relaxed(word, value, file, line);  // x86 stores are release stores
}

inline void full_fence(const char* file = __builtin_FILE(), int line = __builtin_LINE()) noexcept {
  interleave::machine().full_fence({file, line});
}

/// On x86 a fence towards a device is one towards a CPU as well.
inline void full_fence(bool /*platform*/, const char* file = __builtin_FILE(), int line = __builtin_LINE()) noexcept {
  full_fence(file, line);
}
inline constexpr bool order_platform_is_known = true;

}  // namespace kickbench
