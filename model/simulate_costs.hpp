// Where the machine gets its costs from, in whole ticks: constants, or draws.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "model/simulate.hpp"
#include "model/wake_sampler.hpp"

namespace kickbench::model {

using Ticks = std::int64_t;

/// Sleeps in a row, none of which finds work.
struct Slept {
  Ticks length;
  std::uint64_t times;
};

struct ConstantCosts {
  struct Side {
    Ticks work, notify, startup, sleep;
    Ticks arm_window = 0;
    Ticks publish_window = 0;
  };
  std::array<Side, 2> sides;

  Ticks work(std::size_t side) const { return sides[side].work; }
  Ticks notify(std::size_t side, Ticks /*idle*/) const { return sides[side].notify; }
  Ticks notify_awake(std::size_t side) const { return sides[side].notify; }
  Ticks startup(std::size_t side) const { return sides[side].startup; }
  Ticks arm_window(std::size_t side) const { return sides[side].arm_window; }
  Ticks publish_window(std::size_t side) const { return sides[side].publish_window; }
  /// The peer does nothing for `quiet` ticks, so all sleeps until then are one.
  Slept sleep(std::size_t side, Ticks quiet) const {
    const Ticks length = sides[side].sleep;
    const Ticks times = quiet <= length ? 1 : (quiet + length - 1) / length;
    return {length * times, static_cast<std::uint64_t>(times)};
  }
};

class DrawnCosts {
 public:
  DrawnCosts(const System& system, Ticks ticks_per_ns, std::uint64_t seed);

  Ticks work(std::size_t side) { return std::max<Ticks>(1, ticks(sides_[side].work)); }
  /// `idle`: for how long the peer has been.
  Ticks notify(std::size_t side, Ticks idle) {
    Side& sender = sides_[side];
    if (sender.wakes.empty()) return ticks(sender.notify);
    sender.wake = sender.wakes.draw(Nanoseconds(static_cast<double>(idle) / ticks_per_ns_));
    return ticks(sender.wake.notify);
  }
  /// For a peer that is not idle.
  Ticks notify_awake(std::size_t side) { return ticks(sides_[side].notify); }
  /// Of the side that the last notification of its peer woke.
  Ticks startup(std::size_t side) {
    const Side& sender = sides_[1 - side];
    return sender.wakes.empty() ? ticks(sides_[side].startup) : ticks(sender.wake.startup);
  }
  Ticks arm_window(std::size_t side) { return ticks(sides_[side].arm_window); }
  Ticks publish_window(std::size_t side) { return ticks(sides_[side].publish_window); }
  Slept sleep(std::size_t side, Ticks) {
    return {std::max<Ticks>(1, sides_[side].sleep + ticks(sides_[side].oversleep)), 1};
  }

 private:
  struct Side {
    Sampler work, notify, startup, oversleep, arm_window, publish_window;
    Ticks sleep;
    WakeSampler wakes;
    Wake wake{};  ///< of the last notification
  };
  Side side(const System& system, bool is_producer, std::uint64_t seed) const;
  Ticks ticks(Sampler& sampler) const { return std::llround(sampler.draw_ns() * ticks_per_ns_); }
  Ticks ticks(Nanoseconds time) const { return std::llround(time.count() * ticks_per_ns_); }

  double ticks_per_ns_;
  std::array<Side, 2> sides_;
};

/// Where draws of a normal W end: a picosecond, the tick of a simulation with random costs.
inline constexpr Nanoseconds shortest_drawn_work{1e-3};

}  // namespace kickbench::model
