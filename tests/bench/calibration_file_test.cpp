// Calibrations in files: what is written is read back, and what is wrong is named by its place.
#include "bench/output/calibration_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "bench/output/histogram_json.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Json head() {
  return Json::parse(R"({"schema_version": 1, "tool": {"name": "kickbench", "version": "1", "command": "calibrate"},
    "fingerprint": "0123456789abcdef", "environment": {"cpu_model": "x"},
    "clock": {"source": "tsc", "invariant": true, "ticks_per_ns": 2.5, "read_cost_ns": 11.7, "step_ns": 9.8}})");
}

WakeCost cost_of(Notification notification, std::optional<Nanoseconds> idle, std::optional<LineClass> line_class) {
  const std::vector<Nanoseconds> notify{Nanoseconds(100.25), Nanoseconds(200), Nanoseconds(400)};
  const std::vector<Nanoseconds> startup{Nanoseconds(-50), Nanoseconds(3000)};
  WakeCost cost{.notifier = "eventfd",
                .notification = notification,
                .idle = idle,
                .line_class = line_class,
                .notify = *spread_of(notify),
                .startup = {},
                .notify_histogram = model::histogram_of(notify)};
  if (idle) {
    cost.startup = spread_of(startup);
    cost.startup_histogram = model::histogram_of(startup);
  }
  return cost;
}

