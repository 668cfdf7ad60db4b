// Visits every state that two threads can reach, whatever the scheduler and the store buffers do. If one of them is
// wrong, it finds a nearest such state and the way to it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/interleave/machine.hpp"

namespace kickbench::interleave {

/// Two threads and what they share. Each run begins with begin().
class Program {
 public:
  virtual ~Program() = default;
  /// Prepares a fresh run.
  virtual void begin() = 0;
  virtual void producer() = 0;
  virtual void consumer() = 0;
  /// From here on both threads end by themselves when their waits return at once.
  virtual void stop() = 0;
  /// What is wrong when nothing can move any more; empty if nothing is. A side that has not ended waits.
  virtual std::string complaint() const = 0;
};

struct Limits {
  std::uint64_t state_count_max = 3'000'000;
  int early_return_max = 0;  ///< waits that may end without a signal
};

struct Exploration {
  bool exhaustive = false;  ///< every reachable state was visited
  std::uint64_t state_count = 0;
  std::uint64_t move_count = 0;  ///< ways from a state to the next
  std::uint64_t end_count = 0;   ///< states in which nothing can move, as it should be
  std::string wrong;             ///< what is wrong with another one; empty if there is none
  std::vector<Event> way;        ///< what led to it, as short as possible
};

Exploration explore(Program& program, const Limits& limits = {});

}  // namespace kickbench::interleave
