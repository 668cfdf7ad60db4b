// Mutations that keep a program a program: half of the time whole steps are moved, copied, dropped or made anew.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>

#include "tests/fuzz/program.hpp"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t size_max);

/// Freed memory is soon used again, which is quick; an access to it would be seen in the same run.
extern "C" const char* __asan_default_options() {
  return "quarantine_size_mb=1:malloc_context_size=1:detect_stack_use_after_return=0";
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t size_max,
                                               unsigned seed) {
  using kickbench::fuzz::step_bytes;
  std::minstd_rand random(seed);
  const std::size_t count = size / step_bytes;
  if (random() % 2 == 0 || count < 2) return LLVMFuzzerMutate(data, size, size_max);
  const auto at = [&](std::size_t step) { return data + step * step_bytes; };
  // The header, step 0, stays where it is.
  const std::size_t one = 1 + random() % (count - 1);
  const std::size_t other = 1 + random() % (count - 1);
  switch (random() % 4) {
    case 0:
      std::swap_ranges(at(one), at(one + 1), at(other));
      return size;
    case 1:
      std::memmove(at(one), at(one + 1), size - (one + 1) * step_bytes);
      return size - step_bytes;
    case 2:
      if (size + step_bytes > size_max) return size;
      std::memmove(at(one + 1), at(one), size - one * step_bytes);
      std::memcpy(at(one), at(other < one ? other : other + 1), step_bytes);
      return size + step_bytes;
    default:
      for (std::size_t i = 0; i < step_bytes; ++i) at(one)[i] = static_cast<std::uint8_t>(random() >> 8);
      return size;
  }
}
