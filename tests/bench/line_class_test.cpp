#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <vector>

#include "bench/measure/slice.hpp"
#include "tests/bench/made_up.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

Slice probed(std::optional<double> before_ns, std::optional<double> after_ns) {
  Slice slice;
  if (before_ns) slice.line_before = Nanoseconds(*before_ns);
  if (after_ns) slice.line_after = Nanoseconds(*after_ns);
  return slice;
}

TEST(LineClass, Bounds_of_the_classes) {
  EXPECT_EQ(classify(std::nullopt), LineClass::unknown);
  EXPECT_EQ(classify(Nanoseconds(0)), LineClass::near);
  EXPECT_EQ(classify(Nanoseconds(16.4999)), LineClass::near);
  EXPECT_EQ(classify(Nanoseconds(16.5)), LineClass::mid);
  EXPECT_EQ(classify(Nanoseconds(53.9999)), LineClass::mid);
  EXPECT_EQ(classify(Nanoseconds(54)), LineClass::far);
  EXPECT_EQ(classify(Nanoseconds(1e6)), LineClass::far);
}

TEST(LineClass, What_was_seen_on_one_machine_falls_into_three_classes) {
  EXPECT_EQ(classify(Nanoseconds(10)), LineClass::near);
  EXPECT_EQ(classify(Nanoseconds(27)), LineClass::mid);
  EXPECT_EQ(classify(Nanoseconds(107)), LineClass::far);
  EXPECT_EQ(classify(Nanoseconds(130)), LineClass::far);
}

/// The times of all bursts of one probe at `one_way` ns, each somewhat off, and `outliers` of them by a preemption.
TickSpan probe_of(double one_way_ns, std::uint32_t outliers, std::mt19937& random) {
  std::normal_distribution<double> jitter(1, 0.08);
  std::vector<TickSpan> bursts;
  for (std::uint32_t i = 0; i < LineProbe::bursts; ++i) {
    const double preempted_ns = i < outliers ? 4e6 : 0;
    const double burst_ns = 2 * LineProbe::rounds * one_way_ns * jitter(random) + preempted_ns;
    bursts.push_back(test::half_ns_clock().to_ticks(Nanoseconds(burst_ns)));
  }
  std::shuffle(bursts.begin(), bursts.end(), random);
  return one_way_of(bursts);
}

TEST(LineClass, Probes_of_the_three_places_are_told_apart_although_some_of_their_bursts_were_preempted) {
  std::mt19937 random(1);
  for (const auto& [one_way_ns, line_class] :
       {std::pair(9.0, LineClass::near), std::pair(10.0, LineClass::near), std::pair(12.0, LineClass::near),
        std::pair(22.0, LineClass::mid), std::pair(27.0, LineClass::mid), std::pair(33.0, LineClass::mid),
        std::pair(107.0, LineClass::far), std::pair(125.0, LineClass::far)}) {
    for (std::uint32_t outliers = 0; outliers <= 7; ++outliers) {
      for (int i = 0; i < 20; ++i) {
        const auto before = test::half_ns_clock().to_ns(probe_of(one_way_ns, outliers, random));
        const auto after = test::half_ns_clock().to_ns(probe_of(one_way_ns, 7 - outliers, random));
        EXPECT_EQ(class_between(before, after), line_class) << before.count() << " and " << after.count();
      }
    }
  }
}

TEST(LineClass, A_move_between_any_two_places_shows) {
  std::mt19937 random(1);
  const auto probe = [&](double one_way_ns) { return test::half_ns_clock().to_ns(probe_of(one_way_ns, 3, random)); };
  for (const auto& [one, other] : {std::pair(10, 27), std::pair(12, 22), std::pair(27, 107), std::pair(10, 125)}) {
    for (int i = 0; i < 100; ++i) {
      EXPECT_EQ(class_between(probe(one), probe(other)), std::nullopt);
      EXPECT_EQ(class_between(probe(other), probe(one)), std::nullopt);
    }
  }
}

TEST(LineClass, A_slice_is_classed_by_the_geometric_mean_of_both_probes) {
  EXPECT_EQ(class_of(probed(15, 18.1)), LineClass::near);
  EXPECT_EQ(class_of(probed(15, 18.2)), LineClass::mid);
  EXPECT_EQ(class_of(probed(18.2, 15)), LineClass::mid);
  EXPECT_EQ(class_of(probed(100, 110)), LineClass::far);
}

TEST(LineClass, Probes_that_differ_by_more_than_half_a_class_mean_that_the_threads_moved) {
  EXPECT_EQ(class_of(probed(20, 32)), LineClass::mid) << "just not";
  EXPECT_EQ(class_of(probed(32, 20)), LineClass::mid) << "just not";
  EXPECT_EQ(class_of(probed(20, 32.1)), std::nullopt);
  EXPECT_EQ(class_of(probed(32.1, 20)), std::nullopt);
  EXPECT_EQ(class_of(probed(4, 7)), std::nullopt) << "moved even if both probes are of one class";
}

TEST(LineClass, Without_both_probes_it_is_unknown) {
  EXPECT_EQ(class_of(probed({}, {})), LineClass::unknown);
  EXPECT_EQ(class_of(probed(10, {})), LineClass::unknown);
  EXPECT_EQ(class_of(probed({}, 100)), LineClass::unknown);
}

TEST(LineClass, Each_has_a_name_and_a_description_of_its_own) {
  std::set<std::string_view> names;
  std::set<std::string_view> descriptions;
  for (const LineClass c : {LineClass::unknown, LineClass::near, LineClass::mid, LineClass::far}) {
    names.insert(name_of(c));
    descriptions.insert(describe(c));
  }
  EXPECT_EQ(names, (std::set<std::string_view>{"unknown", "near", "mid", "far"}));
  EXPECT_EQ(descriptions.size(), 4U);
}

}  // namespace
}  // namespace kickbench::bench
