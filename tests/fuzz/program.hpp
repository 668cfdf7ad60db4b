// A fuzzer's input as a program: a header that shapes the queue, then steps of four bytes each. Every input is a
// program, and a step whose choices are large is an honest one, so most programs get far.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>

#include "ring/queue_shape.hpp"

namespace kickbench::fuzz {

enum class Operation : std::uint8_t {
  offer,       ///< the peer hands over a buffer: a which, b which of its fields is twisted, c how
  move_index,  ///< the peer's index or position: a by how much
  poke_byte,   ///< a, b where in the shared memory, c what
  poke_word,   ///< the same with a word of 16 bits
  set_event,   ///< the peer's event: a how, b and c where
  race,        ///< the peer changes a word that the half is reading: a how many loads later, b and c what
  take,        ///< pop() or reclaim()
  give,        ///< push_used() or add()
  publish,
  wants,  ///< does the peer want a notification?
  arm,    ///< a the threshold
  disarm,
  look,   ///< has_avail() or has_used()
  reset,  ///< the queue is as new, and the half made anew
};
inline constexpr unsigned operation_count = 14;

struct Step {
  std::uint8_t operation, a, b, c;

  Operation what() const noexcept { return static_cast<Operation>(operation % operation_count); }
  std::uint16_t word() const noexcept { return static_cast<std::uint16_t>(b | c << 8); }
};
inline constexpr std::size_t step_bytes = 4;
static_assert(sizeof(Step) == step_bytes);

inline constexpr std::uint32_t queue_size_max = 16;
inline constexpr std::uint32_t chain_max = 4;

class Program {
 public:
  Program(const std::uint8_t* data, std::size_t bytes) noexcept : left_(data, bytes) { next(header_); }

  bool next(Step& step) noexcept {
    if (left_.size() < step_bytes) return false;
    std::memcpy(&step, left_.data(), step_bytes);
    left_ = left_.subspan(step_bytes);
    return true;
  }

  /// What the header says: its first byte the size, its second the features, its third the length of chains.
  QueueShape shape(bool any_size) const noexcept {
    QueueShape shape{.queue_size = any_size ? 1U + header_.operation % queue_size_max : 1U << header_.operation % 5};
    shape.features = {};
    constexpr std::array all{Feature::event_idx, Feature::indirect_desc, Feature::in_order, Feature::order_platform};
    for (std::size_t i = 0; i < all.size(); ++i) {
      if ((header_.a >> i & 1) != 0) shape.features = shape.features.with(all[i]);
    }
    shape.chain = 1U + header_.b % (shape.queue_size < chain_max ? shape.queue_size : chain_max);
    return shape;
  }
  bool device_writes() const noexcept { return (header_.c & 1) != 0; }

 private:
  std::span<const std::uint8_t> left_;
  Step header_{};
};

/// What the half under test must do. A fuzzer takes the abort for a crash and keeps the program.
inline void expect(bool holds, const char* what) {
  if (holds) [[likely]]
    return;
  std::fprintf(stderr, "it does not hold that %s\n", what);
  std::abort();
}

/// The honest number, or where `how` is small another one: mostly at an edge of what is legal.
template <class T>
T twist(T honest, std::uint64_t legal_max, std::uint8_t how) noexcept {
  const std::uint64_t number = honest;
  const std::array<std::uint64_t, 16> others{
      legal_max,  legal_max + 1,          legal_max - 1,          0,          1,
      2,          ~std::uint64_t{0},      ~std::uint64_t{0} - 7,  0x8000,     std::uint64_t{1} << 31,
      number + 1, std::uint64_t{1} << 63, ~std::uint64_t{0} - 15, number - 1, number + legal_max + 1,
      number ^ 8};
  return how < others.size() ? static_cast<T>(others[how]) : honest;
}

/// A few ids in order.
class Ids {
 public:
  std::size_t size() const noexcept { return count_; }
  std::uint16_t at(std::size_t i) const noexcept { return ids_[i]; }
  void append(std::uint16_t id) noexcept { ids_[count_++] = id; }
  std::uint16_t remove(std::size_t i) noexcept {
    const std::uint16_t id = ids_[i];
    for (--count_; i < count_; ++i) ids_[i] = ids_[i + 1];
    return id;
  }

 private:
  std::array<std::uint16_t, queue_size_max> ids_{};
  std::size_t count_ = 0;
};

}  // namespace kickbench::fuzz