Json document() {
  CalibrationResult result;
  result.placement = {.producer_cpu = 0, .consumer_cpu = 3, .name = "l3", .reason = "auto"};
  result.idle = "as-is";
  result.wake_costs.add({cost_of(Notification::to_consumer, Nanoseconds(20'000), LineClass::mid),
                         cost_of(Notification::to_producer, Nanoseconds(500), std::nullopt),
                         cost_of(Notification::to_consumer, std::nullopt, LineClass::far)});
  return calibration_json(head(), result);
}

void expect_equal(const Spread& a, const Spread& b) {
  EXPECT_EQ(a.count, b.count);
  EXPECT_EQ(a.median, b.median);
  EXPECT_EQ(a.mean, b.mean);
  EXPECT_EQ(a.p99, b.p99);
}

TEST(CalibrationFile, a_p99_of_too_few_samples_is_null_with_its_reason) {
  const Json notify = document()["wake_costs"][0]["notify"];
  EXPECT_EQ(notify["p99_ns"], nullptr);
  EXPECT_EQ(notify["p99_ns_reason"], "p99 needs 100 samples, and there are 3");
}

TEST(CalibrationFile, what_is_written_is_read_back) {
  const Calibration read = calibration_from(Json::parse(document().dump()), "x");
  EXPECT_EQ(read.fingerprint, "0123456789abcdef");
  EXPECT_EQ(read.placement.producer_cpu, 0);
  EXPECT_EQ(read.placement.consumer_cpu, 3);
  EXPECT_EQ(read.placement.name, "l3");
  EXPECT_EQ(read.idle, "as-is");
  ASSERT_EQ(read.costs.all().size(), 3U);
  for (const WakeCost& cost : read.costs.all()) {
    const WakeCost written = cost_of(cost.notification, cost.idle, cost.line_class);
    EXPECT_EQ(cost.notifier, "eventfd");
    expect_equal(cost.notify, written.notify);
    EXPECT_EQ(to_json(cost.notify_histogram), to_json(written.notify_histogram));
    ASSERT_EQ(cost.startup.has_value(), written.startup.has_value());
    ASSERT_EQ(cost.startup_histogram.has_value(), cost.startup.has_value());
    if (!cost.startup) continue;
    expect_equal(*cost.startup, *written.startup);
    EXPECT_EQ(to_json(*cost.startup_histogram), to_json(*written.startup_histogram));
  }
  const auto& rows = read.costs.all();
  EXPECT_EQ(rows[0].notification, Notification::to_consumer);
  EXPECT_EQ(rows[0].idle, Nanoseconds(20'000));
  EXPECT_EQ(rows[0].line_class, LineClass::mid);
  EXPECT_EQ(rows[1].notification, Notification::to_producer);
  EXPECT_EQ(rows[1].line_class, std::nullopt);
  EXPECT_EQ(rows[2].idle, std::nullopt);
}

TEST(CalibrationFile, distributions_can_be_named_one_by_one) {
  const Json distributions = document()["distributions"];
  EXPECT_EQ(distributions.size(), 5U);
  EXPECT_EQ(histogram_from(distributions["eventfd/to_consumer/mid/20000ns/S"], "x").bins.front().from,
            Nanoseconds(-50));
  EXPECT_EQ(histogram_from(distributions["eventfd/to_consumer/far/running/N"], "x").bins.size(), 3U);
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
  expect_refused([](Json& d) { d["extra"] = 2; }, "'extra' is unknown");
  expect_refused([](Json& d) { d.erase("fingerprint"); }, "'fingerprint' is missing");
  expect_refused([](Json& d) { d["fingerprint"] = 12; }, "/fingerprint: must be a text");
  expect_refused([](Json& d) { d["clock"].erase("step_ns"); }, "/clock: key 'step_ns' is missing");
  expect_refused([](Json& d) { d["tool"]["x"] = 1; }, "/tool: key 'x' is unknown");
  expect_refused([](Json& d) { d["placement"]["producer_cpu"] = -1; }, "/placement/producer_cpu: must be the number");
  expect_refused([](Json& d) { d["idle"] = nullptr; }, "/idle: must be a text");
  expect_refused([](Json& d) { d["wake_costs"] = Json::array(); }, "/wake_costs: must be an array");
  expect_refused([](Json& d) { d["distributions"] = 1; }, "/distributions: must be an object");
}

TEST(CalibrationFile, what_is_wrong_in_a_row_is_named_by_its_place) {
  const auto row = [](Json& document, int index) -> Json& { return document["wake_costs"][index]; };
  expect_refused([&](Json& d) { row(d, 1).erase("notify"); }, "/wake_costs/1: key 'notify' is missing");
  expect_refused([&](Json& d) { row(d, 1)["note"] = "x"; }, "/wake_costs/1: key 'note' is unknown");
  expect_refused([&](Json& d) { row(d, 0)["notification"] = "kik"; }, "/wake_costs/0/notification: 'kik' is unknown");
  expect_refused([&](Json& d) { row(d, 0)["line_class"] = "fat"; }, "did you mean 'far'?");
  expect_refused([&](Json& d) { row(d, 0)["idle_ns"] = 0; }, "/wake_costs/0/idle_ns: must be above 0");
  expect_refused([&](Json& d) { row(d, 0)["idle_ns"] = "1us"; }, "/wake_costs/0/idle_ns: must be a number");
  expect_refused([&](Json& d) { row(d, 0)["notify"]["count"] = 0; }, "/wake_costs/0/notify/count: must be a whole");
  expect_refused([&](Json& d) { row(d, 0)["startup"]["p99_ns"] = "x"; }, "/wake_costs/0/startup: key");
  expect_refused([&](Json& d) { row(d, 0)["startup"]["median_ns"] = nullptr; }, "/startup/median_ns: must be");
  expect_refused([&](Json& d) { row(d, 0)["startup"] = nullptr; }, "/wake_costs/0/startup: must be an object");
  expect_refused([&](Json& d) { row(d, 2)["startup"] = row(d, 0)["startup"]; }, "/wake_costs/2/startup: must be null");
}

TEST(CalibrationFile, a_distribution_must_be_there_and_be_that_of_its_row) {
  const char* const name = "eventfd/to_consumer/mid/20000ns/S";
  expect_refused([&](Json& d) { d["distributions"].erase(name); },
                 "/distributions: key 'eventfd/to_consumer/mid/20000ns/S' is missing");
  expect_refused([&](Json& d) { d["distributions"][name]["count"] = 3; }, "20000ns/S/count: is not that of its row, 2");
  expect_refused([&](Json& d) { d["distributions"][name]["bins"] = 1; }, "20000ns/S/bins: must be an array");
}

}  // namespace
}  // namespace kickbench::bench
