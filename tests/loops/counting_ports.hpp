// Ports that count what passes, so that a test need not believe the loops' own sequence numbers.
#pragma once

#include <cstdint>

#include "ring/port.hpp"

namespace kickbench::test {

template <class Inner>
class PassOn {
 public:
  template <class Queue>
  explicit PassOn(Queue& queue) : inner_(queue) {}

  void publish() noexcept { inner_.publish(); }
  bool ready() noexcept { return inner_.ready(); }
  ArmOutcome arm(std::uint32_t threshold) noexcept { return inner_.arm(threshold); }
  void disarm() noexcept { inner_.disarm(); }
  bool peer_wants_notification() noexcept {
    ++question_count_;
    return inner_.peer_wants_notification();
  }
  RingFault fault() const noexcept { return inner_.fault(); }

  std::uint64_t item_count() const noexcept { return item_count_; }
  std::uint64_t question_count() const noexcept { return question_count_; }

 protected:
  Inner inner_;
  std::uint64_t item_count_ = 0;
  std::uint64_t question_count_ = 0;
};

template <class Inner>
class CountingProducer : public PassOn<Inner> {
 public:
  using PassOn<Inner>::PassOn;
  Item* acquire() noexcept { return this->inner_.acquire(); }
  void commit() noexcept {
    ++this->item_count_;
    this->inner_.commit();
  }
};

template <class Inner>
class CountingConsumer : public PassOn<Inner> {
 public:
  using PassOn<Inner>::PassOn;
  const Item* take() noexcept { return this->inner_.take(); }
  void release() noexcept {
    ++this->item_count_;
    this->inner_.release();
  }
};

}  // namespace kickbench::test
