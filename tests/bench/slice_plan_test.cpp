#include "bench/experiment/slice_plan.hpp"

#include <gtest/gtest.h>

#include "tests/bench/made_up.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

TEST(SlicePlan, A_long_queue_is_given_the_time_to_fill) {
  Scenario scenario = test::scenario_of(WaitKind::block, 1000, 1100);
  scenario.shape.queue_size = 4096;
  // It fills at the difference of the rates: 4096 slots, one in 11 us.
  EXPECT_GE(slice_plan(scenario).warm_up, Nanoseconds(4096 * 11'000.0));
  EXPECT_GE(slice_plan(scenario).cool_down, Nanoseconds(4096 * 1100.0));
  EXPECT_LT(slice_plan(test::scenario_of(WaitKind::block, 1100, 1000)).warm_up, Nanoseconds(10e6)) << "it stays empty";
}

}  // namespace
}  // namespace kickbench::bench
