// A buffer as each half sees it: the driver as guest-physical segments, the device as local memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace kickbench {

// Flags of a descriptor, alike in both layouts (VIRTIO 1.2, 2.7.5 and 2.8.1).
inline constexpr std::uint16_t descriptor_flag_next = 1;      // VIRTQ_DESC_F_NEXT
inline constexpr std::uint16_t descriptor_flag_write = 2;     // VIRTQ_DESC_F_WRITE: the device writes this segment
inline constexpr std::uint16_t descriptor_flag_indirect = 4;  // VIRTQ_DESC_F_INDIRECT

/// A piece of a buffer as the driver offers it. All that the device reads comes before all that it writes.
struct Segment {
  std::uint64_t addr = 0;  ///< guest-physical
  std::uint32_t len = 0;
  std::uint16_t flags = 0;  ///< 0 or descriptor_flag_write

  constexpr std::uint32_t writable_bytes() const noexcept { return (flags & descriptor_flag_write) != 0 ? len : 0; }
};

/// What the device may write into a chain, all segments together.
constexpr std::uint64_t bytes_to_write(std::span<const Segment> chain) noexcept {
  std::uint64_t bytes = 0;
  for (const Segment& segment : chain) bytes += segment.writable_bytes();
  return bytes;
}

/// A buffer that the device handed back.
struct UsedBuffer {
  std::uint16_t id = 0;
  std::uint32_t len = 0;  ///< bytes that the device wrote
};

/// A segment as the device uses it: translated and checked.
struct DeviceSegment {
  std::byte* data = nullptr;
  std::uint32_t len = 0;
  bool writable = false;
};

/// A buffer that the driver made available, translated and checked.
struct DeviceBuffer {
  std::byte* data = nullptr;  ///< of the first segment
  std::uint32_t len = 0;
  std::uint16_t id = 0;                      ///< to be handed back by push_used()
  std::span<const DeviceSegment> rest = {};  ///< the other segments of a chain; valid until the next pop()
};

}  // namespace kickbench
