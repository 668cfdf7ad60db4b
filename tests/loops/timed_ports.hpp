// Ports whose every step takes a known time of the made-up clock, and that note when each item passed.
#pragma once

#include <cstdint>
#include <deque>
#include <set>
#include <vector>

#include "ring/port.hpp"
#include "tests/notify/made_up_clock.hpp"

namespace kickbench::test {

/// What a step of a port takes, in ticks.
struct StepCosts {
  static constexpr TickSpan item{3}, done{2}, publish{4}, ask{5}, look{6}, arm{8}, disarm{1};
};

/// An item as its port saw it: `passed` is when the side was done with it.
struct Passed {
  std::uint64_t sequence;
  TickTime stamp;
  TickTime passed;
};

/// What both ports share. Without work at the items of `without_work`, once each, until somebody has looked
/// `looks_in_vain` times in vain; wants to notify the peer after the items of `notified_after`.
class TimedPort {
 public:
  std::set<std::uint64_t> without_work = {};
  std::set<std::uint64_t> notified_after = {};
  int looks_in_vain = 0;
  ArmOutcome arm_outcome = ArmOutcome::may_sleep;
  std::vector<Passed> passed = {};
  RingFault fault_found = RingFault::none;

  void publish() noexcept { made_up_clock.pass(StepCosts::publish); }
  bool peer_wants_notification() noexcept {
    made_up_clock.pass(StepCosts::ask);
    return notified_after.erase(passed.size()) > 0;
  }
  bool ready() noexcept {
    made_up_clock.pass(StepCosts::look);
    return looks_in_vain-- <= 0;
  }
  ArmOutcome arm(std::uint32_t) noexcept {
    made_up_clock.pass(StepCosts::arm);
    return arm_outcome;
  }
  void disarm() noexcept { made_up_clock.pass(StepCosts::disarm); }
  RingFault fault() const noexcept { return fault_found; }

 protected:
  bool has_work() noexcept {
    made_up_clock.pass(StepCosts::item);
    return without_work.erase(passed.size()) == 0;
  }
  void done(const Item& item) noexcept {
    passed.push_back({Item::sequence_of(item.tag), {item.stamp}, made_up_clock.now});
    made_up_clock.pass(StepCosts::done);
  }
};

class TimedProducer : public TimedPort {
 public:
  Item* acquire() noexcept { return has_work() ? &item_ : nullptr; }
  void commit() noexcept { done(item_); }

 private:
  Item item_;
};
static_assert(ProducerPort<TimedProducer>);

/// Hands out the items of `stream`, in order.
class TimedConsumer : public TimedPort {
 public:
  std::deque<Item> stream = {};

  const Item* take() noexcept { return has_work() ? &stream.front() : nullptr; }
  void release() noexcept {
    done(stream.front());
    stream.pop_front();
  }
};
static_assert(ConsumerPort<TimedConsumer>);

}  // namespace kickbench::test
