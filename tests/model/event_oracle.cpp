#include "tests/model/event_oracle.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <stdexcept>

namespace kickbench::model::oracle {
namespace {

constexpr std::size_t producer = 0;
constexpr std::size_t consumer = 1;
constexpr std::int64_t step_limit = 20'000'000;

Time whole(Nanoseconds span) {
  const double count = span.count();
  if (count != std::floor(count)) throw std::invalid_argument("the oracle takes whole nanoseconds only");
  return static_cast<Time>(count);
}

struct Costs {
  Time work, notify, startup, sleep;
  std::int64_t threshold;
  Windows windows;
};

Costs costs_of(Sync sync, const Party& party, Windows windows) {
  // Polling is a notification that costs nothing and arrives at once.
  if (sync == Sync::busy_wait) return {whole(party.work), 0, 0, 0, 1, {}};
  return {whole(party.work),  whole(party.notify),    whole(party.startup),
          whole(party.sleep), party.notify_threshold, windows};
}

enum class Phase { working, looking, armed, notified_in_vain, stopped };

/// Both parties are alike: each turns one entry that is ready for it (a free slot, a filled slot) into one that is
/// ready for its peer. `left` is the time until the phase ends, so equal states have equal futures.
struct Side {
  Phase phase;
  Time left;
  std::int64_t ready;
  friend bool operator==(const Side&, const Side&) = default;
};

class Simulation {
 public:
  Simulation(Sync sync, const Parameters& p, Windows producer_windows, Windows consumer_windows)
      : sync_(sync),
        costs_{costs_of(sync, p.producer, producer_windows), costs_of(sync, p.consumer, consumer_windows)},
        sides_{Side{Phase::looking, 0, p.queue_size},
               Side{sync == Sync::sleep ? Phase::looking : Phase::stopped, 0, 0}} {}

  Steady settled_period() {
    const std::int64_t period = items_until_state_repeats();
    // Items still in the queue were produced during the transient; let them out before latency counts.
    run_items(sides_[producer].ready + sides_[consumer].ready + 1);
    sums_ = {};
    run_items(period);
    return sums_;
  }

 private:
  /// Brent: compare with an anchor that moves on at powers of two.
  std::int64_t items_until_state_repeats() {
    auto anchor = sides_;
    std::int64_t items = 0;
    for (std::int64_t power = 1;; ++items) {
      if (items == power) {
        anchor = sides_;
        power *= 2;
        items = 0;
      }
      run_items(1);
      if (sides_ == anchor) return items + 1;
    }
  }

  void run_items(std::int64_t count) {
    for (const std::int64_t goal = sums_.items + count; sums_.items < goal;) step();
  }

  void step() {
    if (++steps_ > step_limit) throw std::runtime_error("no period found");
    const std::size_t self = next_side();
    const Time passed = sides_[self].left;
    for (Side& side : sides_) side.left -= side.phase == Phase::stopped ? 0 : passed;
    now_ += passed;
    sums_.elapsed += passed;
    sides_[self].phase == Phase::working ? complete(self) : look(self);
  }

  /// The earliest event; at equal times a completion comes before a look.
  std::size_t next_side() const {
    const auto precedes = [](const Side& a, const Side& b) {
      if (a.phase == Phase::stopped || b.phase == Phase::stopped) return b.phase == Phase::stopped;
      if (a.left != b.left) return a.left < b.left;
      return a.phase == Phase::working;
    };
    return precedes(sides_[producer], sides_[consumer]) ? producer : consumer;
  }

  void look(std::size_t self) {
    Side& side = sides_[self];
    const bool second = side.phase == Phase::armed || side.phase == Phase::notified_in_vain;
    const std::int64_t wanted = second ? costs_[1 - self].threshold : 1;
    if (side.ready >= wanted) {
      if (self == producer) production_starts_.push_back(now_);
      side = {Phase::working, costs_[self].work, side.ready};
    } else if (sync_ == Sync::sleep) {
      ++(self == producer ? sums_.producer_sleeps : sums_.consumer_sleeps);
      side.left = costs_[self].sleep;
    } else if (!second && costs_[self].windows.arm > 0) {
      side = {Phase::armed, costs_[self].windows.arm, side.ready};
    } else {
      side = {Phase::stopped, 0, side.ready};
    }
  }

  void complete(std::size_t self) {
    Side& side = sides_[self];
    Side& peer = sides_[1 - self];
    --side.ready;
    ++peer.ready;
    side = {Phase::looking, 0, side.ready};
    const bool in_vain = peer.phase == Phase::armed;
    if ((in_vain || peer.phase == Phase::stopped) && peer.ready >= costs_[self].threshold) {
      ++(self == producer ? sums_.kicks : sums_.interrupts);
      side.left = costs_[self].notify;
      if (in_vain) {
        ++(self == producer ? sums_.spurious_kicks : sums_.spurious_interrupts);
        peer.phase = Phase::notified_in_vain;
      } else {
        const Time startup = costs_[self].notify + costs_[1 - self].startup;
        if (startup < 0) throw std::invalid_argument("a start-up begins before its notification");
        peer = {Phase::looking, costs_[self].windows.publish + startup, peer.ready};
      }
    }
    if (self == consumer) record_consumption();
  }

  void record_consumption() {
    const Time own_start = production_starts_.front();
    production_starts_.pop_front();
    ++sums_.items;
    sums_.latency_own_sum += now_ - own_start;
    sums_.latency_service_max = std::max(sums_.latency_service_max, now_ - previous_start_);
    previous_start_ = own_start;
  }

  Sync sync_;
  std::array<Costs, 2> costs_;
  std::array<Side, 2> sides_;
  std::deque<Time> production_starts_;
  Time previous_start_ = 0;
  Time now_ = 0;
  std::int64_t steps_ = 0;
  Steady sums_;
};

}  // namespace

Steady run(Sync sync, const Parameters& parameters, Windows producer_windows, Windows consumer_windows) {
  return Simulation(sync, parameters, producer_windows, consumer_windows).settled_period();
}

}  // namespace kickbench::model::oracle
