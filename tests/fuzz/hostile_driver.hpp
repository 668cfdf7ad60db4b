// Drivers written by hand, honest but for what a step twists.
#pragma once

#include <cstdint>

#include "ring/virtqueue.hpp"
#include "tests/fuzz/program.hpp"

namespace kickbench::fuzz {

/// The fields of a buffer that an offer may twist, by the step's `b`.
enum class Twisted : std::uint8_t { addr, len, flags, next, id, index, laps, nothing };
inline Twisted twisted_of(std::uint8_t b) noexcept {
  return b < static_cast<std::uint8_t>(Twisted::nothing) ? static_cast<Twisted>(b) : Twisted::nothing;
}

/// A piece of a buffer, anywhere in the memory: what a driver writes into descriptor number `i` of `count`.
template <class Layout>
struct Piece {
  Piece(const Virtqueue<Layout>& queue, bool device_writes, const Step& step, std::uint32_t i, std::uint32_t count)
      : addr(queue.pool.items + (step.a + i) % queue.shape.queue_size * sizeof(Item)),
        flags(static_cast<std::uint16_t>((i + 1 < count ? descriptor_flag_next : 0) |
                                         // Behind a readable first piece, writable ones may follow.
                                         (device_writes || (i > 0 && step.a >= 0x80) ? descriptor_flag_write : 0))) {
    if (i != step.a / 8 % count) return;
    const Twisted which = twisted_of(step.b);
    if (which == Twisted::addr) addr = twist(addr, queue.pool.end - sizeof(Item), step.c);
    if (which == Twisted::len) len = twist(len, queue.pool.end - addr, step.c);
    if (which == Twisted::flags) flags = twist(flags, 7, step.c);
  }
  std::uint64_t addr;
  std::uint32_t len = sizeof(Item);
  std::uint16_t flags;
};

/// A table takes the place of the chain in the ring: where it stands, what the ring says of it.
template <class Layout>
Segment table_segment(const Virtqueue<Layout>& queue, std::uint32_t slot, std::uint32_t count, const Step& step) {
  Segment segment{.addr = queue.pool.tables + std::uint64_t{slot} * queue.shape.chain * descriptor_bytes,
                  .len = count * descriptor_bytes,
                  .flags = descriptor_flag_indirect};
  // One time in two the table is well and what it holds is twisted, else the other way round.
  if (step.a < 0x80) return segment;
  if (twisted_of(step.b) == Twisted::addr) segment.addr = twist(segment.addr, queue.pool.end - segment.len, step.c);
  if (twisted_of(step.b) == Twisted::len) segment.len = twist(segment.len, queue.pool.end - segment.addr, step.c);
  if (twisted_of(step.b) == Twisted::flags) segment.flags = twist(segment.flags, 7, step.c);
  return segment;
}

class SplitHostileDriver {
 public:
  using Layout = SplitLayout;
  SplitHostileDriver(const SplitQueue& queue, bool device_writes) : queue_(queue), device_writes_(device_writes) {}

  /// Offers a buffer; `in_use`: heads that the device has.
  void offer(const Step& step, const Ids& in_use) {
    const std::uint32_t size = queue_.shape.queue_size;
    const std::uint32_t count = 1 + step.a % queue_.shape.chain;
    std::uint32_t head = step.a / 16 % size;
    for (std::size_t i = 0; i < in_use.size(); ++i) head += in_use.at(i) == head % size ? 1 : 0;
    const auto first = static_cast<std::uint16_t>(head % size);
    if (queue_.shape.indirect() && step.a % 8 != 0) {
      const Segment table = table_segment(queue_, first, count, step);
      write(queue_.areas.descriptors[first], table.addr, table.len, table.flags, 0);
      const std::uint64_t at = queue_.pool.tables + std::uint64_t{first} * queue_.shape.chain * descriptor_bytes;
      auto* descriptors = reinterpret_cast<SplitDescriptor*>(queue_.memory.translate(at, count * descriptor_bytes));
      for (std::uint32_t i = 0; i < count; ++i) write_piece(descriptors[i], step, i, count, i + 1);
    } else {
      for (std::uint32_t i = 0; i < count; ++i) {
        write_piece(queue_.areas.descriptors[(first + i) % size], step, i, count, (first + i + 1) % size);
      }
    }
    const Twisted which = twisted_of(step.b);
    queue_.areas.avail_ring[avail_idx_++ % size] = which == Twisted::id ? twist(first, size - 1, step.c) : first;
    *queue_.areas.avail_idx = which == Twisted::index ? twist(avail_idx_, size, step.c) : avail_idx_;
  }

