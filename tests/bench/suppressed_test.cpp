// How many notifications were not sent, because the peer did not ask for them.
#include <gtest/gtest.h>

#include "bench/stats/by_half.hpp"

namespace kickbench::bench::stats {
namespace {

SideFigures side_that_sent(double signals) {
  SideFigures side;
  side.signals = signals;
  return side;
}

TEST(Suppressed, Is_what_was_asked_and_not_sent) {
  EXPECT_DOUBLE_EQ(*suppressed_per_item(side_that_sent(0.25), 1, "eventfd"), 0.75);
}

TEST(Suppressed, A_batch_is_one_question) {
  EXPECT_DOUBLE_EQ(*suppressed_per_item(side_that_sent(0.125), 8, "eventfd"), 0);
  EXPECT_DOUBLE_EQ(*suppressed_per_item(side_that_sent(0.025), 8, "eventfd"), 0.1);
}

TEST(Suppressed, Less_than_a_batch_before_a_wait_is_one_question) {
  SideFigures side = side_that_sent(0);
  side.early_items = 0.2;
  side.early_publishes = 0.05;
  EXPECT_DOUBLE_EQ(*suppressed_per_item(side, 8, "eventfd"), 0.1 + 0.05);
}

TEST(Suppressed, Is_never_below_none) {
  EXPECT_EQ(*suppressed_per_item(side_that_sent(0.126), 8, "eventfd"), 0) << "the window began within a batch";
}

TEST(Suppressed, Without_a_notifier_nobody_is_asked) {
  EXPECT_FALSE(suppressed_per_item(side_that_sent(0), 1, "none").has_value());
}

}  // namespace
}  // namespace kickbench::bench::stats
