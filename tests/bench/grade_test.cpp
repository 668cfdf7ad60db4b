// Each reason for a grade: that it is given, at its bound not yet, and alone.
#include "bench/stats/grade.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

using model::Regime;
using testing::ElementsAre;
using testing::IsEmpty;

/// Nothing is wrong with it.
GradeFacts sound() {
  return {.interference_pct = 0.1,
          .spread_pct = 0.5,
          .sides_differ_pct = 0.01,
          .line_class = LineClass::mid,
          .slices = 20,
          .regimes = {Regime::FC, Regime::FC}};
}

template <class Change>
Graded graded_with(Change change) {
  GradeFacts facts = sound();
  change(facts);
  return grade_of(facts);
}

template <class Change>
void expect_spoiled(Change change, const std::string& reason) {
  const Graded graded = graded_with(change);
  EXPECT_EQ(graded.grade, Grade::spoiled) << reason;
  EXPECT_THAT(graded.reasons, ElementsAre(reason));
}

TEST(Grade, Quiet_has_no_reason) {
  EXPECT_EQ(grade_of(sound()).grade, Grade::quiet);
  EXPECT_THAT(grade_of(sound()).reasons, IsEmpty());
}

TEST(Grade, Interference_up_to_its_bounds) {
  const auto with = [](double pct) { return graded_with([=](GradeFacts& f) { f.interference_pct = pct; }); };
  EXPECT_EQ(with(2.5).grade, Grade::quiet);
  EXPECT_EQ(with(2.6).grade, Grade::usable);
  EXPECT_EQ(with(5).grade, Grade::usable);
  EXPECT_EQ(with(5.1).grade, Grade::spoiled);
  EXPECT_THAT(with(3).reasons, ElementsAre("interference of 3.0 %: the CPU of the side that sets the pace was away"));
}

TEST(Grade, Spread_up_to_its_bounds) {
  const auto with = [](double pct) { return graded_with([=](GradeFacts& f) { f.spread_pct = pct; }); };
  EXPECT_EQ(with(2.5).grade, Grade::quiet);
  EXPECT_EQ(with(2.6).grade, Grade::usable);
  EXPECT_EQ(with(7.5).grade, Grade::usable);
  EXPECT_EQ(with(7.6).grade, Grade::spoiled);
  EXPECT_THAT(with(8).reasons, ElementsAre("repetitions differ by +-8.0 %"));
}

TEST(Grade, The_worse_of_both_counts) {
  const auto with = [](double interference, double spread) {
    return graded_with(
        [=](GradeFacts& f) { std::tie(f.interference_pct, f.spread_pct) = std::pair(interference, spread); });
  };
  EXPECT_EQ(with(6, 3).grade, Grade::spoiled);
  EXPECT_EQ(with(3, 8).grade, Grade::spoiled);
  EXPECT_EQ(with(3, 3).reasons.size(), 2U);
}

TEST(Grade, One_repetition_is_never_quiet_for_its_spread_is_not_known) {
  const Graded graded = graded_with([](GradeFacts& f) { f.spread_pct = std::nullopt; });
  EXPECT_EQ(graded.grade, Grade::usable);
  EXPECT_THAT(graded.reasons, ElementsAre("one repetition: its spread is not known"));
}

TEST(Grade, Where_gaps_are_not_timed_the_rest_decides) {
  EXPECT_EQ(graded_with([](GradeFacts& f) { f.interference_pct = std::nullopt; }).grade, Grade::quiet);
}

TEST(Grade, Both_sides_pass_the_same_items_in_the_same_time) {
  EXPECT_EQ(graded_with([](GradeFacts& f) { f.sides_differ_pct = 1; }).grade, Grade::quiet);
  expect_spoiled([](GradeFacts& f) { f.sides_differ_pct = 1.1; },
                 "producer's and consumer's time per item differ by 1.1 %");
}

TEST(Grade, Three_slices_in_the_class_at_the_least) {
  EXPECT_EQ(graded_with([](GradeFacts& f) { f.slices = 3; }).grade, Grade::quiet);
  expect_spoiled([](GradeFacts& f) { f.slices = 2; }, "2 slices in the class, fewer than 3");
  expect_spoiled([](GradeFacts& f) { f.line_class = std::nullopt; },
                 "the threads moved during every slice: the line transfer time changed");
}

TEST(Grade, What_is_not_what_it_is_said_to_be_is_spoiled) {
  expect_spoiled(
      [](GradeFacts& f) {
        f.void_slices = {{"the consumer did not get its CPU", 1}};
      },
      "1 slices were run again: the consumer did not get its CPU");
  expect_spoiled([](GradeFacts& f) { f.records_dropped = 7; },
                 "the log was full: 7 notifications or waits are not in N and S");
  expect_spoiled([](GradeFacts& f) { f.warm_up_capped = true; },
                 "the warm-up was cut short: the queue takes longer to settle");
  expect_spoiled([](GradeFacts& f) { f.complete = false; }, "not one repetition is complete");
}

