// What a half of a packed virtqueue keeps of a buffer in flight, by its id.
#pragma once

#include <cstdint>

namespace kickbench {

/// One word, so that a buffer costs one store when it goes into flight and one when it comes back.
class PackedInFlight {
 public:
  /// Not in flight.
  constexpr PackedInFlight() = default;
  constexpr PackedInFlight(std::uint32_t descriptor_count, std::uint64_t writable_bytes) noexcept
      : word_(std::uint64_t{descriptor_count} << count_shift | (writable_bytes + 1)) {}

  /// The used length must be below: what the device may write, plus 1; 0 while not in flight.
  constexpr std::uint64_t used_len_limit() const noexcept { return word_ & ((std::uint64_t{1} << count_shift) - 1); }
  /// Of the ring.
  constexpr std::uint32_t descriptor_count() const noexcept { return static_cast<std::uint32_t>(word_ >> count_shift); }

 private:
  static constexpr unsigned count_shift = 48;  // no chain of 32768 segments has as many bytes

  std::uint64_t word_ = 0;
};

}  // namespace kickbench
