// Random costs: against what queueing theory knows, and against the simulation with constant costs.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "model/predict.hpp"
#include "model/simulate.hpp"
#include "tests/model/exact.hpp"
#include "tests/model/sampler.hpp"

namespace kickbench::model {
namespace {

Simulation random(System system, std::uint64_t items, std::uint64_t seed = 1) {
  return simulate(system, {.items = items, .seed = seed});
}

System busy_waiting(Distribution producer_work, Distribution consumer_work, std::uint32_t queue_size) {
  System system =
      system_of(Sync::busy_wait,
                {.producer = {.work = Nanoseconds{1}}, .consumer = {.work = Nanoseconds{1}}, .queue_size = queue_size});
  system.producer.work = producer_work;
  system.consumer.work = consumer_work;
  return system;
}

/// As wide as four intervals of 95 %: with the fixed seed this is no matter of luck.
void expect_near(Nanoseconds expected, const Simulation& seen) {
  ASSERT_TRUE(seen.per_item_interval.has_value());
  const Nanoseconds width = seen.per_item_interval->upper - seen.per_item_interval->lower;
  EXPECT_GT(width, Nanoseconds{0});
  EXPECT_LT(width, expected / 20);
  EXPECT_NEAR(seen.per_item.count(), expected.count(), 2 * width.count());
}

TEST(SimulateRandom, one_slot_is_serial_for_any_distribution) {
  const Nanoseconds us{1000};
  const Histogram histogram{{{2 * us, 3 * us, 3}, {5 * us, 5 * us, 1}}};
  const System system = busy_waiting(Lognormal{3 * us, us}, histogram, 1);
  expect_near(3 * us + (3 * 2.5 + 5) / 4 * us, random(system, 100'000));
}

TEST(SimulateRandom, exponential_work_gives_the_finite_markov_queue) {
  // Both work while the queue is neither full nor empty: M/M/1/L, whose throughput is known.
  const auto theory = [](double wp, double wc, double L) {
    const double load = wc / wp;
    const double empty = load == 1 ? 1 / (L + 1) : (1 - load) / (1 - std::pow(load, L + 1));
    return Nanoseconds(wc / (1 - empty));
  };
  expect_near(theory(1000, 1000, 4),
              random(busy_waiting(Exponential{Nanoseconds{1000}}, Exponential{Nanoseconds{1000}}, 4), 400'000));
  expect_near(theory(1000, 700, 3),
              random(busy_waiting(Exponential{Nanoseconds{1000}}, Exponential{Nanoseconds{700}}, 3), 400'000));
}

TEST(SimulateRandom, the_interval_covers_as_often_as_it_says) {
  const System system = busy_waiting(Exponential{Nanoseconds{1000}}, Exponential{Nanoseconds{1000}}, 4);
  constexpr int runs = 400;
  int covered = 0;
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    const Interval interval = *random(system, 20'000, seed).per_item_interval;
    covered += interval.lower <= Nanoseconds{1250} && Nanoseconds{1250} <= interval.upper;
  }
  EXPECT_GE(covered, runs * 0.92);
  EXPECT_LE(covered, runs * 0.98);
}

/// The same system, each cost uniform over far less than a tick: everything is drawn, and nothing changes.
System drawn(const Parameters& p, Sync sync) {
  System system = system_of(sync, p);
  for (PartyCosts* party : {&system.producer, &system.consumer}) {
    for (Distribution* cost : {&party->work, &party->notify, &party->startup, &party->oversleep}) {
      const Nanoseconds value = std::get<Constant>(*cost).value;
      *cost = Uniform{value, value + Nanoseconds{1e-5}};
    }
  }
  return system;
}

TEST(SimulateRandom, distributions_without_width_are_constants_event_by_event) {
  oracle::Sampler sampler(31);
  for (int set = 0; set < 2'000; ++set) {
    const Sync sync = set % 3 == 0 ? Sync::notification : set % 3 == 1 ? Sync::sleep : Sync::busy_wait;
    const Parameters p = sync == Sync::sleep ? sampler.sleeping() : sampler.early_startup();
    SCOPED_TRACE(::testing::PrintToString(p));
    const SimulationOptions options{.items = 1'000, .timeline_events = 100};
    const Simulation constant = simulate(system_of(sync, p), options);
    const Simulation random = simulate(drawn(p, sync), options);
    ASSERT_FALSE(random.exact);
    std::size_t next = 0;
    for (const Event& event : constant.timeline) {
      // Drawn sleeps are told one by one.
      for (std::uint64_t i = 0; i < event.times && next < random.timeline.size(); ++i, ++next) {
        const Event& same = random.timeline[next];
        ASSERT_EQ(same.kind, event.kind);
        ASSERT_EQ(same.actor, event.actor);
        ASSERT_EQ(same.item, event.item);
        ASSERT_EQ(same.queued, event.queued);
        if (i == 0) {
          ASSERT_EQ(same.at, event.at);
        }
      }
    }
    ASSERT_EQ(random.timeline.size(), 100U);
  }
}

TEST(SimulateRandom, zero_width_of_every_kind_is_simulated_exactly) {
  const Nanoseconds wp{2000};
  const Parameters p{.producer = {.work = wp, .notify = Nanoseconds{600}},
                     .consumer = {.work = Nanoseconds{1000}, .startup = Nanoseconds{5000}}};
  const Simulation constant = simulate(system_of(Sync::notification, p));
  const std::vector<Distribution> kinds{Normal{wp, Nanoseconds{0}},     Uniform{wp, wp},
                                        Bimodal{wp, Nanoseconds{1}, 0}, Bimodal{Nanoseconds{1}, wp, 1},
                                        Lognormal{wp, Nanoseconds{0}},  Histogram{{{wp, wp, 7}}}};
  for (const Distribution& work : kinds) {
    System system = system_of(Sync::notification, p);
    system.producer.work = work;
    const Simulation same = simulate(system);
    EXPECT_TRUE(same.exact);
    EXPECT_EQ(same.elapsed, constant.elapsed);
    EXPECT_EQ(same.items, constant.items);
  }
}

TEST(SimulateRandom, seeds_reproduce) {
  System system =
      system_of(Sync::notification, {.producer = {.work = Nanoseconds{1}}, .consumer = {.work = Nanoseconds{1}}});
  system.producer.work = Normal{Nanoseconds{2000}, Nanoseconds{300}};
  system.consumer.work = Exponential{Nanoseconds{1500}};
  system.producer.notify = Bimodal{Nanoseconds{1000}, Nanoseconds{9000}, 0.1};
  system.consumer.startup = Uniform{Nanoseconds{-200}, Nanoseconds{3000}};
  const Simulation one = random(system, 50'000, 7);
  const Simulation same = random(system, 50'000, 7);
  const Simulation other = random(system, 50'000, 8);
  EXPECT_EQ(one.elapsed, same.elapsed);
  EXPECT_EQ(one.items_per_kick, same.items_per_kick);
  EXPECT_EQ(one.latency_own.max, same.latency_own.max);
  EXPECT_NE(one.elapsed, other.elapsed);
}

TEST(SimulateRandom, identities_hold_with_jitter_on_everything) {
  oracle::Sampler sampler(32);
  for (int set = 0; set < 300; ++set) {
    const Sync sync = set % 2 == 0 ? Sync::notification : Sync::sleep;
    const Parameters p = sync == Sync::sleep ? sampler.sleeping() : sampler.notification();
    SCOPED_TRACE(::testing::PrintToString(p));
    System system = system_of(sync, p);
    system.producer.work = Uniform{0.7 * p.producer.work, 1.3 * p.producer.work};
    system.consumer.work = Exponential{p.consumer.work};
    system.consumer.startup = Normal{p.consumer.startup, p.producer.notify / 2};
    system.consumer.oversleep = Exponential{Nanoseconds{5}};
    constexpr std::uint64_t items = 20'000;
    const Simulation seen = random(system, items);
    // At each end of the window an item or a wait is cut.
    const Nanoseconds at_the_ends = 2 * (seen.latency_service.max + Nanoseconds{500});
    ASSERT_LT(at_the_ends, 0.05 * items * seen.per_item);
    for (const SideTotals* side : {&seen.producer, &seen.consumer}) {
      const std::int64_t unaccounted = seen.elapsed - side->working - side->notifying - side->blocked;
      ASSERT_NEAR(items * seen.ns_per_item_of(unaccounted).count(), 0, at_the_ends.count());
    }
  }
}

TEST(SimulateRandom, startups_before_their_notification_are_counted) {
  System system = system_of(Sync::notification, {.producer = {.work = Nanoseconds{2000}, .notify = Nanoseconds{100}},
                                                 .consumer = {.work = Nanoseconds{1000}}});
  system.consumer.startup = Bimodal{Nanoseconds{-300}, Nanoseconds{-50}, 0.5};
  const Simulation seen = random(system, 10'000);
  EXPECT_NEAR(static_cast<double>(seen.early_startups), 5'000, 300);
  EXPECT_EQ(seen.producer.notifications, 10'000U);
  system.consumer.startup = Uniform{Nanoseconds{-100}, Nanoseconds{0}};
  EXPECT_EQ(random(system, 10'000).early_startups, 0U);
}

TEST(SimulateRandom, overshoot_lengthens_sleeps) {
  const Parameters p{.producer = {.work = Nanoseconds{2000}, .sleep = Nanoseconds{1000}},
                     .consumer = {.work = Nanoseconds{1000}, .sleep = Nanoseconds{40'000}}};
  System system = system_of(Sync::sleep, p);
  system.consumer.oversleep = Constant{Nanoseconds{10'000}};
  const Simulation constant = simulate(system);
  EXPECT_TRUE(constant.exact);
  EXPECT_DOUBLE_EQ(constant.per_item_of(constant.consumer.sleeps), 1000.0 / 50'000);
  system.consumer.oversleep = Exponential{Nanoseconds{10'000}};
  const Simulation seen = random(system, 400'000);
  EXPECT_NEAR(seen.per_item_of(seen.consumer.sleeps), 1000.0 / 50'000, 2e-4);
  EXPECT_EQ(seen.observed.regime, Regime::sFC);
}

}  // namespace
}  // namespace kickbench::model
