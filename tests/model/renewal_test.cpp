// The closed forms over costs that vary, against the events executed.
#include "model/renewal.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <vector>

#include "model/simulate.hpp"
#include "model/simulate_machine.hpp"
#include "tests/model/exact.hpp"
#include "tests/model/sampler.hpp"

namespace kickbench::model {
namespace {

using oracle::Sampler;

Wake wake(double notify, double startup) { return {Nanoseconds{notify}, Nanoseconds{startup}}; }

struct Wakes {
  std::vector<Wake> kicks;
  std::vector<Wake> interrupts;
  Seen seen() const { return {.kicks = kicks, .interrupts = interrupts}; }
};

/// FC with 8 slots, in which a start-up of 7000 ns or more is slow.
Parameters fast_consumer() {
  return {.producer = {.work = Nanoseconds{1000}}, .consumer = {.work = Nanoseconds{500}}, .queue_size = 8};
}

TEST(Renewal, one_wake_each_way_is_the_closed_form) {
  Sampler sampler(51);
  std::map<Regime, int> regimes;
  for (int set = 0; set < 10'000; ++set) {
    const Parameters p = set % 2 == 0 ? sampler.notification() : sampler.early_startup();
    SCOPED_TRACE(::testing::PrintToString(p));
    const Prediction constant = predict(Sync::notification, p);
    const Wakes wakes{{{p.producer.notify, p.consumer.startup}}, {{p.consumer.notify, p.producer.startup}}};
    for (const Prediction& seen :
         {predict_seen(Sync::notification, p, wakes.seen()), predict_seen(Sync::notification, p, {})}) {
      ASSERT_EQ(seen.regime, constant.regime);
      ASSERT_DOUBLE_EQ(seen.per_item->count(), constant.per_item->count());
      ASSERT_EQ(seen.items_per_notification, constant.items_per_notification);
      ASSERT_EQ(seen.kicks_per_item, constant.kicks_per_item);
      ASSERT_EQ(seen.interrupts_per_item, constant.interrupts_per_item);
      ASSERT_NEAR(seen.busy_per_item->count(), constant.busy_per_item->count(), 1e-9);
      ASSERT_EQ(seen.latency_service_max, constant.latency_service_max);
    }
    ++regimes[constant.regime];
  }
  EXPECT_EQ(regimes.size(), 7U);
}

TEST(Renewal, FC_is_W_and_the_mean_N_over_the_mean_batch) {
  // Batches of 2, 4 and 12 items: the mean S, 2500 ns, would make one of 6.
  const Wakes wakes{{wake(100, 500), wake(200, 1500), wake(900, 5500)}, {}};
  const Prediction p = predict_seen(Sync::notification, fast_consumer(), wakes.seen());
  EXPECT_EQ(p.regime, Regime::FC);
  EXPECT_DOUBLE_EQ(p.items_per_notification.value(), 6.0);
  EXPECT_DOUBLE_EQ(p.per_item->count(), 1000 + 400 / 6.0);
  EXPECT_DOUBLE_EQ(p.busy_per_item->count(), 1500 + (400 + 2500) / 6.0);
}

TEST(Renewal, the_floor_of_a_batch_is_smoothed) {
  // S of 250 or 750 ns: batches of 1 and 2 items, where both means, 500 ns, make 2.
  const Wakes wakes{{wake(300, 250), wake(300, 750)}, {}};
  EXPECT_DOUBLE_EQ(predict_seen(Sync::notification, fast_consumer(), wakes.seen()).items_per_notification.value(), 1.5);
}

TEST(Renewal, cycles_of_several_regimes_take_turns) {
  // FC with 4 items; SCS with L + m = 8 + 6 after an interrupt whose S_P is 1 us, SS with 8 if it is 4 us.
  Wakes wakes{{wake(100, 1500), wake(100, 9000)}, {wake(50, 0), wake(50, 4000)}};
  Prediction p = predict_seen(Sync::notification, fast_consumer(), wakes.seen());
  const double fast = 4 * 1000 + 100;
  const double slow_consumer = 9000 + 500 + 50 + 0 + (6 + 1) * 1000 + 100;
  const double slow_both = 1000 + 500 + 100 + 50 + 9000 + 4000;
  const double items = 4 + (14 + 8) / 2.0;
  EXPECT_DOUBLE_EQ(p.per_item->count(), (fast + (slow_consumer + slow_both) / 2) / items);
  EXPECT_DOUBLE_EQ(p.kicks_per_item.value(), 2 / items);
  EXPECT_DOUBLE_EQ(p.interrupts_per_item.value(), 1 / items);
  EXPECT_EQ(p.regime, Regime::FC) << "one cycle in two";
  wakes.kicks.push_back(wake(100, 9000));
  wakes.kicks.push_back(wake(100, 9000));
  wakes.interrupts.push_back(wake(50, 4000));
  EXPECT_EQ(predict_seen(Sync::notification, fast_consumer(), wakes.seen()).regime, Regime::SS)
      << "two of three in three cycles of four";
}

/// Costs in turn, so that whole rounds of them are exact.
struct CostsInTurn : ConstantCosts {
  std::array<std::vector<Wake>, 2> wakes;
  std::array<std::size_t, 2> next{};
  std::array<Wake, 2> last{};

