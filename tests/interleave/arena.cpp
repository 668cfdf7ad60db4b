#include "tests/interleave/arena.hpp"

#include <cstdlib>
#include <new>

namespace kickbench::interleave {
namespace {

constexpr std::size_t arena_bytes = 64 * 1024;
alignas(std::max_align_t) std::byte arena[arena_bytes];
std::size_t taken_bytes = 0;
bool active = false;

void* take(std::size_t size_bytes) {
  constexpr std::size_t alignment = alignof(std::max_align_t);
  size_bytes = (size_bytes + alignment - 1) / alignment * alignment;
  if (size_bytes > arena_bytes - taken_bytes) throw std::bad_alloc();
  void* memory = arena + taken_bytes;
  taken_bytes += size_bytes;
  return memory;
}

bool is_in_arena(const void* memory) { return memory >= arena && memory < arena + arena_bytes; }

}  // namespace

Arena::Arena() {
  taken_bytes = 0;
  active = true;
}

Arena::~Arena() { active = false; }

std::span<const std::byte> Arena::taken() { return {arena, taken_bytes}; }

}  // namespace kickbench::interleave

void* operator new(std::size_t size_bytes) {
  if (kickbench::interleave::active) return kickbench::interleave::take(size_bytes);
  if (void* memory = std::malloc(size_bytes)) return memory;
  throw std::bad_alloc();
}

void operator delete(void* memory) noexcept {
  if (!kickbench::interleave::is_in_arena(memory)) std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }
