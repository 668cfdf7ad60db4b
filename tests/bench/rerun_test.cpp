// A slice of which nothing was measured is run again, a few times, and counted.
#include "bench/experiment/rerun.hpp"
#include "tests/bench/names.hpp"

#include <gtest/gtest.h>

namespace kickbench::bench {
namespace {

struct Rerun : testing::Test {
  /// A slice that is missed so many times before it is measured.
  int run(int missed_times) {
    return rerun_missed(missed, [&] {
      if (++calls <= missed_times) throw MissedWindow("the consumer did not run");
      return 7;
    });
  }

  std::uint32_t missed = 0;
  int calls = 0;
};

TEST_F(Rerun, A_slice_that_is_measured_is_run_once) {
  EXPECT_EQ(run(0), 7);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(missed, 0U);
}

TEST_F(Rerun, Missed_slices_are_run_again_and_counted) {
  EXPECT_EQ(run(4), 7);
  EXPECT_EQ(calls, 5);
  EXPECT_EQ(missed, 4U);
}

TEST_F(Rerun, The_fifth_in_a_row_ends_it) {
  EXPECT_THROW(run(5), MissedWindow);
  EXPECT_EQ(calls, 5);
}

TEST_F(Rerun, What_is_broken_is_not_run_again) {
  const auto broken = [&]() -> int {
    ++calls;
    throw BrokenRun("an item was lost");
  };
  EXPECT_THROW(rerun_missed(missed, broken), BrokenRun);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(missed, 0U);
}

}  // namespace
}  // namespace kickbench::bench
