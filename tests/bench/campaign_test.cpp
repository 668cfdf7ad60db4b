// Campaigns over a measurer that measures nothing: what is measured when, and what becomes of trouble.
#include "bench/experiment/campaign.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "bench/measure/cancel.hpp"
#include "tests/bench/made_up_measurement.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

/// A cell for each of these queue sizes, by which it is known.
std::vector<Scenario> cells(std::uint32_t count) {
  std::vector<Scenario> scenarios(count);
  for (std::uint32_t i = 0; i < count; ++i) scenarios[i].shape.queue_size = i;
  return scenarios;
}

/// Notes what it is asked to measure. Throws when it comes to a certain visit.
struct FakeMeasurer : Measurer {
  void repeat(Measurement& measurement, const Effort& effort) override {
    efforts.push_back(effort.items);
    visits.push_back(measurement.scenario.shape.queue_size);
    if (visits.size() == broken_at) throw BrokenRun("an item was lost");
    if (visits.size() == cancelled_at) throw Cancelled();
    measurement.repetitions.push_back(test::repetition_of({{LineClass::near, 100}}));
  }

  std::vector<std::uint32_t> visits;
  std::vector<std::uint64_t> efforts;
  std::size_t broken_at = 0;
  std::size_t cancelled_at = 0;
};

void ignore(std::size_t) {}

TEST(Campaign, A_round_has_one_repetition_of_every_cell) {
  Campaign campaign(cells(4), 1);
  FakeMeasurer measurer;
  campaign.run_round(measurer, {.items = 7}, ignore);
  EXPECT_THAT(measurer.visits, UnorderedElementsAre(0, 1, 2, 3));
  EXPECT_THAT(measurer.efforts, ElementsAre(7, 7, 7, 7));
  campaign.run_round(measurer, {}, ignore);
  for (const CampaignCell& cell : campaign.cells()) EXPECT_EQ(cell.measurement.repetitions.size(), 2U);
}

TEST(Campaign, Three_quarters_of_a_round_lie_between_two_repetitions_of_a_cell) {
  for (const std::uint32_t count : {2U, 3U, 5U, 8U, 35U}) {
    Campaign campaign(cells(count), 1);
    FakeMeasurer measurer;
    for (int round = 0; round < 200; ++round) campaign.run_round(measurer, {}, ignore);
    std::map<std::uint32_t, std::size_t> last;
    for (std::size_t i = 0; i < measurer.visits.size(); ++i) {
      const auto [before, is_first] = last.try_emplace(measurer.visits[i], i);
      if (is_first) continue;
      EXPECT_GE(i - before->second, count - count / 4) << count << " cells";
      before->second = i;
    }
  }
}

TEST(Campaign, Every_round_has_an_order_of_its_own_the_same_for_the_same_seed) {
  const auto visits = [](std::uint32_t seed) {
    Campaign campaign(cells(12), seed);
    FakeMeasurer measurer;
    for (int round = 0; round < 2; ++round) campaign.run_round(measurer, {}, ignore);
    return measurer.visits;
  };
  const auto one = visits(1);
  EXPECT_EQ(visits(1), one);
  EXPECT_NE(visits(2), one);
  EXPECT_FALSE(std::equal(one.begin(), one.begin() + 12, one.begin() + 12));
}

TEST(Campaign, Tells_of_each_repetition_when_it_is_there) {
  Campaign campaign(cells(3), 1);
  FakeMeasurer measurer;
  std::vector<std::uint32_t> told;
  campaign.run_round(measurer, {}, [&](std::size_t cell) {
    told.push_back(static_cast<std::uint32_t>(cell));
    EXPECT_EQ(campaign.cells()[cell].measurement.repetitions.size(), 1U);
  });
  EXPECT_EQ(told, measurer.visits);
}

TEST(Campaign, A_cell_that_breaks_is_given_up_and_the_others_go_on) {
  Campaign campaign(cells(3), 1);
  FakeMeasurer measurer;
  measurer.broken_at = 5;
  for (int round = 0; round < 4; ++round) campaign.run_round(measurer, {}, ignore);
  const std::size_t broken = measurer.visits[4];
  for (std::size_t i = 0; i < 3; ++i) {
    const CampaignCell& cell = campaign.cells()[i];
    EXPECT_EQ(cell.error, i == broken ? "an item was lost" : "");
    EXPECT_EQ(cell.measurement.repetitions.size(), i == broken ? 1U : 4U);
  }
}

TEST(Campaign, When_the_user_wants_out_what_is_complete_is_kept) {
  Campaign campaign(cells(3), 1);
  FakeMeasurer measurer;
  measurer.cancelled_at = 5;
  campaign.run_round(measurer, {}, ignore);
  EXPECT_THROW(campaign.run_round(measurer, {}, ignore), Cancelled);
  std::size_t kept = 0;
  for (const CampaignCell& cell : campaign.cells()) {
    kept += cell.measurement.repetitions.size();
    EXPECT_FALSE(cell.failed());
  }
  EXPECT_EQ(kept, 4U);
}

TEST(Campaign, Without_cells_there_is_nothing_to_do) {
  Campaign campaign({}, 1);
  FakeMeasurer measurer;
  campaign.run_round(measurer, {}, ignore);
  EXPECT_TRUE(measurer.visits.empty());
}

}  // namespace
}  // namespace kickbench::bench
