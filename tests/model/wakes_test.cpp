// N and S that hang together, and on how long the woken side has been idle.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "model/simulate.hpp"

namespace kickbench::model {
namespace {

/// FC: a start-up of S makes a batch of m = floor(S / 1000) + 1 and the next idle time m 1000 - S.
System fast_consumer() {
  return system_of(
      Sync::notification,
      {.producer = {.work = Nanoseconds{2000}}, .consumer = {.work = Nanoseconds{1000}}, .queue_size = 64});
}

Wake wake(double notify, double startup) { return {Nanoseconds{notify}, Nanoseconds{startup}}; }
IdleRung rung(double idle, std::vector<Wake> wakes) { return {Nanoseconds{idle}, std::move(wakes)}; }

/// A kick as it was executed, to the nanosecond.
struct Kick {
  std::int64_t idle, notify, startup;
  friend auto operator<=>(const Kick&, const Kick&) = default;
};

/// From the second stop on: how long the consumer is idle before the first kick is up to the cold start.
std::map<Kick, int> kicks_seen(const System& system) {
  std::map<Kick, int> kicks;
  std::optional<Event> stop, kick;
  for (const Event& event : simulate(system, {.items = 1000, .timeline_events = 20'000}).timeline) {
    if (event.kind == EventKind::stop) stop = event;
    if (event.kind == EventKind::notify && stop) kick = event;
    if (event.kind != EventKind::wake || !kick) continue;
    const auto ns = [](Nanoseconds time) { return std::llround(time.count()); };
    ++kicks[{ns(kick->at - stop->at), ns(*kick->until - kick->at), ns(event.at - *kick->until)}];
    kick.reset();
  }
  return kicks;
}

std::set<Kick> kinds(const std::map<Kick, int>& kicks) {
  std::set<Kick> kinds;
  for (const auto& [kick, count] : kicks) kinds.insert(kick);
  return kinds;
}

TEST(Wakes, what_came_together_is_drawn_together) {
  System system = fast_consumer();
  system.producer.notify = Bimodal{Nanoseconds{1000}, Nanoseconds{3000}, 0.5};
  system.consumer.startup = Bimodal{Nanoseconds{5000}, Nanoseconds{9000}, 0.5};
  EXPECT_EQ(kinds(kicks_seen(system)).size(), 4U) << "each by itself";
  system.producer.wakes = at_any_idle_time({wake(1000, 9000), wake(3000, 5000)});
  const std::set<Kick> together{{1000, 1000, 9000}, {1000, 3000, 5000}};
  EXPECT_EQ(kinds(kicks_seen(system)), together);
  system.producer.notify = system.consumer.startup = Constant{};
  EXPECT_EQ(kinds(kicks_seen(system)), together) << "whatever else is said of them";
}

TEST(Wakes, are_of_the_rung_of_the_idle_time) {
  System system = fast_consumer();
  system.producer.wakes = {rung(500, {wake(1000, 5000)}), rung(1000, {wake(3000, 5500)})};
  const std::set<Kick> in_turn{{500, 1000, 5000}, {1000, 3000, 5500}};
  EXPECT_EQ(kinds(kicks_seen(system)), in_turn);
  const Simulation seen = simulate(system, {.items = 120'000});
  EXPECT_NEAR(seen.per_item.count(), 2000 + (1000 + 3000) / 12.0, 0.1);
}

TEST(Wakes, below_the_first_rung_and_above_the_last_one_are_of_that_one) {
  System system = fast_consumer();
  system.producer.wakes = {rung(600, {wake(1000, 5000)}), rung(900, {wake(3000, 5500)})};
  EXPECT_EQ(kinds(kicks_seen(system)), (std::set<Kick>{{500, 1000, 5000}, {1000, 3000, 5500}}));
}

TEST(Wakes, between_two_rungs_are_of_either_as_near_as_it_is_by_logarithm) {
  System system = fast_consumer();
  // Idle for 500 ns after either: from 250 to 2000 that is a third of the way.
  system.producer.wakes = {rung(250, {wake(1000, 5500)}), rung(2000, {wake(3000, 7500)})};
  const std::map<Kick, int> kicks = kicks_seen(system);
  const int near = kicks.at({500, 1000, 5500});
  const int far = kicks.at({500, 3000, 7500});
  EXPECT_EQ(kicks.size(), 2U);
  EXPECT_NEAR(far / static_cast<double>(near + far), 1 / 3.0, 0.1);
}

TEST(Wakes, an_interrupt_is_for_the_idle_time_of_the_producer) {
  System system =
      system_of(Sync::notification,
                {.producer = {.work = Nanoseconds{1000}}, .consumer = {.work = Nanoseconds{2000}}, .queue_size = 64});
  system.consumer.wakes = {rung(500, {wake(1000, 5000)}), rung(1000, {wake(3000, 5500)})};
  const Simulation seen = simulate(system, {.items = 120'000});
  EXPECT_EQ(seen.observed.regime, Regime::FP);
  EXPECT_NEAR(seen.per_item.count(), 2000 + (1000 + 3000) / 12.0, 0.1);
}

TEST(Wakes, outside_of_the_domain_are_refused) {
  const auto refused = [](const WakeTable& table) {
    System system = fast_consumer();
    system.producer.wakes = table;
    EXPECT_THROW(simulate(system, {.items = 1000}), DomainError);
    std::swap(system.producer, system.consumer);
    EXPECT_THROW(simulate(system, {.items = 1000}), DomainError);
  };
  refused({rung(1, {wake(-1, 20)})});
  refused({rung(0, {wake(1, 20)})});
  refused({rung(1, {})});
  refused({rung(5, {wake(1, 20)}), rung(5, {wake(1, 20)})});
}

}  // namespace
}  // namespace kickbench::model