  Ticks notify(std::size_t side, Ticks) {
    last[side] = wakes[side][next[side]++ % wakes[side].size()];
    return std::llround(last[side].notify.count());
  }
  Ticks startup(std::size_t side) { return std::llround(last[1 - side].startup.count()); }
};

class Rounds : public ::testing::Test {
 protected:
  /// As many cycles as it takes until each slow notification has met each answer to it.
  static std::size_t cycles(const Parameters& p, const Wakes& wakes) {
    const bool kicked = p.consumer.work < p.producer.work;
    const std::size_t own = (kicked ? wakes.kicks : wakes.interrupts).size();
    return own * (kicked ? wakes.interrupts : wakes.kicks).size();
  }

  Wakes some_wakes(std::size_t kicks, std::size_t interrupts) {
    const auto list = [this](std::size_t count) {
      std::vector<Wake> wakes(count);
      for (Wake& each : wakes) {
        each =
            wake(static_cast<double>(random_() % 41), static_cast<double>(random_() % (random_() % 4 == 0 ? 301 : 41)));
      }
      return wakes;
    };
    return {list(kicks), list(interrupts)};
  }

  std::mt19937_64 random_{53};
};

TEST_F(Rounds, are_exactly_as_long_as_the_renewal_form_says) {
  Sampler sampler(52);
  std::map<Regime, int> regimes;
  int mixed = 0;
  for (int set = 0; set < 10'000; ++set) {
    const Parameters p = sampler.notification();
    if (p.producer.work == p.consumer.work) continue;
    // Coprime with any number of slow ones among up to four others.
    const bool kicked = p.consumer.work < p.producer.work;
    const Wakes wakes = kicked ? some_wakes(1 + random_() % 4, 5) : some_wakes(5, 1 + random_() % 4);
    SCOPED_TRACE(::testing::PrintToString(p));
    const Prediction predicted = predict_seen(Sync::notification, p, wakes.seen());
    const double notifications = kicked ? *predicted.kicks_per_item : *predicted.interrupts_per_item;
    const double answers = kicked ? *predicted.interrupts_per_item : *predicted.kicks_per_item;
    const auto round = static_cast<double>(cycles(p, wakes));
    const auto items = static_cast<std::uint64_t>(std::llround(round / notifications));

    const auto side = [](const Party& party) { return ConstantCosts::Side{std::llround(party.work.count()), 0, 0, 0}; };
    CostsInTurn costs{{{side(p.producer), side(p.consumer)}}, {wakes.kicks, wakes.interrupts}};
    Machine machine(system_of(Sync::notification, p), costs, 1, 0);
    // A queue fills or drains by the difference of the two W.
    const double filling = p.queue_size * (p.producer.work + p.consumer.work) / abs(p.producer.work - p.consumer.work);
    machine.run(3 * items + static_cast<std::uint64_t>(filling));
    const Ticks begin = machine.now();
    machine.begin_window();
    machine.run(items);
    ASSERT_NEAR(static_cast<double>(machine.now() - begin), static_cast<double>(items) * predicted.per_item->count(),
                1e-6 * static_cast<double>(items));
    const SideTotals& sender = machine.tally().sides[kicked ? 0 : 1];
    const SideTotals& answering = machine.tally().sides[kicked ? 1 : 0];
    ASSERT_EQ(sender.notifications, cycles(p, wakes));
    ASSERT_EQ(static_cast<double>(answering.notifications), std::round(answers * static_cast<double>(items)));
    ++regimes[predicted.regime];
    mixed += answers > 0 && answers < notifications * 0.999;
  }
  for (const Regime regime : {Regime::SS, Regime::FC, Regime::SCS, Regime::FP, Regime::SPS}) {
    EXPECT_GE(regimes[regime], 100) << name_of(regime);
  }
  EXPECT_GE(mixed, 1000);
}

TEST(Renewal, drawn_at_random_is_what_the_simulator_says) {
  const Wakes wakes{{wake(100, 1500), wake(400, 9000), wake(100, 250)}, {wake(50, 0), wake(250, 4000)}};
  for (const bool kicked : {true, false}) {
    const Parameters p = kicked ? fast_consumer() : mirrored(fast_consumer());
    System system = system_of(Sync::notification, p);
    system.producer.wakes = at_any_idle_time(kicked ? wakes.kicks : wakes.interrupts);
    system.consumer.wakes = at_any_idle_time(kicked ? wakes.interrupts : wakes.kicks);
    const Seen seen = kicked ? wakes.seen() : Seen{.kicks = wakes.interrupts, .interrupts = wakes.kicks};
    const Prediction predicted = predict_seen(Sync::notification, p, seen);
    const Simulation simulated = simulate(system, {.items = 400'000});
    ASSERT_LT(simulated.per_item_interval->upper - simulated.per_item_interval->lower, 0.01 * simulated.per_item);
    EXPECT_LE(simulated.per_item_interval->lower, *predicted.per_item);
    EXPECT_GE(simulated.per_item_interval->upper, *predicted.per_item);
    EXPECT_NEAR(simulated.busy_per_item.count(), predicted.busy_per_item->count(), 10);
  }
}

TEST(Renewal, a_lock_needs_every_startup_to_be_early) {
  const Parameters p{.producer = {.work = Nanoseconds{1000}}, .consumer = {.work = Nanoseconds{1100}}};
  const std::vector<Wake> early{wake(600, -300), wake(600, -200)};
  const Prediction locked = predict_seen(Sync::notification, p, {.kicks = early, .interrupts = {}});
  EXPECT_EQ(locked.regime, Regime::NL);
  EXPECT_EQ(locked.per_item, Nanoseconds{1600});
  const std::vector<Wake> one_late{wake(600, -300), wake(600, -200), wake(600, -99)};
  const Prediction left = predict_seen(Sync::notification, p, {.kicks = one_late, .interrupts = {}});
  EXPECT_EQ(left.regime, Regime::FP);
  const Prediction producer = predict_seen(Sync::notification, mirrored(p), {.kicks = {}, .interrupts = early});
  EXPECT_NE(producer.regime, Regime::NL) << "from a cold start the producer never stops";
  Parameters equal = p;
  equal.consumer.work = p.producer.work;
  EXPECT_EQ(
      predict_seen(Sync::notification, equal, {.kicks = std::vector{wake(600, -300), wake(600, 100)}, .interrupts = {}})
          .regime,
      Regime::EQ);
}

TEST(Gaps, are_those_of_the_side_that_sets_the_pace) {
  const Seen gaps{.producer_gaps = Nanoseconds{30}, .consumer_gaps = Nanoseconds{50}};
  const auto added = [&gaps](Sync sync, const Parameters& p) {
    const Prediction with = predict_seen(sync, p, gaps);
    const Prediction without = predict(sync, p);
    EXPECT_EQ(with.regime, without.regime);
    if (with.per_item) return (*with.per_item - *without.per_item).count();
    EXPECT_EQ(with.per_item_bounds->upper.value() - with.per_item_bounds->lower,
              without.per_item_bounds->upper.value() - without.per_item_bounds->lower);
    return (with.per_item_bounds->lower - without.per_item_bounds->lower).count();
  };
  Parameters p = fast_consumer();
  p.producer.sleep = p.consumer.sleep = Nanoseconds{100};
  for (const Sync sync : {Sync::busy_wait, Sync::notification, Sync::sleep}) {
    EXPECT_DOUBLE_EQ(added(sync, p), 30);
    EXPECT_DOUBLE_EQ(added(sync, mirrored(p)), 50);
  }
  p.producer.sleep = p.consumer.sleep = Nanoseconds{1e6};
  EXPECT_NEAR(added(Sync::sleep, p), 30, 1e-6) << "bounds, too";
  p.consumer.work = p.producer.work;
  EXPECT_DOUBLE_EQ(added(Sync::notification, p), 50) << "EQ: nobody waits for the side that is late less";
  p.producer.startup = p.consumer.startup = Nanoseconds{1e6};
  EXPECT_NEAR(added(Sync::notification, p), 80, 1e-6) << "SS: each waits for the other";
}

/// The CPU is away once in 5000 items, for 100 us.
Distribution with_gaps(Nanoseconds work) {
  const Nanoseconds late = work + Nanoseconds{100'000};
  return Histogram{{{work, work, 4999}, {late, late, 1}}};
}

TEST(Gaps, that_are_rare_cost_what_the_simulator_says) {
  constexpr Nanoseconds gap{100'000.0 / 5000};
  const Wakes wakes{{wake(300, 250), wake(300, 750)}, {}};
  Parameters p = fast_consumer();
  p.queue_size = 256;
  for (const Sync sync : {Sync::busy_wait, Sync::notification}) {
    System system = system_of(sync, p);
    system.producer.work = with_gaps(p.producer.work);
    system.producer.wakes = at_any_idle_time(wakes.kicks);
    const Prediction predicted =
        predict_seen(sync, p, {.kicks = wakes.kicks, .interrupts = {}, .producer_gaps = gap, .consumer_gaps = {}});
    const Simulation simulated = simulate(system);
    EXPECT_NEAR(simulated.per_item / *predicted.per_item, 1, 0.004);
    EXPECT_NEAR((simulated.busy_per_item - gap) / *predicted.busy_per_item, 1, 0.004) << "told of gaps as work";
  }
}

TEST(Startups, are_busy_for_the_part_that_is_CPU_time) {
  Parameters p = fast_consumer();
  p.producer.notify = Nanoseconds{400};
  p.consumer.startup = Nanoseconds{1500};
  const auto busy = [&p](Sync sync = Sync::notification) {
    const Nanoseconds predicted = predict(sync, p).busy_per_item.value();
    EXPECT_EQ(predict_seen(sync, p, {}).busy_per_item, predicted);
    EXPECT_EQ(simulate(system_of(sync, p)).busy_per_item, predicted);
    return predicted.count();
  };
  EXPECT_DOUBLE_EQ(busy(), 1500 + (400 + 1500) / 4.0) << "all of S, as in the paper";
  p.consumer.startup_busy = Nanoseconds{300};
  EXPECT_DOUBLE_EQ(busy(), 1500 + (400 + 300) / 4.0);
  p.consumer.startup = Nanoseconds{-100};
  EXPECT_DOUBLE_EQ(busy(), 1500 + 400 + 300) << "though the consumer looks before the kick has ended";
  p = mirrored(p);
  EXPECT_DOUBLE_EQ(busy(), 1500 + 400 + 300);
  EXPECT_DOUBLE_EQ(busy(Sync::busy_wait), 2000);
}

TEST(Renewal, what_is_outside_of_the_domain_is_refused) {
  EXPECT_THROW(predict_seen(Sync::notification, {}, {}), DomainError);
  EXPECT_THROW(predict_seen(Sync::notification, fast_consumer(), {.kicks = std::vector{wake(-1, 0)}, .interrupts = {}}),
               DomainError);
}

}  // namespace
}  // namespace kickbench::model
