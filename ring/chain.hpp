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
    if (len == 0) return RingFault::buffer_empty;
    if (data == nullptr) return RingFault::buffer_outside;
    total_bytes_ += len;
    if (total_bytes_ > std::numeric_limits<std::uint32_t>::max()) return RingFault::chain_too_many_bytes;
    if (writable) writable_bytes_ += len;
    segments_.push_back({.data = data, .len = len, .writable = writable});
    return RingFault::none;
  }

  template <class Descriptor>
  struct Table {
    RingFault fault = RingFault::none;
    std::span<const Descriptor> descriptors = {};
  };

  /// The table of descriptors that an indirect descriptor refers to (2.7.5.3, 2.8.7). It may have more
  /// descriptors than the queue: it is the chain that may not (2.7.5.3.1).
  template <class Descriptor>
  Table<Descriptor> table(std::uint64_t addr, std::uint32_t len, std::uint16_t flags) const noexcept {
    if ((flags & descriptor_flag_next) != 0) return {RingFault::table_and_next};
    if (len == 0 || len % sizeof(Descriptor) != 0) return {RingFault::table_bad_length};
    const auto* first = reinterpret_cast<const Descriptor*>(memory_.translate(addr, len));
    if (first == nullptr) return {RingFault::table_outside};
    if (addr % alignof(Descriptor) != 0) return {RingFault::table_misaligned};
    return {.descriptors = {first, len / sizeof(Descriptor)}};
  }

  /// Flags that a descriptor may carry; where the descriptor stands, the layout may have more.
  static constexpr std::uint16_t known_flags = descriptor_flag_next | descriptor_flag_write;

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