  void move_index(const Step& step) {
    avail_idx_ = static_cast<std::uint16_t>(avail_idx_ + twist(1U, queue_.shape.queue_size, step.a));
    *queue_.areas.avail_idx = avail_idx_;
  }
  void set_event(const Step& step) {
    *queue_.areas.avail_flags = step.a % 4;
    *queue_.areas.used_event = step.word();
  }

 private:
  static void write(SplitDescriptor& to, std::uint64_t addr, std::uint32_t len, std::uint16_t flags,
                    std::uint32_t next) {
    to = {.addr = addr, .len = len, .flags = flags, .next = static_cast<std::uint16_t>(next)};
  }
  void write_piece(SplitDescriptor& to, const Step& step, std::uint32_t i, std::uint32_t count, std::uint32_t next) {
    const Piece<SplitLayout> piece(queue_, device_writes_, step, i, count);
    if (twisted_of(step.b) == Twisted::next) next = twist(next, queue_.shape.queue_size - 1, step.c);
    write(to, piece.addr, piece.len, piece.flags, next);
  }

  SplitQueue queue_;
  bool device_writes_;
  std::uint16_t avail_idx_ = 0;
};

class PackedHostileDriver {
 public:
  using Layout = PackedLayout;
  PackedHostileDriver(const PackedQueue& queue, bool device_writes) : queue_(queue), device_writes_(device_writes) {}

  void offer(const Step& step, const Ids& in_use) {
    const std::uint32_t size = queue_.shape.queue_size;
    std::uint32_t count = 1 + step.a % queue_.shape.chain;
    std::uint32_t number = step.a / 16 % size;
    for (std::size_t i = 0; i < in_use.size(); ++i) number += in_use.at(i) == number % size ? 1 : 0;
    auto id = static_cast<std::uint16_t>(number % size);
    const std::uint16_t slot = id;
    if (twisted_of(step.b) == Twisted::id) id = twist(id, size - 1, step.c);
    if (queue_.shape.indirect() && step.a % 8 != 0) {
      const std::uint64_t at = queue_.pool.tables + std::uint64_t{slot} * queue_.shape.chain * descriptor_bytes;
      auto* descriptors = reinterpret_cast<PackedDescriptor*>(queue_.memory.translate(at, count * descriptor_bytes));
      for (std::uint32_t i = 0; i < count; ++i) write_piece(descriptors[i], step, i, count, id, 0);
      const Segment table = table_segment(queue_, slot, count, step);
      write(next_, table.addr, table.len, id, laps(next_, step) | table.flags);
      count = 1;
    } else {
      for (std::uint32_t i = 0; i < count; ++i) {
        const PackedPosition at = next_.after(i, size);
        write_piece(queue_.areas.descriptors[at.index], step, i, count, id, laps(at, step));
      }
    }
    next_ = next_.after(count, size);
  }

  void move_index(const Step& step) {
    next_ = next_.after(step.a % (queue_.shape.queue_size + 1), queue_.shape.queue_size);
  }
  void set_event(const Step& step) {
    *queue_.areas.driver_event = static_cast<std::uint32_t>(step.a % 4) << 16 | step.word();
  }

 private:
  static std::uint16_t laps(PackedPosition at, const Step& step) {
    return twisted_of(step.b) == Twisted::laps ? static_cast<std::uint16_t>(step.c << 8 | (step.c & 0x80))
                                               : at.avail_flags();
  }
  static void write(PackedDescriptor& to, std::uint64_t addr, const PackedControl& control) {
    to = {.addr = addr, .control = control.word()};
  }
  void write(PackedPosition at, std::uint64_t addr, std::uint32_t len, std::uint16_t id, int flags) {
    write(queue_.areas.descriptors[at.index], addr, {.len = len, .id = id, .flags = static_cast<std::uint16_t>(flags)});
  }
  void write_piece(PackedDescriptor& to, const Step& step, std::uint32_t i, std::uint32_t count, std::uint16_t id,
                   std::uint16_t lap) {
    const Piece<PackedLayout> piece(queue_, device_writes_, step, i, count);
    write(to, piece.addr, {.len = piece.len, .id = id, .flags = static_cast<std::uint16_t>(piece.flags | lap)});
  }

  PackedQueue queue_;
  bool device_writes_;
  PackedPosition next_{};
};

}  // namespace kickbench::fuzz