TEST(Grade, Repetitions_in_different_regimes_are_no_repetitions) {
  expect_spoiled(
      [](GradeFacts& f) {
        f.regimes = {Regime::FC, Regime::EQ, Regime::FC};
      },
      "repetitions were in different regimes: FC, EQ, FC");
  expect_spoiled(
      [](GradeFacts& f) {
        f.regimes = {Regime::FC, std::nullopt};
      },
      "repetitions were in different regimes: FC, none");
  EXPECT_EQ(graded_with([](GradeFacts& f) { f.regimes = {std::nullopt, std::nullopt}; }).grade, Grade::quiet);
}

/// What bottleneck_of looks at.
Figures waiting(std::optional<double> producer_ns, std::optional<double> consumer_ns) {
  Figures figures;
  for (const auto& [side, ns] :
       {std::pair(&figures.producer, producer_ns), std::pair(&figures.consumer, consumer_ns)}) {
    if (!ns) continue;
    side->work = Nanoseconds(100);
    side->waiting = Nanoseconds(*ns);
  }
  return figures;
}

TEST(Bottleneck, Is_the_side_that_waited_less) {
  EXPECT_EQ(bottleneck_of(waiting(1, 50), Regime::FC), Bottleneck::producer);
  EXPECT_EQ(bottleneck_of(waiting(50, 1), Regime::FP), Bottleneck::consumer);
  EXPECT_EQ(bottleneck_of(waiting(0, 0), Regime::EQ), Bottleneck::consumer) << "by whose window the time is";
}

TEST(Bottleneck, In_SS_either_side_holds_up_the_other) {
  EXPECT_EQ(bottleneck_of(waiting(40, 50), Regime::SS), Bottleneck::both);
  EXPECT_EQ(bottleneck_of(waiting(40, 50), Regime::SCS), Bottleneck::producer);
}

TEST(Bottleneck, Is_a_side_whose_time_is_taken_if_there_is_one) {
  EXPECT_EQ(bottleneck_of(waiting(80, std::nullopt), Regime::FC), Bottleneck::producer);
  EXPECT_EQ(bottleneck_of(waiting(std::nullopt, 80), Regime::FP), Bottleneck::consumer);
  EXPECT_EQ(bottleneck_of(waiting(std::nullopt, std::nullopt), Regime::BW), std::nullopt);
}

TEST(Bottleneck, Its_gaps_count_and_in_SS_those_of_both) {
  Figures figures;
  figures.producer.gap_share = 0.25;
  figures.consumer.gap_share = 0.5;
  EXPECT_EQ(away_share(figures, Bottleneck::producer), 0.25);
  EXPECT_EQ(away_share(figures, Bottleneck::consumer), 0.5);
  EXPECT_EQ(away_share(figures, Bottleneck::both), 0.75);
}

TEST(Spread, Is_half_of_the_width_as_a_share_of_the_figure) {
  EXPECT_DOUBLE_EQ(half_width_pct({.lower = 90, .upper = 120, .coverage = 0.9}, Nanoseconds(100)), 15);
}

PlaceFigures place(std::optional<LineClass> line_class, std::uint64_t slices, double ns) {
  return {.line_class = line_class, .slices = slices, .ns_per_item = Nanoseconds(ns)};
}

TEST(Place, Is_the_largest_difference_from_the_class_that_the_figures_are_of) {
  const std::vector places{place(LineClass::near, 9, 80), place(LineClass::mid, 20, 100),
                           place(LineClass::far, 3, 130)};
  EXPECT_NEAR(place_pct(places, LineClass::mid).value(), 30, 1e-9);
  EXPECT_NEAR(place_pct(places, LineClass::near).value(), 62.5, 1e-9);
  EXPECT_NEAR(place_pct(places, LineClass::far).value(), 100 * 50 / 130., 1e-9) << "the largest comes first";
}

TEST(Place, Of_few_slices_or_of_moved_ones_says_nothing) {
  EXPECT_FALSE(place_pct({place(LineClass::mid, 20, 100), place(LineClass::far, 2, 130)}, LineClass::mid));
  EXPECT_FALSE(place_pct({place(LineClass::mid, 20, 100), place(std::nullopt, 9, 130)}, LineClass::mid));
  EXPECT_FALSE(place_pct({place(LineClass::mid, 20, 100)}, LineClass::mid));
  EXPECT_FALSE(place_pct({place(std::nullopt, 20, 100), place(LineClass::mid, 9, 130)}, std::nullopt));
}

}  // namespace
}  // namespace kickbench::bench
