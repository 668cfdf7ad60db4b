// Stands in for ring/atomic.hpp: the same functions, and a test that may act right after any load or store. The rings
// compile against this header unchanged, because its folder comes first in the include path of ring_read_once and
// ring_line_moves.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>

namespace kickbench {

namespace test {
/// Called after each load, and after each store, of a shared word.
inline std::function<void(void* word, std::size_t bytes)> after_load;
inline std::function<void(void* word, std::size_t bytes)> after_store;
}  // namespace test

template <class T>
T load_relaxed(const T& word) noexcept {
  T& shared = const_cast<T&>(word);
  const T value = std::atomic_ref<T>(shared).load();
  if (test::after_load) test::after_load(&shared, sizeof(T));
  return value;
}
template <class T>
T load_acquire(const T& word) noexcept {
  return load_relaxed(word);
}
template <class T>
void store_relaxed(T& word, T value) noexcept {
  std::atomic_ref<T>(word).store(value);
  if (test::after_store) test::after_store(&word, sizeof(T));
}
template <class T>
void store_release(T& word, T value) noexcept {
  store_relaxed(word, value);
}
inline void full_fence(bool /*platform*/ = false) noexcept { std::atomic_thread_fence(std::memory_order_seq_cst); }
inline constexpr bool order_platform_is_known = true;

}  // namespace kickbench
