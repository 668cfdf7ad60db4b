// One mapping of an anonymous file: the memory that driver and device share, and guest-physical addresses within it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace kickbench {

/// A memfd, mapped once, zeroed. Throws std::system_error. The descriptor stays open: another process may map it too.
class SharedMemory {
 public:
  explicit SharedMemory(std::size_t size_bytes);
  ~SharedMemory();
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;

  std::span<std::byte> bytes() const noexcept { return bytes_; }
  int file_descriptor() const noexcept { return fd_; }

 private:
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

}  // namespace kickbench
