#include "tests/interleave/memory.hpp"

#include <algorithm>
#include <cstring>

namespace kickbench::interleave {
namespace {

std::uintptr_t number_of(const void* address) { return reinterpret_cast<std::uintptr_t>(address); }

std::uint64_t read(const void* address, std::size_t size_bytes) {
  std::uint64_t value = 0;
  std::memcpy(&value, address, size_bytes);
  return value;
}

// Byte for byte: one place may be written as two halves and read as a whole.
std::uint64_t contents(const void* address, std::size_t size_bytes) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < size_bytes; ++i) {
    const auto* byte = static_cast<const unsigned char*>(address) + i;
    sum += mix(number_of(byte), std::uint64_t{*byte} << 56);
  }
  return sum;
}

}  // namespace

std::uint64_t TsoMemory::load(Side side, const void* address, std::size_t size_bytes) const {
  std::uint64_t value = read(address, size_bytes);
  const std::uintptr_t begin = number_of(address);
  for (const Store& store : buffers_[index_of(side)]) {
    const std::uintptr_t store_begin = number_of(store.address);
    const std::uintptr_t from = std::max(begin, store_begin);
    const std::uintptr_t to = std::min(begin + size_bytes, store_begin + store.size_bytes);
    if (from >= to) continue;
    std::memcpy(reinterpret_cast<char*>(&value) + (from - begin),
                reinterpret_cast<const char*>(&store.value) + (from - store_begin), to - from);
  }
  return value;
}

std::uint64_t TsoMemory::waiting_fingerprint(Side side) const {
  std::uint64_t hash = 0;
  for (const Store& store : buffers_[index_of(side)]) {
    hash = mix(mix(mix(hash, number_of(store.address)), store.size_bytes), store.value);
  }
  return hash;
}

TsoMemory::Store TsoMemory::drain(Side side) {
  std::deque<Store>& buffer = buffers_[index_of(side)];
  const Store oldest = buffer.front();
  buffer.pop_front();
  write(oldest);
  return oldest;
}

void TsoMemory::write(const Store& store) {
  undo_.at(undo_count_++) = {store.address, store.size_bytes, read(store.address, store.size_bytes)};
  fingerprint_ -= contents(store.address, store.size_bytes);
  std::memcpy(store.address, &store.value, store.size_bytes);
  fingerprint_ += contents(store.address, store.size_bytes);
}

void TsoMemory::reset() {
  for (auto& buffer : buffers_) buffer.clear();
  while (undo_count_ > 0) {
    const Overwritten& last = undo_[--undo_count_];
    std::memcpy(last.address, &last.value, last.size_bytes);
  }
  fingerprint_ = 0;
}

}  // namespace kickbench::interleave
