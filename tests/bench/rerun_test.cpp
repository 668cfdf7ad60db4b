// A slice that is void is run again, a few times, and counted by its reason.
#include "bench/experiment/rerun.hpp"
#include "tests/bench/names.hpp"

#include <gtest/gtest.h>

namespace kickbench::bench {
namespace {

struct Rerun : testing::Test {
  /// A slice that is void so many times before it is sound.
  int run(int void_times) {
    return rerun_void(voids, [&] {
      if (++calls <= void_times)
        throw VoidSlice(calls % 2 == 0 ? "the consumer did not run" : "the CPU set was changed");
      return 7;
    });
  }

  VoidSlices voids;
  int calls = 0;
};

TEST_F(Rerun, A_slice_that_is_sound_is_run_once) {
  EXPECT_EQ(run(0), 7);
  EXPECT_EQ(calls, 1);
  EXPECT_TRUE(voids.empty());
}

TEST_F(Rerun, Void_slices_are_run_again_and_counted) {
  EXPECT_EQ(run(4), 7);
  EXPECT_EQ(calls, 5);
  EXPECT_EQ(voids, (VoidSlices{{"the consumer did not run", 2}, {"the CPU set was changed", 2}}));
}

TEST_F(Rerun, The_fifth_in_a_row_ends_it) {
  EXPECT_THROW(run(5), VoidSlice);
  EXPECT_EQ(calls, 5);
}

TEST_F(Rerun, What_is_broken_is_not_run_again) {
  const auto broken = [&]() -> int {
    ++calls;
    throw BrokenRun("an item was lost");
  };
  EXPECT_THROW(rerun_void(voids, broken), BrokenRun);
  EXPECT_EQ(calls, 1);
  EXPECT_TRUE(voids.empty());
}

}  // namespace
}  // namespace kickbench::bench
