// One mapping of an anonymous file: the memory that driver and device share, and guest-physical addresses within it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

#include "ring/units.hpp"

namespace kickbench {

/// A memfd, mapped once. The descriptor stays open, so that another process may map it too.
class SharedMemory {
 public:
  /// A new one, zeroed, and sealed against a change of its size where the kernel can. Throws std::system_error.
  explicit SharedMemory(std::size_t size_bytes);
  /// All of one that was made elsewhere, whose size stays what it is; keeps a descriptor of its own. Throws
  /// std::system_error.
  static SharedMemory attach(int file_descriptor);
  ~SharedMemory();
  SharedMemory(SharedMemory&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), bytes_(std::exchange(other.bytes_, {})) {}
  SharedMemory& operator=(SharedMemory&&) = delete;

  std::span<std::byte> bytes() const noexcept { return bytes_; }
  int file_descriptor() const noexcept { return fd_; }

 private:
  struct OwnedDescriptor {
    int value;
  };
  /// Throws if it is none. From here on the destructor closes it, also where a delegating constructor throws.
  explicit SharedMemory(OwnedDescriptor descriptor);
  void map(std::size_t size_bytes);

  int fd_ = -1;
  std::span<std::byte> bytes_;
};

/// This side's view of guest-physical memory: address 0 is the first byte of the mapping, wherever this side has it.
class GuestMemory {
 public:
  explicit GuestMemory(std::span<std::byte> bytes) noexcept : bytes_(bytes) {}

  /// Local address of [address, address + length), or null where any part of it is outside. Cannot wrap.
  std::byte* translate(std::uint64_t address, std::uint64_t length) const noexcept {
    if (address > bytes_.size() || length > bytes_.size() - address) return nullptr;
    return bytes_.data() + address;
  }

 private:
  std::span<std::byte> bytes_;
};

/// Areas of a plan begin on line pairs of their own, so that no two of them share one.
constexpr std::uint64_t next_line_pair(std::uint64_t offset) {
  return (offset + line_pair_bytes - 1) / line_pair_bytes * line_pair_bytes;
}

/// An area of a queue at its local address. Throws std::invalid_argument for one that is misaligned or outside.
template <class T>
T* map_area(const GuestMemory& memory, std::uint64_t address, std::uint64_t bytes, std::uint64_t alignment) {
  std::byte* local = memory.translate(address, bytes);
  if (local == nullptr || address % alignment != 0) {
    throw std::invalid_argument("an area of the queue, at " + std::to_string(address) +
                                ", is misaligned or lies outside of the shared memory");
  }
  return reinterpret_cast<T*>(local);
}

/// An area of a queue in guest-physical memory.
struct AreaRange {
  std::uint64_t address = 0;
  std::uint64_t bytes = 0;
};

/// For areas that lie in the memory. Throws std::invalid_argument where two of them share a byte.
void refuse_overlap(std::initializer_list<AreaRange> areas);

}  // namespace kickbench
