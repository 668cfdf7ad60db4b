// Distances to other regimes: worked by hand, and held against the prediction itself on both sides of each boundary.
#include "model/neighbours.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "model/predict.hpp"
#include "tests/model/exact.hpp"
#include "tests/model/sampler.hpp"

namespace kickbench::model {
namespace {

using oracle::Sampler;

/// The sampler's times are whole and small, so that no two boundaries lie closer together.
constexpr double nudge = 1e-3;

/// FC with a batch of 3; slowC from S_C = 13000 on.
Parameters fast_consumer() {
  return {.producer = {.work = Nanoseconds{2000}, .notify = Nanoseconds{1000}, .startup = Nanoseconds{3000}},
          .consumer = {.work = Nanoseconds{1000}, .notify = Nanoseconds{500}, .startup = Nanoseconds{2500}},
          .queue_size = 8};
}

std::optional<Neighbour> find(const std::vector<Neighbour>& all, Parameter parameter, bool upwards) {
  const auto found =
      std::ranges::find_if(all, [&](const Neighbour& n) { return n.parameter == parameter && n.upwards == upwards; });
  return found == all.end() ? std::nullopt : std::optional(*found);
}

void expect_neighbour(Sync sync, const Parameters& p, Parameter parameter, double distance, Regime at, Regime beyond,
                      bool upwards) {
  const auto found = find(neighbours(sync, p), parameter, upwards);
  ASSERT_TRUE(found.has_value()) << static_cast<int>(parameter);
  EXPECT_EQ(found->distance, distance);
  EXPECT_EQ(found->boundary, value_of(parameter, p) + distance);
  EXPECT_EQ(found->at, at);
  EXPECT_EQ(found->beyond, beyond);
}

TEST(Neighbours, of_a_fast_consumer) {
  const Parameters p = fast_consumer();
  const auto expect = [&p](Parameter parameter, double distance, Regime at, Regime beyond, bool upwards) {
    expect_neighbour(Sync::notification, p, parameter, distance, at, beyond, upwards);
  };
  expect(Parameter::sc, 10'500, Regime::FC, Regime::SCS, true);
  expect(Parameter::wc, 1000, Regime::EQ, Regime::FP, true);
  expect(Parameter::wp, -1000, Regime::EQ, Regime::FP, false);
  expect(Parameter::kp, 5, Regime::FC, Regime::SCS, true);           // 3500 > (8 - 7) * 2000
  expect(Parameter::queue_size, -5, Regime::FC, Regime::SS, false);  // 3500 > (2 - 1) * 2000, and 5000 > (2 - 1) * 1000
  const auto all = neighbours(Sync::notification, p);
  for (const auto& [parameter, upwards] :
       {std::pair(Parameter::sc, false), std::pair(Parameter::sp, true), std::pair(Parameter::wp, true),
        std::pair(Parameter::queue_size, true), std::pair(Parameter::yp, true), std::pair(Parameter::yc, true)}) {
    EXPECT_FALSE(find(all, parameter, upwards).has_value()) << static_cast<int>(parameter);
  }
}

TEST(Neighbours, at_the_boundary_itself_are_no_distance_away) {
  Parameters p = fast_consumer();
  p.consumer.startup = Nanoseconds{13'000};
  expect_neighbour(Sync::notification, p, Parameter::sc, 0, Regime::FC, Regime::SCS, true);
  p = fast_consumer();
  p.consumer.work = p.producer.work;
  expect_neighbour(Sync::notification, p, Parameter::wc, 0, Regime::EQ, Regime::FP, true);
  expect_neighbour(Sync::notification, p, Parameter::wc, 0, Regime::EQ, Regime::FC, false);
}

TEST(Neighbours, of_a_hidden_sleep_lie_beyond_the_cliff) {
  const Parameters p{.producer = {.work = Nanoseconds{2000}, .sleep = Nanoseconds{99}},
                     .consumer = {.work = Nanoseconds{1000}, .sleep = Nanoseconds{5000}},
                     .queue_size = 8};
  const auto expect = [&p](Parameter parameter, double distance, Regime at, Regime beyond, bool upwards) {
    expect_neighbour(Sync::sleep, p, parameter, distance, at, beyond, upwards);
  };
  expect(Parameter::yc, 8000, Regime::sFC, Regime::sLS, true);
  expect(Parameter::wc, 1000, Regime::sLS, Regime::sFP, true);
  expect(Parameter::queue_size, -4, Regime::sFC, Regime::sLS, false);  // 5000 > 2 * 2000 - 1000
  EXPECT_FALSE(find(neighbours(Sync::sleep, p), Parameter::yp, true).has_value());
  EXPECT_FALSE(find(neighbours(Sync::sleep, p), Parameter::sc, true).has_value());
  Parameters beyond = p;
  beyond.consumer.sleep = Nanoseconds{14'000};
  expect_neighbour(Sync::sleep, beyond, Parameter::yc, -1000, Regime::sFC, Regime::sFC, false);
}

TEST(Neighbours, busy_waiting_has_none) { EXPECT_TRUE(neighbours(Sync::busy_wait, fast_consumer()).empty()); }

TEST(Neighbours, are_for_parameters_in_the_domain) {
  Parameters p = fast_consumer();
  p.producer.notify_threshold = 9;
  EXPECT_THROW(neighbours(Sync::notification, p), DomainError);
  // No work can shrink to nothing: a lone slot has no threshold to move, and its boundary at W_P = 0 is out of reach.
  p = fast_consumer();
  p.queue_size = 1;
  for (const Neighbour& n : neighbours(Sync::notification, p)) {
    EXPECT_NE(n.parameter, Parameter::kp);
    EXPECT_NE(n.parameter, Parameter::kc);
    EXPECT_NO_THROW(predict(Sync::notification, with(p, n.parameter, n.boundary)));
  }
}

Regime regime_at(Sync sync, const Parameters& p, Parameter parameter, double value) {
  return predict(sync, with(p, parameter, value)).regime;
}

/// The prediction on both sides of the boundary, and at it where that is a number the machine can hold.
void expect_flip(Sync sync, const Parameters& p, const Neighbour& n) {
  const Regime present = predict(sync, p).regime;
  const int step = n.upwards ? 1 : -1;
  EXPECT_GE(n.distance * step, 0);
  EXPECT_TRUE(n.at != present || n.beyond != present);
  if (is_count(n.parameter)) {
    EXPECT_EQ(n.at, present);
    EXPECT_EQ(regime_at(sync, p, n.parameter, n.boundary), present);
    EXPECT_EQ(regime_at(sync, p, n.parameter, n.boundary + step), n.beyond);
    return;
  }
  if (n.distance != 0) {
    EXPECT_EQ(regime_at(sync, p, n.parameter, n.boundary - step * nudge), present);
  }
  if (n.boundary == std::floor(n.boundary)) {
    EXPECT_EQ(regime_at(sync, p, n.parameter, n.boundary), n.at);
  }
  EXPECT_EQ(regime_at(sync, p, n.parameter, n.boundary + step * nudge), n.beyond);
}

/// No other regime on the way to the boundary, or anywhere if there is none.
void expect_present_regime_until(Sync sync, const Parameters& p, Parameter parameter, bool upwards,
                                 const std::optional<Neighbour>& neighbour) {
  const Regime present = predict(sync, p).regime;
  const double step = (is_count(parameter) ? 1 : 0.5) * (upwards ? 1 : -1);
  const double low = parameter == Parameter::sp || parameter == Parameter::sc ? -500 : is_count(parameter) ? 1 : 0.5;
  for (double value = value_of(parameter, p); value >= low && value <= 500; value += step) {
    if (neighbour && (neighbour->boundary - value) * step <= 0) return;
    const Parameters moved = with(p, parameter, value);
    const bool notifies = sync == Sync::notification;
    if (notifies && std::max(moved.producer.notify_threshold, moved.consumer.notify_threshold) > moved.queue_size) {
      return;
    }
    ASSERT_EQ(predict(sync, moved).regime, present) << "parameter " << static_cast<int>(parameter) << " at " << value;
  }
}

using Changes = std::set<std::pair<Regime, Regime>>;

/// All parameters of one system in both directions; the changes of regime that were seen.
void expect_neighbours_hold(Sync sync, const Parameters& p, Changes& changes) {
  SCOPED_TRACE(::testing::PrintToString(p));
  const auto all = neighbours(sync, p);
  for (const Parameter parameter : all_parameters) {
    for (const bool upwards : {false, true}) {
      SCOPED_TRACE(std::string(upwards ? "up " : "down ") + std::to_string(static_cast<int>(parameter)));
      const auto neighbour = find(all, parameter, upwards);
      expect_present_regime_until(sync, p, parameter, upwards, neighbour);
      if (!neighbour) continue;
      expect_flip(sync, p, *neighbour);
      changes.emplace(predict(sync, p).regime, neighbour->beyond);
      changes.emplace(predict(sync, p).regime, neighbour->at);
    }
  }
}

TEST(Neighbours, flip_the_prediction_just_beyond_and_not_before) {
  Sampler sampler(51);
  Changes changes;
  for (int set = 0; set < 600 && !::testing::Test::HasFailure(); ++set) {
    expect_neighbours_hold(Sync::notification, sampler.notification(), changes);
    expect_neighbours_hold(Sync::notification, sampler.early_startup(), changes);
    expect_neighbours_hold(Sync::sleep, sampler.sleeping(), changes);
  }
  for (const auto& [from, to] :
       {std::pair(Regime::FC, Regime::SCS), std::pair(Regime::FP, Regime::SPS), std::pair(Regime::SCS, Regime::SS),
        std::pair(Regime::SPS, Regime::SS), std::pair(Regime::FC, Regime::EQ), std::pair(Regime::FC, Regime::FP),
        std::pair(Regime::FP, Regime::NL), std::pair(Regime::sFC, Regime::sLS), std::pair(Regime::sFP, Regime::sLS)}) {
    EXPECT_TRUE(changes.contains({from, to})) << name_of(from) << " to " << name_of(to);
    EXPECT_TRUE(changes.contains({to, from})) << name_of(to) << " to " << name_of(from);
  }
}

/// Times that binary fractions cannot hold, so that quotients and products round differently.
Parameters in_tenths(Parameters p) {
  for (Party* party : {&p.producer, &p.consumer}) {
    for (Nanoseconds* time : {&party->work, &party->notify, &party->startup, &party->sleep}) *time = *time * 0.1;
  }
  return p;
}

TEST(Neighbours, are_other_regimes_whatever_the_rounding) {
  Sampler sampler(54);
  for (int set = 0; set < 60'000; ++set) {
    const Sync sync = set % 3 == 0 ? Sync::sleep : Sync::notification;
    const Parameters p = in_tenths(set % 3 == 0   ? sampler.sleeping()
                                   : set % 3 == 1 ? sampler.notification()
                                                  : sampler.early_startup());
    SCOPED_TRACE(::testing::PrintToString(p));
    const Regime present = predict(sync, p).regime;
    for (const Neighbour& n : neighbours(sync, p)) {
      if (is_count(n.parameter)) {
        expect_flip(sync, p, n);
      } else if (std::abs(n.distance) < 1e-9) {
        EXPECT_NE(n.beyond, present);
      }
      if (n.distance == 0) {
        EXPECT_EQ(n.at, present);
      }
    }
    if (HasFailure()) return;
  }
}

TEST(CriticalLengths, divide_slow_from_fast_start_ups_whatever_the_rounding) {
  Sampler sampler(52);
  for (int set = 0; set < 20'000; ++set) {
    Parameters p = set % 2 == 0 ? sampler.notification() : sampler.early_startup();
    if (set % 4 >= 2) p = in_tenths(p);
    SCOPED_TRACE(::testing::PrintToString(p));
    const double critical = critical_queue_size(p);
    ASSERT_GE(critical, p.producer.notify_threshold);
    ASSERT_FALSE(slow_consumer(with(p, Parameter::queue_size, critical)));
    if (critical > p.producer.notify_threshold) {
      ASSERT_TRUE(slow_consumer(with(p, Parameter::queue_size, critical - 1)));
    }
    const double twin = critical_queue_size(mirrored(p));
    ASSERT_FALSE(slow_producer(with(p, Parameter::queue_size, twin)));
  }
}

TEST(CriticalLengths, are_those_of_the_formula) {
  Parameters p = fast_consumer();
  EXPECT_EQ(critical_queue_size(p), 1 + 2);            // ceil(3500 / 2000)
  EXPECT_EQ(critical_queue_size(mirrored(p)), 1 + 5);  // 5000 / 1000
  p.producer.notify_threshold = 4;
  EXPECT_EQ(critical_queue_size(p), 4 + 2);
  p.consumer.startup = Nanoseconds{-9000};
  EXPECT_EQ(critical_queue_size(p), 4);
}

TEST(Cliff, is_the_last_sleep_that_is_hidden) {
  Parameters p{.producer = {.work = Nanoseconds{2000}, .sleep = Nanoseconds{1e6}},
               .consumer = {.work = Nanoseconds{1000}, .sleep = Nanoseconds{1e6}},
               .queue_size = 510};
  EXPECT_EQ(longest_hidden_sleep(p), Nanoseconds{1'017'000});
  EXPECT_EQ(longest_hidden_sleep(mirrored(p)), Nanoseconds{1'017'000});
  EXPECT_EQ(hiding_queue_size(p), 502);  // 1 + ceil(1001000 / 2000)
  p.queue_size = 1;
  EXPECT_FALSE(longest_hidden_sleep(p).has_value());
  EXPECT_EQ(hiding_queue_size(p), 502);
  p.consumer.work = p.producer.work;
  p.queue_size = 510;
  EXPECT_FALSE(longest_hidden_sleep(p).has_value());
  EXPECT_FALSE(hiding_queue_size(p).has_value());
}

TEST(Cliff, divides_hidden_from_long_sleeps) {
  Sampler sampler(53);
  std::map<bool, int> seen;
  for (int set = 0; set < 20'000; ++set) {
    const Parameters p = set % 2 == 0 ? sampler.sleeping() : in_tenths(sampler.sleeping());
    SCOPED_TRACE(::testing::PrintToString(p));
    const auto queue_size = hiding_queue_size(p);
    ASSERT_EQ(queue_size.has_value(), p.producer.work != p.consumer.work);
    if (!queue_size) continue;
    const bool hidden = predict(Sync::sleep, p).regime != Regime::sLS;
    ++seen[hidden];
    ASSERT_EQ(hidden, p.queue_size >= *queue_size);
    const auto cliff = longest_hidden_sleep(p);
    const Nanoseconds sleep = p.producer.work < p.consumer.work ? p.producer.sleep : p.consumer.sleep;
    // In tenths a sleep right at the cliff is a matter of rounding.
    if (set % 2 == 0) {
      ASSERT_EQ(hidden, cliff && sleep <= *cliff);
    }
  }
  EXPECT_GE(seen[true], 1000);
  EXPECT_GE(seen[false], 1000);
}

}  // namespace
}  // namespace kickbench::model
