// Two threads over one x86-TSO memory, and a scheduler's handles on them: which moves are possible, make one.
//
// A thread runs by itself up to its next point: a load of shared memory, a signal, a wait, or a full fence while stores
// wait in its buffer. A store is no point. It goes into the thread's own buffer, where nobody else can see it, so its
// place among the other thread's moves makes no difference; when it drains does, and that is a move of its own.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "tests/interleave/fiber.hpp"
#include "tests/interleave/memory.hpp"

namespace kickbench::interleave {

/// A scheduler's choice: the thread passes its point, or the oldest store in its buffer drains.
struct Move {
  Side side;
  bool drains;
};

/// Something that a thread or its store buffer did.
struct Event {
  enum class Kind : std::uint8_t { load, store, drain, fence, signal, wait, woken, woken_early };
  Side side;
  Kind kind;
  std::uint64_t value;
  Site site;
};

/// All that decides how a run can go on. A thread is deterministic, so what it has read since its private memory was
/// last known tells where it is and what it holds: `threads` is a hash of both.
struct State {
  std::array<std::uint64_t, 2> threads{};
  std::array<std::uint64_t, 2> buffers{};
  std::uint64_t memory = 0;
  std::array<bool, 2> latches{};
  int early_returns_left = 0;
  friend bool operator==(const State&, const State&) = default;
};

struct StateHash {
  std::size_t operator()(const State& state) const noexcept;
};

class Machine {
 public:
  /// Starts a run: both threads go to their first point. `early_return_max`: how many waits may end without a signal.
  void start(std::function<void()> producer, std::function<void()> consumer, int early_return_max);
  std::vector<Move> moves() const;
  /// Makes possible moves, one after the other.
  void make(std::span<const Move> moves);
  bool ended(Side side) const { return fibers_[index_of(side)].ended(); }
  State state() const;
  /// Lets both threads run to their ends without any more points, and takes back what was written. They must end when
  /// waits return at once.
  void finish();

  /// The fence on this line does nothing from now on; the one removed before is back.
  void remove_fence(Site site) { removed_fence_ = site; }
  void restore_fences() { removed_fence_ = {}; }
  /// The lines of all fences that were reached.
  const std::vector<Site>& fences() const { return fences_; }
  void forget_fences() { fences_.clear(); }
  /// All that happened in this run.
  const std::vector<Event>& events() const { return events_; }

  // What the threads call.
  std::uint64_t load(const void* address, std::size_t size_bytes, Site site);
  void store(void* address, std::size_t size_bytes, std::uint64_t value, Site site);
  void full_fence(Site site);
  /// Latched: ends a wait of `woken`, now or later. As a system call or a locked instruction does, it drains the
  /// buffer.
  void signal(Side woken, Site site);
  /// Until signalled. Drains the buffer too.
  void wait(Site site);
  /// The thread is at a place where `digest` tells all that it holds, and which place that is. How it came there makes
  /// no difference to what it will do, so states that differ in that alone become one.
  void settle(std::uint64_t digest) { history_[index_of(running_)] = digest; }

 private:
  enum class Point : std::uint8_t { none, load, fence, signal, wait };

  void make_one(Move move);
  void pause_at(Point point);
  void run(Side side);
  void note(Event::Kind kind, std::uint64_t value, Site site);
  void remember(std::uint64_t what) { history_[index_of(running_)] = mix(history_[index_of(running_)], what); }

  TsoMemory memory_;
  std::array<Fiber, 2> fibers_;
  std::array<Point, 2> points_{};
  std::array<std::uint64_t, 2> history_{};
  std::span<const Move> planned_;
  std::array<bool, 2> latches_{};
  int early_returns_left_ = 0;
  Side running_ = Side::producer;
  bool exploring_ = false;
  Site removed_fence_;
  std::vector<Site> fences_;
  std::vector<Event> events_;
};

/// The one that the shadow of ring/atomic.hpp runs on.
Machine& machine();

}  // namespace kickbench::interleave
