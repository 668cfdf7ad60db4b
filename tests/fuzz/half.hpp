// What holds for a half of either kind, whatever its peer does: a broken queue stays broken, a half that was told to go
// on finds something to do, and one that was told to sleep had nothing to do.
#pragma once

#include <cstdint>
#include <limits>

#include "ring/port.hpp"
#include "ring/virtqueue.hpp"
#include "tests/fuzz/program.hpp"
#include "tests/fuzz/race.hpp"
#include "tests/ring/heap_queue.hpp"

namespace kickbench::fuzz {

/// The outcomes of arm() and of taking, held against each other for as long as nothing else touches the memory.
class Promises {
 public:
  /// The memory has changed: what arm() said need not hold any more.
  void forget() noexcept {
    pending_ = 0;
    sleeping_below_ = none;
  }

  void armed(std::uint32_t threshold, ArmOutcome outcome, RingFault before, RingFault after) {
    forget();
    if (after != RingFault::none) expect(outcome == ArmOutcome::work_pending, "nobody waits on a broken queue");
    if (before != RingFault::none || race().happened()) return;
    if (outcome == ArmOutcome::work_pending) {
      pending_ = threshold;
    } else {
      sleeping_below_ = threshold - 1;
    }
  }

  void took(bool success, RingFault before, RingFault after) {
    if (before != RingFault::none) expect(!success, "nothing is taken from a broken queue");
    if (race().happened()) return forget();
    if (after != RingFault::none) return;
    expect(success || pending_ == 0, "work that was said to be pending is there");
    expect(!success || sleeping_below_ > 0, "a half was not sent to sleep before its threshold was reached");
    if (!success) return;
    if (pending_ > 0) --pending_;
    if (sleeping_below_ != none) --sleeping_below_;
  }

 private:
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t pending_ = 0;
  std::uint32_t sleeping_below_ = none;
};

/// Steps that the peer takes on the bare memory. Returns false for others.
template <class Layout>
bool poke(const test::HeapQueue<Layout>& queue, const Step& step) {
  const std::size_t bytes = queue.heap().bytes().size();
  const std::size_t at = (step.a | std::size_t{step.b} << 8) % bytes;
  switch (step.what()) {
    case Operation::poke_byte:
      *queue.heap().at(at) ^= std::byte{step.c};
      return true;
    case Operation::poke_word: {
      auto& word = *reinterpret_cast<std::uint16_t*>(queue.heap().at(at / 2 * 2));
      word = twist(word, queue.shape.queue_size, step.c % 16);
      return true;
    }
    case Operation::race:
      race().start(step.a % 32, step.word());
      return true;
    default:
      return false;
  }
}

/// Runs `target` through the program. Its steps end with the input, so every run is short.
template <class Target>
void run(Target& target, Program& program) {
  race().stop();
  Step step{};
  while (program.next(step)) {
    const RingFault before = target.fault();
    target.step(step);
    if (before != RingFault::none)
      expect(target.fault() == before || step.what() == Operation::reset, "the first fault stays");
  }
  race().stop();
}

}  // namespace kickbench::fuzz
