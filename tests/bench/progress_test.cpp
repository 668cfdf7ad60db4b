// How long it may take yet.
#include "bench/text/progress.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kickbench::bench::text {
namespace {

constexpr Nanoseconds second{1e9};

TEST(Progress, Is_as_long_again_for_each_step_that_is_left) {
  EXPECT_EQ(progress(3, 35, 6 * second), "3 of 35, about 1 min left");
  EXPECT_EQ(progress(1, 2, 20 * second), "1 of 2, about 20 s left");
  EXPECT_EQ(progress(9, 10, second), "9 of 10, less than 1 s left");
  EXPECT_EQ(progress(1, 3, 3600 * second), "1 of 3, about 2 h left");
}

TEST(Progress, Says_nothing_of_what_is_done) { EXPECT_EQ(progress(10, 10, second), "10 of 10"); }

TEST(Progress, Counts_its_steps) {
  Progress steps(2);
  EXPECT_THAT(steps.step(), testing::StartsWith("1 of 2, "));
  EXPECT_EQ(steps.step(), "2 of 2");
}

}  // namespace
}  // namespace kickbench::bench::text
