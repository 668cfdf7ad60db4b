// Each assumption broken by itself is named, with its number; a cell in which nothing is off names none.
#include "bench/validation/diagnosis.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/bench/made_up.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Spread spread(double median_ns, double mean_ns) {
  return {.count = 100, .median = Nanoseconds(median_ns), .mean = Nanoseconds(mean_ns), .p99 = Nanoseconds(mean_ns)};
}

model::Histogram between(double from_ns, double to_ns) {
  return {.bins = {{Nanoseconds(from_ns), Nanoseconds(to_ns), 100}}};
}

void set_startup(SideFigures& side, double from_ns, double to_ns) {
  const double middle = (from_ns + to_ns) / 2;
  side.startup = spread(middle, middle);
  side.startup_distribution = between(from_ns, to_ns);
}

/// FC over a queue of 64 as the model has it: the consumer is kicked once in 6 items and takes 5 us to start.
struct Made {
  Scenario scenario = test::scenario_of(WaitKind::block, 2000, 1000);
  Result result;

  Made() {
    scenario.shape.queue_size = 64;
    SideFigures& p = result.figures.producer;
    SideFigures& c = result.figures.consumer;
    for (SideFigures* side : {&p, &c}) {
      side->ns_per_item = Nanoseconds(2100);
      side->work = side == &p ? Nanoseconds(2000) : Nanoseconds(1000);
    }
    p.signals = c.blocked_waits = 1.0 / 6;
    p.notify = spread(600, 600);
    set_startup(c, 4000, 6000);
    set_startup(p, 4000, 6000);
    result.ns_per_item = result.figures.ns_per_item = Nanoseconds(2100);
    result.figures.items = 1000;
    result.figures.slices = result.slices_total = 30;
    result.observed.regime = model::Regime::FC;
    predict();
  }

  void predict() { result.predicted = predict_beside(scenario, result.figures); }

  std::vector<std::string> broken() const {
    std::vector<std::string> names;
    for (const BrokenAssumption& assumption : diagnose(scenario, result)) names.push_back(assumption.name);
    return names;
  }
  std::string evidence() const {
    const auto all = diagnose(scenario, result);
    return all.size() == 1 ? all.front().evidence : std::to_string(all.size()) + " are broken";
  }
};

TEST(Diagnosis, Nothing_is_broken_where_all_is_as_assumed) {
  const Made made;
  EXPECT_THAT(made.broken(), IsEmpty());
  EXPECT_THAT(what_is_left(made.scenario, made.result), HasSubstr("W_P 2000, W_C 1000; medians N_P 600.0"));
}

TEST(Diagnosis, Work_that_took_more_than_was_asked) {
  Made made;
  made.result.figures.consumer.work = Nanoseconds(1100);
  EXPECT_THAT(made.broken(), ElementsAre("work-exceeded"));
  EXPECT_THAT(made.evidence(), HasSubstr("W_C was asked to be 1000 ns and took 1100 ns"));
  made.result.figures.consumer.work = Nanoseconds(1009);
  EXPECT_THAT(made.broken(), IsEmpty());
}

TEST(Diagnosis, Works_nearer_to_each_other_than_their_jitter) {
  Made made;
  made.scenario.producer.work = Nanoseconds(1008);
  made.result.figures.producer.work = Nanoseconds(1012);
  made.result.figures.consumer.work = Nanoseconds(1006);
  made.result.figures.stops.consumer_stops = 77;
  made.predict();
  EXPECT_THAT(made.broken(), ElementsAre("work-jitter"));
  EXPECT_THAT(made.evidence(), HasSubstr("differ by 8.00 ns"));
  EXPECT_THAT(made.evidence(), HasSubstr("77 stops in 1000 items"));
  made.scenario.producer.work = Nanoseconds(1014);  // further apart than the 10 ns that an item may be late
  made.result.figures.producer.work = Nanoseconds(1018);
  made.predict();
  EXPECT_THAT(made.broken(), IsEmpty());
}

