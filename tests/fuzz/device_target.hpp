// The device's half against a hostile driver.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "tests/fuzz/half.hpp"
#include "tests/fuzz/hostile_driver.hpp"

namespace kickbench::fuzz {

template <class HostileDriver>
class DeviceTarget {
  using Layout = typename HostileDriver::Layout;

 public:
  DeviceTarget(const QueueShape& shape, bool device_writes)
      : queue_(shape), device_(queue_.make_device()), driver_(queue_, device_writes), device_writes_(device_writes) {}

  RingFault fault() const noexcept { return device_.fault(); }

  void step(const Step& step) {
    switch (step.what()) {
      case Operation::take:
        return take(step);
      case Operation::give:
        return give(step);
      case Operation::wants:
        return ask();
      case Operation::arm:
        return arm(1 + step.a % queue_.shape.queue_size);
      case Operation::disarm:
        return device_.disarm();
      case Operation::look:
        return look();
      default:
        promises_.forget();
        change(step);
    }
  }

 private:
  void change(const Step& step) {
    switch (step.what()) {
      case Operation::offer:
        return driver_.offer(step, held_);
      case Operation::move_index:
        return driver_.move_index(step);
      case Operation::set_event:
        return driver_.set_event(step);
      case Operation::publish:
        return device_.publish();
      case Operation::reset:
        return reset();
      default:
        poke(queue_, step);
    }
  }

  void take(const Step& step) {
    const bool writes = device_writes_ != (step.a == 0);  // now and then the other direction
    const std::uint32_t len_min = step.b % 4 == 0 ? sizeof(Item) : step.b % 4;
    const RingFault before = fault();
    DeviceBuffer buffer;
    const bool taken = device_.pop(buffer, len_min, writes ? descriptor_flag_write : 0);
    promises_.took(taken, before, fault());
    if (!taken) return;
    expect(buffer.len >= len_min, "the first segment is as long as was asked for");
    expect(reinterpret_cast<std::uintptr_t>(buffer.data) % 8 == 0, "the first segment is aligned");
    expect(buffer.id < queue_.shape.queue_size, "an id is one of the queue's");
    for (std::size_t i = 0; i < held_.size(); ++i) expect(held_.at(i) != buffer.id, "no buffer is taken twice");
    held_.append(buffer.id);
    expect(buffer.rest.size() < queue_.shape.queue_size, "no chain is longer than the queue");
    std::uint64_t total_bytes = 0;
    std::uint64_t writable_bytes = 0;
    const auto visit = [&](const DeviceSegment& segment) {
      check_segment(segment);
      expect(segment.writable || writable_bytes == 0, "what is read comes before what is written");
      total_bytes += segment.len;
      writable_bytes += segment.writable ? segment.len : 0;
    };
    visit({.data = buffer.data, .len = buffer.len, .writable = writes});
    for (const DeviceSegment& segment : buffer.rest) visit(segment);
    expect(total_bytes <= std::numeric_limits<std::uint32_t>::max(), "a chain has less than 2^32 bytes");
    writable_bytes_[buffer.id] = static_cast<std::uint32_t>(writable_bytes);
    descriptor_count_[buffer.id] = 1 + buffer.rest.size();
    std::size_t descriptor_count = 0;
    for (std::size_t i = 0; i < held_.size(); ++i) descriptor_count += descriptor_count_[held_.at(i)];
    expect(descriptor_count <= queue_.shape.queue_size || !chains_are_apart(),
           "no more descriptors are in flight than the queue has");
  }

  // Chains of a packed ring are; those of a split one may share descriptors, and with INDIRECT they may stand in
  // tables.
  bool chains_are_apart() const noexcept {
    return std::is_same_v<Layout, PackedLayout> && !queue_.shape.features.has(Feature::indirect_desc);
  }

  void check_segment(const DeviceSegment& segment) {
    const auto offset = static_cast<std::size_t>(segment.data - queue_.heap().at(0));
    const std::size_t bytes = queue_.heap().bytes().size();
    expect(segment.len > 0 && offset < bytes && segment.len <= bytes - offset, "a segment lies inside the memory");
    // The device works on it, and changes nothing: only the sanitizer shall see it.
    for (volatile std::byte* at : {segment.data, segment.data + segment.len - 1}) {
      const std::byte value = *at;
      if (segment.writable) *at = value;
    }
  }

  void give(const Step& step) {
    if (held_.size() == 0) return;
    promises_.forget();
    const bool in_order = queue_.shape.features.has(Feature::in_order);
    const std::uint16_t id = held_.remove(in_order ? 0 : step.a % held_.size());
    const std::uint64_t all = writable_bytes_[id];
    device_.push_used(id, static_cast<std::uint32_t>(step.b < 0x80 ? all : all * step.c >> 8));
    ++unasked_count_;
  }

  void ask() {
    const bool wanted = device_.driver_wants_interrupt();
    expect(!wanted || unasked_count_ > 0, "nobody is notified of nothing");
    unasked_count_ = 0;
  }

  void arm(std::uint32_t threshold) {
    const RingFault before = fault();
    race().happened();
    const ArmOutcome outcome = device_.arm(threshold);
    promises_.armed(threshold, outcome, before, fault());
  }

  void look() { expect(!device_.has_avail() || fault() == RingFault::none, "a broken queue has nothing"); }

  void reset() {
    queue_.reset();
    device_ = queue_.make_device();
    driver_ = HostileDriver(queue_, device_writes_);
    held_ = {};
    unasked_count_ = 0;
  }

  test::HeapQueue<Layout> queue_;
  typename Layout::Device device_;
  HostileDriver driver_;
  bool device_writes_;
  Promises promises_;
  Ids held_;
  std::array<std::uint32_t, queue_size_max> writable_bytes_{};
  std::array<std::size_t, queue_size_max> descriptor_count_{};
  std::uint32_t unasked_count_ = 0;
};

template <class HostileDriver>
int fuzz_device(const std::uint8_t* data, std::size_t bytes, bool any_size) {
  Program program(data, bytes);
  DeviceTarget<HostileDriver> target(program.shape(any_size), program.device_writes());
  run(target, program);
  return 0;
}

}  // namespace kickbench::fuzz
