// Devices written by hand, honest but for what a step twists.
#pragma once

#include <array>
#include <cstdint>

#include "ring/virtqueue.hpp"
#include "tests/fuzz/program.hpp"

namespace kickbench::fuzz {

/// What a device knows of a buffer that it was offered.
struct Offered {
  std::uint16_t id;
  std::uint16_t descriptor_count;
  std::uint32_t writable_bytes;
};

/// The buffers that a device has not used yet, and which of them a step uses: one, or with IN_ORDER the first few.
class Unused {
 public:
  explicit Unused(bool in_order) : in_order_(in_order) {}

  void append(const Offered& buffer) {
    if (ids_.size() == queue_size_max) return;  // ids came back that this device never used
    offered_[buffer.id] = buffer;
    ids_.append(buffer.id);
  }

  struct Used {
    Offered last;  ///< the buffer that the used entry names
    std::uint32_t count;
    std::uint32_t descriptor_count;
  };
  /// Where nothing is outstanding, a buffer that was never offered.
  Used remove(const Step& step) {
    Used used{.last = {.id = step.a, .descriptor_count = 1, .writable_bytes = 0}, .count = 0, .descriptor_count = 0};
    if (ids_.size() == 0) return {.last = used.last, .count = 1, .descriptor_count = 1};
    const std::size_t chosen = step.a % ids_.size();
    do {
      used.last = offered_[ids_.remove(in_order_ ? 0 : chosen)];
      used.descriptor_count += used.last.descriptor_count;
    } while (++used.count <= chosen && in_order_);
    return used;
  }

 private:
  bool in_order_;
  Ids ids_;
  std::array<Offered, queue_size_max> offered_{};
};

/// The fields of a used entry that a step may twist, by its `b`.
enum class TwistedUsed : std::uint8_t { id, len, index, nothing };
inline TwistedUsed twisted_used_of(const Step& step) noexcept {
  return step.b < 3 ? static_cast<TwistedUsed>(step.b) : TwistedUsed::nothing;
}
inline std::uint32_t used_len(const Offered& buffer, const Step& step) noexcept {
  if (twisted_used_of(step) == TwistedUsed::len) return twist(buffer.writable_bytes, buffer.writable_bytes, step.c);
  return step.b < 0x80 ? buffer.writable_bytes
                       : static_cast<std::uint32_t>(std::uint64_t{buffer.writable_bytes} * step.c >> 8);
}

class SplitHostileDevice {
 public:
  explicit SplitHostileDevice(const SplitQueue& queue)
      : queue_(queue), unused_(queue.shape.features.has(Feature::in_order)) {}

  void offered(const Offered& buffer) { unused_.append(buffer); }

  void use(const Step& step) {
    const std::uint32_t size = queue_.shape.queue_size;
    const auto [last, count, descriptor_count] = unused_.remove(step);
    const TwistedUsed which = twisted_used_of(step);
    const std::uint32_t id = which == TwistedUsed::id ? twist<std::uint32_t>(last.id, size - 1, step.c) : last.id;
    queue_.areas.used_ring[used_idx_ % size] = {.id = id, .len = used_len(last, step)};
    used_idx_ = static_cast<std::uint16_t>(used_idx_ + count);
    *queue_.areas.used_idx = which == TwistedUsed::index ? twist(used_idx_, size, step.c) : used_idx_;
  }
  void move_index(const Step& step) {
    used_idx_ = static_cast<std::uint16_t>(used_idx_ + twist(1U, queue_.shape.queue_size, step.a));
    *queue_.areas.used_idx = used_idx_;
  }
  void set_event(const Step& step) {
    *queue_.areas.used_flags = step.a % 4;
    *queue_.areas.avail_event = step.word();
  }

 private:
  SplitQueue queue_;
  Unused unused_;
  std::uint16_t used_idx_ = 0;
};

class PackedHostileDevice {
 public:
  explicit PackedHostileDevice(const PackedQueue& queue)
      : queue_(queue), unused_(queue.shape.features.has(Feature::in_order)) {}

  void offered(const Offered& buffer) { unused_.append(buffer); }

  void use(const Step& step) {
    const std::uint32_t size = queue_.shape.queue_size;
    const auto [last, count, descriptor_count] = unused_.remove(step);
    const TwistedUsed which = twisted_used_of(step);
    const std::uint32_t len = used_len(last, step);
    const int written = len > 0 ? descriptor_flag_write : 0;
    const int laps = which == TwistedUsed::index ? step.c << 8 | (step.c & 0x80) : next_.used_flags();
    PackedDescriptor& descriptor = queue_.areas.descriptors[next_.index];
    descriptor.control = PackedControl{.len = len,
                                       .id = which == TwistedUsed::id ? twist(last.id, size - 1, step.c) : last.id,
                                       .flags = static_cast<std::uint16_t>(laps | written)}
                             .word();
    next_ = next_.after(descriptor_count, size);
  }
  void move_index(const Step& step) {
    next_ = next_.after(step.a % (queue_.shape.queue_size + 1), queue_.shape.queue_size);
  }
  void set_event(const Step& step) {
    *queue_.areas.device_event = static_cast<std::uint32_t>(step.a % 4) << 16 | step.word();
  }

 private:
  PackedQueue queue_;
  Unused unused_;
  PackedPosition next_{};
};

}  // namespace kickbench::fuzz
