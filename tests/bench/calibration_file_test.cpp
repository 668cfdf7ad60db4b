// Calibrations in files: what is written is read back, and what is wrong is named by its place.
#include "bench/output/calibration_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/bench/made_up_costs.hpp"

namespace kickbench::bench {
namespace {

using test::wake_of;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Json head() {
  return Json::parse(R"({"schema_version": 1, "tool": {"name": "kickbench", "version": "1", "command": "calibrate"},
    "fingerprint": "0123456789abcdef", "environment": {"cpu_model": "x"},
    "clock": {"source": "tsc", "invariant": true, "ticks_per_ns": 2.5, "read_cost_ns": 11.7, "step_ns": 9.8}})");
}

/// So many wakes of a peer that had been idle for that long, N and S all different.
WakeBlock block_of(Notification notification, double idle_ns, std::optional<LineClass> line_class) {
  WakeBlock block{.plan = {.notifier = "eventfd", .notification = notification, .idle = {}},
                  .round = 0,
                  .line_class = line_class,
                  .wakes = {},
                  .needless = {Nanoseconds(30.25), Nanoseconds(31)},
                  .arming = {Nanoseconds(70)},
                  .asking = {Nanoseconds(50), Nanoseconds(51)},
                  .away_share = 0};
  for (int i = 0; i < 20; ++i) {
    block.wakes.push_back({.idle = Nanoseconds(idle_ns), .wake = wake_of(100.24 + i, i - 5.5)});
  }
  return block;
}

CalibrationResult result() {
  CalibrationResult result;
  result.placement = {.producer_cpu = 0, .consumer_cpu = 3, .name = "l3", .reason = "auto"};
  result.idle = "as-is";
  result.facts.rounds = 7;
  result.facts.blocks = {block_of(Notification::to_consumer, 20'000, LineClass::mid),
                         block_of(Notification::to_consumer, 500, LineClass::mid),
                         block_of(Notification::to_producer, 500, std::nullopt)};
  result.facts.sleeps = {{.asked = Nanoseconds(1000), .oversleeps = {Nanoseconds(50'000), Nanoseconds(60'000.5)}}};
  result.facts.producer_gaps = {.count = 2, .lost = Nanoseconds(30'000), .watched = Nanoseconds(5e7)};
  result.facts.consumer_gaps = {.count = 0, .lost = Nanoseconds(0), .watched = Nanoseconds(4e7)};
  return result;
}

Json document() {
  Json document = head();
  document["complete"] = true;
  put_calibration(document, result());
  return document;
}

TEST(CalibrationFile, what_is_written_is_read_back) {
  const Calibration read = calibration_from(Json::parse(document().dump()), "x");
  EXPECT_EQ(read.fingerprint, "0123456789abcdef");
  EXPECT_EQ(read.placement.producer_cpu, 0);
  EXPECT_EQ(read.placement.consumer_cpu, 3);
  EXPECT_EQ(read.placement.name, "l3");
  EXPECT_EQ(read.idle, "as-is");
  ASSERT_EQ(read.costs.wakes.all().size(), 2U);
  const WakeCost* const cost = read.costs.wakes.find("eventfd", Notification::to_consumer, LineClass::mid);
  ASSERT_NE(cost, nullptr);
  ASSERT_EQ(cost->table.size(), 2U);
  EXPECT_EQ(cost->table[0].idle, Nanoseconds(500));
  EXPECT_EQ(cost->table[1].idle, Nanoseconds(20'000));
  for (const model::IdleRung& rung : cost->table) {
    ASSERT_EQ(rung.wakes.size(), 20U);
    for (int i = 0; i < 20; ++i) {
      EXPECT_DOUBLE_EQ(rung.wakes[static_cast<std::size_t>(i)].notify.count(), 100.2 + i) << "to a tenth of a ns";
      EXPECT_DOUBLE_EQ(rung.wakes[static_cast<std::size_t>(i)].startup.count(), i - 5.5);
    }
  }
  EXPECT_EQ(cost->needless.size(), 4U);
  EXPECT_THAT(cost->arming, ElementsAre(Nanoseconds(70), Nanoseconds(70)));
  EXPECT_EQ(cost->asking.size(), 4U);
  EXPECT_NE(read.costs.wakes.find("eventfd", Notification::to_producer, std::nullopt), nullptr);
  ASSERT_EQ(read.costs.sleeps.size(), 1U);
  EXPECT_EQ(read.costs.sleeps[0].asked, Nanoseconds(1000));
  EXPECT_THAT(read.costs.sleeps[0].oversleeps, ElementsAre(Nanoseconds(50'000), Nanoseconds(60'000.5)));
  EXPECT_EQ(read.costs.producer_gaps.count, 2U);
  EXPECT_EQ(read.costs.producer_gaps.lost, Nanoseconds(30'000));
  EXPECT_EQ(read.costs.producer_gaps.watched, Nanoseconds(5e7));
  EXPECT_EQ(read.costs.consumer_gaps.count, 0U);
  EXPECT_EQ(read.costs.consumer_gaps.watched, Nanoseconds(4e7));
}

void expect_refused(const std::function<void(Json&)>& change, const char* place) {
  Json changed = document();
  change(changed);
  try {
    calibration_from(Json::parse(changed.dump()), "--calibration c.json");
    FAIL() << "not refused: " << place;
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), AllOf(StartsWith("--calibration c.json"), HasSubstr(place)));
  }
}

TEST(CalibrationFile, what_is_wrong_is_named_by_its_place) {
  expect_refused([](Json& d) { d = Json::array(); }, "must be an object");
  expect_refused([](Json& d) { d["schema_version"] = 2; }, "/schema_version: is 2");
  expect_refused([](Json& d) { d["calibration_version"] = 3; }, "/calibration_version: is 3, and only 2 can be read");
  expect_refused([](Json& d) { d["extra"] = 2; }, "'extra' is unknown");
  expect_refused([](Json& d) { d.erase("fingerprint"); }, "'fingerprint' is missing");
  expect_refused([](Json& d) { d["fingerprint"] = 12; }, "/fingerprint: must be a text");
  expect_refused([](Json& d) { d["clock"].erase("step_ns"); }, "/clock: key 'step_ns' is missing");
  expect_refused([](Json& d) { d["tool"]["x"] = 1; }, "/tool: key 'x' is unknown");
  expect_refused([](Json& d) { d["placement"]["producer_cpu"] = -1; }, "/placement/producer_cpu: must be the number");
  expect_refused([](Json& d) { d["idle"] = nullptr; }, "/idle: must be a text");
  expect_refused([](Json& d) { d["wake_costs"] = 1; }, "/wake_costs: must be an array");
}

TEST(CalibrationFile, one_of_a_run_that_did_not_end_is_refused_with_the_remedy) {
  expect_refused([](Json& d) { d["complete"] = false; }, "is of a run that did not come to its end: calibrate again");
  expect_refused([](Json& d) { d["complete"] = false, d["interrupted"] = true; }, "is of a run that was interrupted");
}

TEST(CalibrationFile, one_from_before_it_said_whether_it_is_complete_is_read) {
  Json older = document();
  for (const char* key : {"complete", "wake_figures", "ratios", "least_work", "skipped"}) older.erase(key);
  EXPECT_EQ(calibration_from(Json::parse(older.dump()), "x").fingerprint, "0123456789abcdef");
}

TEST(CalibrationFile, one_of_an_older_kickbench_is_refused_with_the_remedy) {
  expect_refused([](Json& d) { d.erase("calibration_version"); }, "is of an older kickbench");
  expect_refused([](Json& d) { d.erase("calibration_version"); }, "calibrate again with --out");
}

TEST(CalibrationFile, what_is_wrong_with_wakes_is_named_by_its_place) {
  const auto row = [](Json& d) -> Json& { return d["wake_costs"][0]; };
  const auto rung = [](Json& d) -> Json& { return d["wake_costs"][0]["rungs"][1]; };
  expect_refused([&](Json& d) { row(d).erase("rungs"); }, "/wake_costs/0: key 'rungs' is missing");
  expect_refused([&](Json& d) { row(d)["note"] = "x"; }, "/wake_costs/0: key 'note' is unknown");
  expect_refused([&](Json& d) { row(d)["notification"] = "to_consume"; }, "did you mean 'to_consumer'?");
  expect_refused([&](Json& d) { row(d)["line_class"] = "fat"; }, "did you mean 'far'?");
  expect_refused([&](Json& d) { row(d)["rungs"] = Json::array(); },
                 "/wake_costs/0/rungs: must be an array of at least");
  expect_refused([&](Json& d) { row(d)["needless_notify_ns"][1] = "x"; }, "/needless_notify_ns/1: must be a number");
  expect_refused([&](Json& d) { rung(d)["idle_ns"] = 0; }, "/wake_costs/0/rungs/1/idle_ns: must be above 0");
  expect_refused([&](Json& d) { rung(d)["idle_ns"] = 500; }, "/rungs/1/idle_ns: must be longer than that of the rung");
  expect_refused([&](Json& d) { rung(d)["idle_ns"] = "1us"; }, "/rungs/1/idle_ns: must be a number");
  expect_refused([&](Json& d) { rung(d)["notify_ns"] = Json::array(); }, "/notify_ns: must be an array of at least 1");
  expect_refused([&](Json& d) { rung(d)["startup_ns"].push_back(1); }, "/startup_ns: must have one S for each N");
  expect_refused([&](Json& d) { rung(d)["startup_ns"][3] = nullptr; }, "/rungs/1/startup_ns/3: must be a number");
}

TEST(CalibrationFile, what_is_wrong_with_sleeps_and_gaps_is_named_by_its_place) {
  expect_refused([](Json& d) { d["sleeps"] = Json::array(); }, "/sleeps: must be an array of at least 1");
  expect_refused([](Json& d) { d["sleeps"][0]["asked_ns"] = 0; }, "/sleeps/0/asked_ns: must be above 0");
  expect_refused([](Json& d) { d["sleeps"][0].erase("oversleeps_ns"); }, "'oversleeps_ns' is missing");
  expect_refused([](Json& d) { d["gaps"].erase("consumer"); }, "/gaps: key 'consumer' is missing");
  expect_refused([](Json& d) { d["gaps"]["consumer"]["gaps_count"] = -1; },
                 "/gaps/consumer/gaps_count: must be a whole");
  expect_refused([](Json& d) { d["gaps"]["producer"]["lost_ns"] = 6e7; }, "/gaps/producer/lost_ns: must be from 0 to");
  expect_refused([](Json& d) { d["gaps"]["producer"]["watched_ns"] = 0; },
                 "/gaps/producer/watched_ns: must be above 0");
}

}  // namespace
}  // namespace kickbench::bench
