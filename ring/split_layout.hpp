// The split virtqueue, byte by byte (VIRTIO 1.2, 2.7), and where its areas lie in the shared memory.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "ring/shared_memory.hpp"

namespace kickbench {

static_assert(std::endian::native == std::endian::little, "the ring's fields are little-endian (VIRTIO 1.2, 1.4)");

/// What a descriptor says of the buffer at its address. In shared memory it is one word, read and written at once.
struct SplitControl {
  std::uint32_t len;
  std::uint16_t flags;
  std::uint16_t next;

  static constexpr SplitControl of(std::uint64_t word) noexcept {
    return {.len = static_cast<std::uint32_t>(word),
            .flags = static_cast<std::uint16_t>(word >> 32),
            .next = static_cast<std::uint16_t>(word >> 48)};
  }
  constexpr std::uint64_t word() const noexcept { return len | std::uint64_t{flags} << 32 | std::uint64_t{next} << 48; }
};

/// The fields of the standard, by its names, and the word that the queue reads and writes instead of the last three.
struct SplitDescriptor {
  std::uint64_t addr;
  __extension__ union {  // gcc and clang: what was written as fields can be read as the word, and the other way round
    struct {
      std::uint32_t len;
      std::uint16_t flags;
      std::uint16_t next;
    };
    std::uint64_t control;  ///< a SplitControl
  };
};
static_assert(sizeof(SplitDescriptor) == 16 && offsetof(SplitDescriptor, control) == 8 &&
                  offsetof(SplitDescriptor, len) == 8 && offsetof(SplitDescriptor, flags) == 12 &&
                  offsetof(SplitDescriptor, next) == 14 &&
                  SplitControl{.len = 1, .flags = 2, .next = 3}.word() == 0x0003'0002'0000'0001,
              "descriptor table entry: len at 8, flags at 12, next at 14 (VIRTIO 1.2, 2.7.5)");

struct SplitUsedElement {
  std::uint32_t id;
  std::uint32_t len;
};
static_assert(sizeof(SplitUsedElement) == 8, "used ring entry (VIRTIO 1.2, 2.7.8)");

inline constexpr std::uint32_t split_queue_size_max = 32768;  // VIRTIO 1.2, 2.7

constexpr bool split_queue_size_is_valid(std::uint64_t size) {
  return std::has_single_bit(size) && size <= split_queue_size_max;
}

/// Guest-physical addresses of a queue's three areas.
struct SplitPlan {
  std::uint64_t descriptors;
  std::uint64_t avail;
  std::uint64_t used;
  std::uint64_t end;  ///< bytes of memory that the plan needs
};

/// Lays the areas out so that no two share a cache line pair, nor an index and a ring; the specification asks for less
/// (2.7: 16, 2 and 4 bytes).
SplitPlan plan_split_queue(std::uint32_t queue_size);

/// Local view of the three areas. Both halves hold one; nothing in it is state.
struct SplitAreas {
  SplitDescriptor* descriptors;
  std::uint16_t* avail_flags;
  std::uint16_t* avail_idx;
  std::uint16_t* avail_ring;
  std::uint16_t* used_event;  ///< behind avail_ring: written by the driver (2.7.6)
  std::uint16_t* used_flags;
  std::uint16_t* used_idx;
  SplitUsedElement* used_ring;
  std::uint16_t* avail_event;  ///< behind used_ring: written by the device (2.7.8)
};

/// Throws std::invalid_argument for a size that is no power of two up to 32768, or areas that are misaligned, outside
/// of the memory, or overlap.
SplitAreas map_split_queue(const GuestMemory& memory, const SplitPlan& plan, std::uint32_t queue_size);

/// Back to the state of a queue that nobody has used (VIRTIO 1.2, 2.6.1 after a reset): all zero. Both halves must be
/// made anew.
void reset_split_queue(const SplitAreas& areas, std::uint32_t queue_size);

}  // namespace kickbench
