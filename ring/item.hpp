// The item that producer and consumer exchange: a sequence number that proves that none was lost, and a time stamp.
#pragma once

#include <cstdint>

namespace kickbench {

/// A message from producer to consumer about the stream itself, carried by an item so that it stays in sequence.
enum class Mark : std::uint64_t {
  none = 0,
  begin = 1,  ///< the measured window begins with this item
  end = 2,    ///< the measured window ends before this item
  last = 3,   ///< the stream ends with this item
};

struct Item {
  std::uint64_t tag = 0;   ///< sequence number, with the mark in the two top bits: one comparison checks both
  std::int64_t stamp = 0;  ///< counter when the item's production began; 0 where it was not sampled

  static constexpr unsigned mark_shift = 62;
  static constexpr std::uint64_t make_tag(std::uint64_t sequence, Mark mark) {
    return sequence | (static_cast<std::uint64_t>(mark) << mark_shift);
  }
  static constexpr Mark mark_of(std::uint64_t tag) { return static_cast<Mark>(tag >> mark_shift); }
  static constexpr std::uint64_t sequence_of(std::uint64_t tag) { return tag & ((std::uint64_t{1} << mark_shift) - 1); }
};
static_assert(sizeof(Item) == 16, "four items share a cache line");

}  // namespace kickbench
