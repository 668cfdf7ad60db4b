#include <gtest/gtest.h>

#include <set>

#include "bench/measure/slice.hpp"
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
}

TEST(LineClass, A_slice_is_classed_by_the_mean_of_both_probes) {
  EXPECT_EQ(class_of(probed(15, 17.9)), LineClass::near);
  EXPECT_EQ(class_of(probed(15, 18.1)), LineClass::mid);
  EXPECT_EQ(class_of(probed(18.1, 15)), LineClass::mid);
  EXPECT_EQ(class_of(probed(100, 110)), LineClass::far);
}

TEST(LineClass, Probes_that_differ_by_more_than_half_mean_that_the_threads_moved) {
  EXPECT_EQ(class_of(probed(20, 30)), LineClass::mid) << "just not";
  EXPECT_EQ(class_of(probed(30, 20)), LineClass::mid) << "just not";
  EXPECT_EQ(class_of(probed(20, 30.1)), std::nullopt);
  EXPECT_EQ(class_of(probed(30.1, 20)), std::nullopt);
  EXPECT_EQ(class_of(probed(10, 107)), std::nullopt);
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
