// A chain of descriptors as the device follows it, one descriptor after the other, each checked before it is used.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "ring/buffers.hpp"
#include "ring/port.hpp"
#include "ring/shared_memory.hpp"

namespace kickbench {

/// The chain that is being taken. Filled anew for each; nothing is allocated after set-up.
class ChainReader {
 public:
  ChainReader(const GuestMemory& memory, std::uint32_t longest) : memory_(memory), longest_(longest) {
    segments_.reserve(longest);
  }

  void restart() noexcept {
    segments_.clear();
    total_bytes_ = 0;
    writable_bytes_ = 0;
  }

  /// Takes one more descriptor of the chain (VIRTIO 1.2, 2.7.4.2, 2.7.5.3 and 2.8.5 to 2.8.7).
  RingFault add(std::uint64_t addr, std::uint32_t len, std::uint16_t flags) noexcept {
    if (segments_.size() == longest_) return RingFault::chain_too_long;
    const bool writable = (flags & descriptor_flag_write) != 0;
    if (!writable && writable_bytes_ > 0) return RingFault::readable_after_writable;
    std::byte* data = memory_.translate(addr, len);
    if (data == nullptr || len == 0) return RingFault::bad_buffer_address;
    total_bytes_ += len;
    if (total_bytes_ > std::numeric_limits<std::uint32_t>::max()) return RingFault::chain_too_many_bytes;
    if (writable) writable_bytes_ += len;
    segments_.push_back({.data = data, .len = len, .writable = writable});
    return RingFault::none;
  }

  /// The table of descriptors that an indirect descriptor refers to (2.7.5.3, 2.8.7). Null if it cannot be one.
  template <class Descriptor>
  const Descriptor* table(std::uint64_t addr, std::uint32_t len) const noexcept {
    if (len == 0 || len % sizeof(Descriptor) != 0 || len / sizeof(Descriptor) > longest_) return nullptr;
    if (addr % alignof(Descriptor) != 0) return nullptr;
    return reinterpret_cast<const Descriptor*>(memory_.translate(addr, len));
  }

  std::uint32_t longest() const noexcept { return longest_; }
  /// Of a chain that was taken without a fault.
  const DeviceSegment& first() const noexcept { return segments_.front(); }
  DeviceBuffer buffer(std::uint16_t id) const noexcept {
    return {.data = first().data, .len = first().len, .id = id, .rest = std::span(segments_).subspan(1)};
  }
  std::uint32_t writable_bytes() const noexcept { return writable_bytes_; }

 private:
  GuestMemory memory_;
  std::uint32_t longest_;
  std::vector<DeviceSegment> segments_;
  std::uint64_t total_bytes_ = 0;
  std::uint32_t writable_bytes_ = 0;
};

}  // namespace kickbench
