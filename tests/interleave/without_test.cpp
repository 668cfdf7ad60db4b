// Each full fence of each ring, taken away: what is lost, and a shortest way to lose it.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include "tests/interleave/checked_rings.hpp"
#include "tests/interleave/source_line.hpp"

namespace kickbench::interleave {
namespace {

std::string name_of(const Site& site) {
  return std::filesystem::path(site.file).filename().string() + " " + label_of(site);
}

/// The fences that a run over the ring reaches.
template <class Checked>
std::vector<Site> fences_of() {
  machine().forget_fences();
  explore_at<Real<typename Checked::Ring>>(all_sizes.front());
  return machine().fences();
}

/// Takes each fence of that name away, one at a time. The shortest way to lose something is printed for the smallest
/// queue.
template <class Checked>
void expect_lost_without(const std::string& fence, const std::string& what) {
  int found_count = 0;
  for (const Site& site : fences_of<Checked>()) {
    if (name_of(site) != fence) continue;
    ++found_count;
    machine().remove_fence(site);
    for (const Sizes& sizes : all_sizes) {
      const Exploration found = explore_at<Real<typename Checked::Ring>>(sizes);
      EXPECT_NE(found.wrong, "") << kickbench::interleave::name_of(sizes) << " without " << fence;
      if (&sizes != &all_sizes.front()) continue;
      EXPECT_EQ(found.wrong, what);
      std::cout << "Without " << fence << ", " << what << ":\n" << describe(found.way);
    }
    machine().restore_fences();
  }
  EXPECT_GT(found_count, 0) << "no run passed " << fence;
}

template <class Checked>
class FullFences : public testing::Test {};
TYPED_TEST_SUITE(FullFences, CheckedRings, RingName);

TYPED_TEST(FullFences, Are_those_that_a_test_takes_away) {
  std::set<std::string> names;
  for (const Site& site : fences_of<TypeParam>()) names.insert(name_of(site));
  EXPECT_EQ(names, TypeParam::fences());
}

TEST(SplitTx, Without_D2_a_kick_is_lost) {
  expect_lost_without<Split<test::SplitTx>>("split_driver.hpp D2", "the consumer is not woken");
}
TEST(SplitTx, Without_V4_a_kick_is_lost) {
  expect_lost_without<Split<test::SplitTx>>("split_device.hpp V4", "the consumer is not woken");
}
TEST(SplitTx, Without_V3_an_interrupt_is_lost) {
  expect_lost_without<Split<test::SplitTx>>("split_device.hpp V3", "the producer is not woken");
}
TEST(SplitTx, Without_D4_an_interrupt_is_lost) {
  expect_lost_without<Split<test::SplitTx>>("split_driver.hpp D4", "the producer is not woken");
}

TEST(SplitRx, Without_D2_a_kick_is_lost) {
  expect_lost_without<Split<test::SplitRx>>("split_driver.hpp D2", "the producer is not woken");
}
TEST(SplitRx, Without_V4_a_kick_is_lost) {
  expect_lost_without<Split<test::SplitRx>>("split_device.hpp V4", "the producer is not woken");
}
TEST(SplitRx, Without_V3_an_interrupt_is_lost) {
  expect_lost_without<Split<test::SplitRx>>("split_device.hpp V3", "the consumer is not woken");
}
TEST(SplitRx, Without_D4_an_interrupt_is_lost) {
  expect_lost_without<Split<test::SplitRx>>("split_driver.hpp D4", "the consumer is not woken");
}

using SplitTxFlagsOnly = Split<test::FlagsOnly<SplitLayout, true>>;
TEST(SplitTxFlags, Without_D2_a_kick_is_lost) {
  expect_lost_without<SplitTxFlagsOnly>("split_driver.hpp D2", "the consumer is not woken");
}
TEST(SplitTxFlags, Without_V4_a_kick_is_lost) {
  expect_lost_without<SplitTxFlagsOnly>("split_device.hpp V4", "the consumer is not woken");
}
TEST(SplitTxFlags, Without_V3_an_interrupt_is_lost) {
  expect_lost_without<SplitTxFlagsOnly>("split_device.hpp V3", "the producer is not woken");
}
TEST(SplitTxFlags, Without_D4_an_interrupt_is_lost) {
  expect_lost_without<SplitTxFlagsOnly>("split_driver.hpp D4", "the producer is not woken");
}

TEST(PackedTx, Without_P2_of_the_driver_a_kick_is_lost) {
  expect_lost_without<Packed<test::PackedTx>>("packed_driver.hpp P2", "the consumer is not woken");
}
TEST(PackedTx, Without_P6_of_the_device_a_kick_is_lost) {
  expect_lost_without<Packed<test::PackedTx>>("packed_device.hpp P6", "the consumer is not woken");
}
TEST(PackedTx, Without_P2_of_the_device_an_interrupt_is_lost) {
  expect_lost_without<Packed<test::PackedTx>>("packed_device.hpp P2", "the producer is not woken");
}
TEST(PackedTx, Without_P6_of_the_driver_an_interrupt_is_lost) {
  expect_lost_without<Packed<test::PackedTx>>("packed_driver.hpp P6", "the producer is not woken");
}

TEST(PackedRx, Without_P2_of_the_driver_a_kick_is_lost) {
  expect_lost_without<Packed<test::PackedRx>>("packed_driver.hpp P2", "the producer is not woken");
}
TEST(PackedRx, Without_P6_of_the_device_a_kick_is_lost) {
  expect_lost_without<Packed<test::PackedRx>>("packed_device.hpp P6", "the producer is not woken");
}
TEST(PackedRx, Without_P2_of_the_device_an_interrupt_is_lost) {
  expect_lost_without<Packed<test::PackedRx>>("packed_device.hpp P2", "the consumer is not woken");
}
TEST(PackedRx, Without_P6_of_the_driver_an_interrupt_is_lost) {
  expect_lost_without<Packed<test::PackedRx>>("packed_driver.hpp P6", "the consumer is not woken");
}

TEST(Spsc, Without_S3_a_kick_is_lost) { expect_lost_without<Spsc>("spsc.hpp S3", "the consumer is not woken"); }
TEST(Spsc, Without_S4_a_kick_is_lost) { expect_lost_without<Spsc>("spsc.hpp S4", "the consumer is not woken"); }

}  // namespace
}  // namespace kickbench::interleave
