#include "tests/interleave/machine.hpp"

#include <algorithm>
#include <cstring>

namespace kickbench::interleave {
namespace {

constexpr std::array sides{Side::producer, Side::consumer};

// What a thread remembers of a move that told it no value.
constexpr std::uint64_t passed_signal = 1;
constexpr std::uint64_t was_signalled = 2;
constexpr std::uint64_t returned_early = 3;

Machine the_machine;

}  // namespace

std::size_t StateHash::operator()(const State& state) const noexcept {
  std::uint64_t hash = mix(state.memory, static_cast<std::uint64_t>(state.early_returns_left));
  for (const Side side : sides) {
    hash = mix(hash, state.threads[index_of(side)]);
    hash = mix(hash, state.buffers[index_of(side)]);
    hash = mix(hash, state.latches[index_of(side)] ? 1 : 0);
  }
  return hash;
}

void Machine::start(std::function<void()> producer, std::function<void()> consumer, int early_return_max) {
  history_ = {};
  latches_ = {};
  events_.clear();
  early_returns_left_ = early_return_max;
  exploring_ = true;
  fibers_[index_of(Side::producer)].start(std::move(producer));
  fibers_[index_of(Side::consumer)].start(std::move(consumer));
  for (const Side side : sides) run(side);
}

std::vector<Move> Machine::moves() const {
  std::vector<Move> possible;
  for (const Side side : sides) {
    const bool drained = memory_.waiting_count(side) == 0;
    const Point point = points_[index_of(side)];
    const bool woken = latches_[index_of(side)] || early_returns_left_ > 0;
    if (point == Point::load || (point == Point::signal && drained) || (point == Point::wait && drained && woken)) {
      possible.push_back({side, false});
    }
    if (!drained) possible.push_back({side, true});
  }
  return possible;
}

void Machine::make(std::span<const Move> moves) {
  planned_ = moves;
  while (!planned_.empty()) {
    const Move move = planned_.front();
    planned_ = planned_.subspan(1);
    make_one(move);
  }
}

void Machine::make_one(Move move) {
  running_ = move.side;
  if (move.drains) {
    const TsoMemory::Store visible = memory_.drain(move.side);
    note(Event::Kind::drain, visible.value, visible.site);
    // A fence that waits for nothing more is passed at once: that is nothing that the other thread could see.
    if (points_[index_of(move.side)] != Point::fence || memory_.waiting_count(move.side) > 0) return;
  }
  run(move.side);
}

State Machine::state() const {
  return {.threads = history_,
          .buffers = {memory_.waiting_fingerprint(Side::producer), memory_.waiting_fingerprint(Side::consumer)},
          .memory = memory_.fingerprint(),
          .latches = latches_,
          .early_returns_left = early_returns_left_};
}

void Machine::finish() {
  for (const Side side : sides) {
    while (memory_.waiting_count(side) > 0) memory_.drain(side);
  }
  exploring_ = false;
  for (const Side side : {Side::consumer, Side::producer}) {
    while (!ended(side)) run(side);
  }
  memory_.reset();
}

std::uint64_t Machine::load(const void* address, std::size_t size_bytes, Site site) {
  if (exploring_) pause_at(Point::load);
  const std::uint64_t value = memory_.load(running_, address, size_bytes);
  remember(value);
  note(Event::Kind::load, value, site);
  return value;
}

void Machine::store(void* address, std::size_t size_bytes, std::uint64_t value, Site site) {
  const TsoMemory::Store store{address, size_bytes, value, site};
  if (!exploring_) return memory_.write(store);
  memory_.store(running_, store);
  note(Event::Kind::store, value, site);
}

void Machine::full_fence(Site site) {
  if (!exploring_) return;
  if (std::find(fences_.begin(), fences_.end(), site) == fences_.end()) fences_.push_back(site);
  if (site == removed_fence_) return;
  if (memory_.waiting_count(running_) > 0) pause_at(Point::fence);
  note(Event::Kind::fence, 0, site);
}

void Machine::signal(Side woken, Site site) {
  if (!exploring_) return;
  pause_at(Point::signal);
  remember(passed_signal);
  latches_[index_of(woken)] = true;
  note(Event::Kind::signal, 0, site);
}

void Machine::wait(Site site) {
  if (!exploring_) return;
  note(Event::Kind::wait, 0, site);
  pause_at(Point::wait);
  if (!exploring_) return;
  bool& latch = latches_[index_of(running_)];
  note(latch ? Event::Kind::woken : Event::Kind::woken_early, 0, site);
  remember(latch ? was_signalled : returned_early);
  if (!latch) --early_returns_left_;
  latch = false;
}

void Machine::pause_at(Point point) {
  if (!planned_.empty() && planned_.front().side == running_ && !planned_.front().drains) {
    planned_ = planned_.subspan(1);  // goes on at once: no switch there and back
    return;
  }
  points_[index_of(running_)] = point;
  fibers_[index_of(running_)].pause();
}

void Machine::run(Side side) {
  running_ = side;
  points_[index_of(side)] = Point::none;
  fibers_[index_of(side)].resume();
}

void Machine::note(Event::Kind kind, std::uint64_t value, Site site) {
  if (exploring_) events_.push_back({running_, kind, value, site});
}

Machine& machine() { return the_machine; }

}  // namespace kickbench::interleave
