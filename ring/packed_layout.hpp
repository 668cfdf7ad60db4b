// The packed virtqueue, byte by byte (VIRTIO 1.2, 2.8), and where its areas lie in the shared memory.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "ring/shared_memory.hpp"

namespace kickbench {

static_assert(std::endian::native == std::endian::little, "the ring's fields are little-endian (VIRTIO 1.2, 1.4)");

/// What a descriptor says of the buffer at its address, and who has it. In shared memory it is one word, read and
/// written at once: nobody sees a flag beside an old id or length.
struct PackedControl {
  std::uint32_t len;
  std::uint16_t id;
  std::uint16_t flags;

  static constexpr PackedControl of(std::uint64_t word) noexcept {
    return {.len = static_cast<std::uint32_t>(word),
            .id = static_cast<std::uint16_t>(word >> 32),
            .flags = static_cast<std::uint16_t>(word >> 48)};
  }
  constexpr std::uint64_t word() const noexcept { return len | std::uint64_t{id} << 32 | std::uint64_t{flags} << 48; }
};

/// The fields of the standard, by its names, and the word that the queue reads and writes instead of the last three.
struct PackedDescriptor {
  std::uint64_t addr;
  __extension__ union {  // gcc and clang: what was written as fields can be read as the word, and the other way round
    struct {
      std::uint32_t len;
      std::uint16_t id;
      std::uint16_t flags;
    };
    std::uint64_t control;  ///< a PackedControl
  };
};
static_assert(sizeof(PackedDescriptor) == 16 && offsetof(PackedDescriptor, control) == 8 &&
                  offsetof(PackedDescriptor, len) == 8 && offsetof(PackedDescriptor, id) == 12 &&
                  offsetof(PackedDescriptor, flags) == 14 &&
                  PackedControl{.len = 1, .id = 2, .flags = 3}.word() == 0x0003'0002'0000'0001,
              "descriptor ring entry: len at 8, id at 12, flags at 14 (VIRTIO 1.2, 2.8.13)");

// VIRTQ_DESC_F_AVAIL and VIRTQ_DESC_F_USED (2.8.1).
inline constexpr std::uint16_t packed_flag_avail = 1U << 7;
inline constexpr std::uint16_t packed_flag_used = 1U << 15;

inline constexpr std::uint32_t packed_queue_size_max = 32768;  // 2.8

constexpr bool packed_queue_size_is_valid(std::uint64_t size) { return size >= 1 && size <= packed_queue_size_max; }

/// A place in the ring with its lap's parity (2.8.1): what both sides count in. No power of two is assumed.
struct PackedPosition {
  std::uint16_t index = 0;
  bool wrap_counter = true;

  /// On by `count` descriptors, at most a lap.
  constexpr PackedPosition after(std::uint32_t count, std::uint32_t queue_size) const noexcept {
    const std::uint32_t sum = index + count;
    if (sum < queue_size) return {static_cast<std::uint16_t>(sum), wrap_counter};
    return {static_cast<std::uint16_t>(sum - queue_size), !wrap_counter};
  }
  /// The flags that make a descriptor available on this lap, and those that make it used.
  constexpr std::uint16_t avail_flags() const noexcept { return wrap_counter ? packed_flag_avail : packed_flag_used; }
  constexpr std::uint16_t used_flags() const noexcept {
    return wrap_counter ? packed_flag_avail | packed_flag_used : 0;
  }
  /// How many descriptors lie between `start` and here, which is at most a lap behind it.
  constexpr std::uint32_t distance_from(PackedPosition start, std::uint32_t queue_size) const noexcept {
    const std::uint32_t on_this_lap = wrap_counter == start.wrap_counter ? 0 : queue_size;
    return index + on_this_lap - start.index;
  }
  constexpr bool is_avail(std::uint16_t flags) const noexcept { return (flags & lap_mask) == avail_flags(); }
  constexpr bool is_used(std::uint16_t flags) const noexcept { return (flags & lap_mask) == used_flags(); }

  friend constexpr bool operator==(PackedPosition, PackedPosition) = default;

 private:
  static constexpr std::uint16_t lap_mask = packed_flag_avail | packed_flag_used;
};

/// An event suppression structure (2.8.14) as the one 32-bit word that it is read and written as: descriptor offset and
/// wrap counter in the low half, flags in the high half.
struct PackedEvent {
  static constexpr std::uint32_t enable = 0, disable = 1, at_descriptor = 2;  // RING_EVENT_FLAGS_*

  static constexpr std::uint32_t all() noexcept { return enable << 16; }
  static constexpr std::uint32_t none() noexcept { return disable << 16; }
  static constexpr std::uint32_t at(PackedPosition position) noexcept {
    return at_descriptor << 16 | (position.wrap_counter ? 0x8000U : 0U) | position.index;
  }
};

/// Guest-physical addresses of a queue's three areas.
struct PackedPlan {
  std::uint64_t descriptors;
  std::uint64_t driver_event;
  std::uint64_t device_event;
  std::uint64_t end;  ///< bytes of memory that the plan needs
};

/// Lays the areas out so that no two share a cache line pair; the specification asks for less (2.8.10.1).
/// Throws std::invalid_argument for a size outside of 1 to 32768.
PackedPlan plan_packed_queue(std::uint32_t queue_size);

/// Local view of the three areas. Both halves hold one; nothing in it is state.
struct PackedAreas {
  PackedDescriptor* descriptors;
  std::uint32_t* driver_event;  ///< written by the driver: when the device shall interrupt it
  std::uint32_t* device_event;  ///< written by the device: when the driver shall kick it
};

/// Throws std::invalid_argument for a size outside of 1 to 32768, or areas that are misaligned, outside of the memory,
/// or overlap.
PackedAreas map_packed_queue(const GuestMemory& memory, const PackedPlan& plan, std::uint32_t queue_size);

/// Back to the state of a queue that nobody has used: all zero. Both halves must be made anew.
void reset_packed_queue(const PackedAreas& areas, std::uint32_t queue_size);

}  // namespace kickbench
