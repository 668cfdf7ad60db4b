// What a mistyped name is answered with.
#include "bench/scenario/nearest_name.hpp"

#include <gtest/gtest.h>

namespace kickbench::bench::scenario {
namespace {

TEST(EditDistance, Counts_letters_that_come_go_or_change_and_neighbours_that_swap) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("abc", ""), 3U);
  EXPECT_EQ(edit_distance("split", "split"), 0U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("flaw", "lawn"), 2U);
  EXPECT_EQ(edit_distance("evenfd", "eventfd"), 1U);
  EXPECT_EQ(edit_distance("pollx", "poll"), 1U);
  EXPECT_EQ(edit_distance("pull", "poll"), 1U);
  EXPECT_EQ(edit_distance("slpit", "split"), 1U);
  EXPECT_EQ(edit_distance("", "poll"), 4U);
  EXPECT_EQ(edit_distance("ba", "ab"), 1U);
}

TEST(UnknownName, Is_answered_with_a_name_that_is_near) {
  const std::vector<std::string> names{"none", "eventfd", "futex"};
  const auto answer = [&](std::string_view given) { return unknown_name("--kick", given, names, std::identity()); };
  EXPECT_EQ(answer("evenfd"), "--kick 'evenfd' is unknown; did you mean 'eventfd'? Known: none, eventfd, futex");
  EXPECT_EQ(answer("io_uring"), "--kick 'io_uring' is unknown. Known: none, eventfd, futex");
  EXPECT_EQ(answer("fut"), "--kick 'fut' is unknown; did you mean 'futex'? Known: none, eventfd, futex");
  EXPECT_EQ(answer("nnoe"), "--kick 'nnoe' is unknown; did you mean 'none'? Known: none, eventfd, futex");
}

}  // namespace
}  // namespace kickbench::bench::scenario