TEST(Diagnosis, Preemption_is_jitter_too_but_not_where_everybody_polls) {
  Made made;
  made.scenario.producer.work = Nanoseconds(1000);
  made.result.figures.producer.work = Nanoseconds(1000);
  made.result.figures.consumer.gap_share = 0.001;
  made.predict();
  EXPECT_THAT(made.broken(), ElementsAre("work-jitter"));
  made.scenario.producer.wait = made.scenario.consumer.wait = WaitKind::poll;
  made.predict();
  EXPECT_THAT(made.broken(), IsEmpty());
}

TEST(Diagnosis, Startups_that_are_negative) {
  Made made;
  set_startup(made.result.figures.consumer, -200, 800);
  made.predict();
  EXPECT_THAT(made.broken(), testing::Contains("negative-startup"));
  EXPECT_THAT(diagnose(made.scenario, made.result).front().evidence, HasSubstr("S_C is negative in 20 % of 100"));
}

TEST(Diagnosis, Startups_that_reach_into_another_regime) {
  Made made;
  // slowC above (L - k_P) W_P - W_C = 125 us: a fifth of them.
  set_startup(made.result.figures.consumer, 45'000, 145'000);
  made.predict();
  ASSERT_EQ(made.result.predicted.prediction->regime, model::Regime::FC);
  EXPECT_THAT(made.broken(), ElementsAre("regime-boundary"));
  EXPECT_THAT(made.evidence(), HasSubstr("20 % of S_C are above 125.00 us, where SCS begins"));
  set_startup(made.result.figures.consumer, 45'000, 125'500);
  made.predict();
  EXPECT_THAT(made.broken(), IsEmpty());
}

TEST(Diagnosis, Sleeps_that_reach_over_the_cliff) {
  Made made;
  made.scenario.producer.wait = made.scenario.consumer.wait = WaitKind::sleep;
  made.scenario.producer.sleep = made.scenario.consumer.sleep = Nanoseconds(100'000);
  made.result.figures.producer.signals = 0;
  made.result.figures.consumer.sleep = spread(105'000, 105'000);
  made.result.figures.consumer.sleep_distribution = between(75'000, 135'000);
  made.predict();
  ASSERT_EQ(made.result.predicted.prediction->regime, model::Regime::sFC);
  EXPECT_THAT(made.broken(), ElementsAre("regime-boundary"));
  EXPECT_THAT(made.evidence(), HasSubstr("17 % of Y_C are above 125.00 us, where sLS begins"));
}

TEST(Diagnosis, Wakeups_for_nothing) {
  Made made;
  made.result.figures.consumer.spurious_wakeups = 0.5 / 6;
  EXPECT_THAT(made.broken(), ElementsAre("spurious-wakeups"));
  EXPECT_THAT(made.evidence(), HasSubstr("consumer was woken for nothing 0.08333 times an item"));
  EXPECT_THAT(made.evidence(), HasSubstr("(50 %)"));
}

TEST(Diagnosis, Waits_that_ended_before_they_began) {
  Made made;
  made.result.figures.consumer.cancelled_waits = 0.5 / 6;
  EXPECT_THAT(made.broken(), ElementsAre("cancelled-waits"));
  EXPECT_THAT(made.evidence(), HasSubstr("33 % of the consumer's waits"));
}

TEST(Diagnosis, Gaps) {
  Made made;
  made.result.figures.producer.gap_share = 0.01;
  made.result.figures.producer.gaps = 12;
  EXPECT_THAT(made.broken(), ElementsAre("gaps"));
  EXPECT_THAT(made.evidence(), HasSubstr("1.00 % of the time (12 gaps): that is 21.0 ns an item"));
}

TEST(Diagnosis, Slices_elsewhere_and_slices_missed) {
  Made made;
  made.result.figures.slices = 25;
  made.result.slices_moved = 3;
  EXPECT_THAT(made.broken(), ElementsAre("moved"));
  EXPECT_THAT(made.evidence(), HasSubstr("25 of 30 slices: 3 moved"));
  made.result.void_slices = {{"the consumer did not get its CPU", 2}};
  EXPECT_THAT(made.broken(), ElementsAre("moved", "missed-slices"));
}

}  // namespace
}  // namespace kickbench::bench
