// Access to words that the other side reads or writes. Every shared word goes through here, never through a plain load
// or store: the compiler may not merge, repeat or tear the access, and a sanitizer sees it as what it is.
//
// Each use of an ordered access or fence carries the label of its pair (docs/ring.md lists the pairs).
#pragma once

#include <atomic>

namespace kickbench {

template <class T>
T load_relaxed(const T& word) noexcept {
  return std::atomic_ref<T>(const_cast<T&>(word)).load(std::memory_order_relaxed);
}

template <class T>
T load_acquire(const T& word) noexcept {
  return std::atomic_ref<T>(const_cast<T&>(word)).load(std::memory_order_acquire);
}

template <class T>
void store_relaxed(T& word, T value) noexcept {
  std::atomic_ref<T>(word).store(value, std::memory_order_relaxed);
}

template <class T>
void store_release(T& word, T value) noexcept {
  std::atomic_ref<T>(word).store(value, std::memory_order_release);
}

/// Orders an earlier store before a later load: the one ordering that x86 does not give for nothing.
inline void full_fence() noexcept { std::atomic_thread_fence(std::memory_order_seq_cst); }

/// The same towards a device that is no CPU (VIRTIO_F_ORDER_PLATFORM), if `platform`. Only x86-64 is known: its loads
/// and stores of ordinary memory reach a device in order too, so of all ordering points only the full ones change.
inline void full_fence(bool platform) noexcept {
#if defined(__x86_64__)
  if (platform) return __builtin_ia32_mfence();
#else
  static_cast<void>(platform);
#endif
  full_fence();
}
#if defined(__x86_64__)
inline constexpr bool order_platform_is_known = true;
#else
inline constexpr bool order_platform_is_known = false;
#endif

}  // namespace kickbench
