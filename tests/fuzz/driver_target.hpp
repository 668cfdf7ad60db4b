// The driver's half against a hostile device.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "tests/fuzz/half.hpp"
#include "tests/fuzz/hostile_device.hpp"

namespace kickbench::fuzz {

template <class Layout, class HostileDevice>
class DriverTarget {
 public:
  DriverTarget(const QueueShape& shape, bool device_writes)
      : queue_(shape), driver_(queue_.make_driver()), device_(queue_), device_writes_(device_writes) {}

  RingFault fault() const noexcept { return driver_.fault(); }

  void step(const Step& step) {
    switch (step.what()) {
      case Operation::take:
        take();
        break;
      case Operation::wants:
        ask();
        break;
      case Operation::arm:
        arm(1 + step.a % queue_.shape.buffer_count());
        break;
      case Operation::disarm:
        driver_.disarm();
        break;
      case Operation::look:
        look();
        break;
      default:
        promises_.forget();
        change(step);
    }
    expect(driver_.free_count() == queue_.shape.buffer_count() - in_flight_.size(), "each buffer is free or in flight");
  }

 private:
  void change(const Step& step) {
    switch (step.what()) {
      case Operation::offer:
        return device_.use(step);
      case Operation::move_index:
        return device_.move_index(step);
      case Operation::set_event:
        return device_.set_event(step);
      case Operation::give:
        return give(step);
      case Operation::publish:
        return driver_.publish();
      case Operation::reset:
        return reset();
      default:
        poke(queue_, step);
    }
  }

  void give(const Step& step) {
    if (driver_.free_count() == 0) return;
    const std::uint16_t id = driver_.next_id();
    expect(id < queue_.shape.queue_size, "an id is one of the queue's");
    for (std::size_t i = 0; i < in_flight_.size(); ++i) expect(in_flight_.at(i) != id, "a free id is not in flight");
    const std::uint32_t count = 1 + step.a % queue_.shape.chain;
    Offered buffer{.id = id, .descriptor_count = 1, .writable_bytes = 0};
    std::array<Segment, chain_max> segments;
    for (std::uint32_t i = 0; i < count; ++i) {
      const bool writable = device_writes_ || i > step.a / 16;
      segments[i] = {
          .addr = queue_.pool.filler, .len = step.b, .flags = writable ? descriptor_flag_write : std::uint16_t{0}};
      buffer.writable_bytes += segments[i].writable_bytes();
    }
    const std::span<const Segment> chain(segments.data(), count);
    if (count == 1) {
      driver_.add(segments[0]);
    } else if (queue_.shape.indirect()) {
      const std::uint64_t table = queue_.pool.tables + std::uint64_t{id} * queue_.shape.chain * descriptor_bytes;
      driver_.add_indirect(chain, reinterpret_cast<typename Layout::Descriptor*>(queue_.heap().at(table)), table);
    } else {
      driver_.add(chain);
      buffer.descriptor_count = static_cast<std::uint16_t>(count);
    }
    in_flight_.append(id);
    writable_bytes_[id] = buffer.writable_bytes;
    device_.offered(buffer);
    ++unasked_count_;
  }

  void take() {
    const RingFault before = fault();
    UsedBuffer used;
    const bool taken = driver_.reclaim(used);
    promises_.took(taken, before, fault());
    if (!taken) return;
    const bool in_order = queue_.shape.features.has(Feature::in_order);
    std::size_t i = 0;
    while (i < in_flight_.size() && in_flight_.at(i) != used.id) ++i;
    expect(i < in_flight_.size(), "a buffer that comes back was in flight");
    expect(i == 0 || !in_order, "buffers come back in order");
    expect(used.len <= writable_bytes_[used.id], "no more was written than the buffer holds");
    in_flight_.remove(i);
  }

  void ask() {
    const bool wanted = driver_.device_wants_kick();
    expect(!wanted || unasked_count_ > 0, "nobody is notified of nothing");
    unasked_count_ = 0;
  }

  void arm(std::uint32_t threshold) {
    const RingFault before = fault();
    race().happened();
    const ArmOutcome outcome = driver_.arm(threshold);
    promises_.armed(threshold, outcome, before, fault());
  }

  void look() { expect(!driver_.has_used() || fault() == RingFault::none, "a broken queue has nothing"); }

  void reset() {
    queue_.reset();
    driver_ = queue_.make_driver();
    device_ = HostileDevice(queue_);
    in_flight_ = {};
    unasked_count_ = 0;
  }

  test::HeapQueue<Layout> queue_;
  typename Layout::Driver driver_;
  HostileDevice device_;
  bool device_writes_;
  Promises promises_;
  Ids in_flight_;
  std::array<std::uint32_t, queue_size_max> writable_bytes_{};
  std::uint32_t unasked_count_ = 0;
};

template <class Layout, class HostileDevice>
int fuzz_driver(const std::uint8_t* data, std::size_t bytes, bool any_size) {
  Program program(data, bytes);
  DriverTarget<Layout, HostileDevice> target(program.shape(any_size), program.device_writes());
  run(target, program);
  return 0;
}

}  // namespace kickbench::fuzz
