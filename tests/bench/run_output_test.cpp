// What a run writes beside its rows: distributions for the simulator, and what a calibration said.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "bench/output/comparison_output.hpp"
#include "bench/output/distributions_json.hpp"
#include "bench/output/forecast_output.hpp"
#include "bench/output/histogram_json.hpp"
#include "bench/output/noise_output.hpp"
#include "tests/bench/made_up_costs.hpp"
#include "tests/bench/made_up_measurement.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// Of one value for each quantity, no two the same.
Figures all_measured() {
  const auto only = [](double ns) { return model::histogram_of({Nanoseconds(ns)}); };
  Figures figures;
  figures.producer.notify_distribution = only(1100);
  figures.producer.startup_distribution = only(3000);
  figures.producer.sleep_distribution = only(50'500);
  figures.consumer.notify_distribution = only(600);
  figures.consumer.startup_distribution = only(-400);
  figures.consumer.sleep_distribution = only(70'250);
  return figures;
}

Scenario sleeping() {
  Scenario scenario = test::scenario_of(WaitKind::sleep, 2000, 1000);
  scenario.producer.sleep = Nanoseconds(50'000);
  scenario.consumer.sleep = Nanoseconds(70'000);
  return scenario;
}

TEST(RunDistributions, Each_has_its_name_and_sleeps_are_beyond_what_was_asked_for) {
  Json distributions;
  put_distributions(distributions, "split/", sleeping(), all_measured());
  const auto value = [&](const char* name) {
    const model::Histogram histogram = histogram_from(distributions[name], name);
    EXPECT_EQ(histogram.bins.size(), 1U);
    EXPECT_EQ(histogram.bins.front().from, histogram.bins.front().to);
    return histogram.bins.front().from.count();
  };
  EXPECT_EQ(value("split/producer_work"), 2000);
  EXPECT_EQ(value("split/consumer_work"), 1000);
  EXPECT_EQ(value("split/producer_notify"), 1100);
  EXPECT_EQ(value("split/producer_startup"), 3000);
  EXPECT_EQ(value("split/producer_oversleep"), 500);
  EXPECT_EQ(value("split/consumer_notify"), 600);
  EXPECT_EQ(value("split/consumer_startup"), -400);
  EXPECT_EQ(value("split/consumer_oversleep"), 250);
}

TEST(RunDistributions, What_never_happened_is_null_and_says_so) {
  Json distributions;
  put_distributions(distributions, "", sleeping(), {});
  for (const char* name : {"producer_notify", "producer_startup", "producer_oversleep", "consumer_notify",
                           "consumer_startup", "consumer_oversleep"}) {
    EXPECT_TRUE(distributions.at(name).is_null());
    EXPECT_NE(distributions["absent"].value(name, ""), "") << name;
  }
}

Costs costs() {
  std::vector<WakeCost> wakes;
  for (const Notification notification : {Notification::to_consumer, Notification::to_producer}) {
    wakes.push_back(test::cost_of("eventfd", notification, {test::rung_of(20'000, 1000, 500)}));
  }
  return {.wakes = WakeCosts(std::move(wakes)), .sleeps = {}, .producer_gaps = {}, .consumer_gaps = {}};
}

/// Its producer kicks at every item.
Forecast forecast_of(const Scenario& scenario) { return forecast(costs(), scenario, LineClass::mid); }

TEST(ForecastOutput, Stands_beside_the_measurement) {
  const Forecast expected = forecast_of(test::scenario_of(WaitKind::block, 2000, 1000));
  Json row;
  put_forecast(row, expected, Nanoseconds(3063));
  EXPECT_EQ(row["regime_forecast"], "FC");
  EXPECT_NEAR(row["forecast_ns_per_item"].get<double>(), 3000, 0.1);
  EXPECT_NEAR(row["forecast_error_pct"].get<double>(), 2.1, 0.01);
  ASSERT_EQ(row["forecast_costs"].size(), 2U);
  EXPECT_EQ(row["forecast_costs"][0],
            "N_P and S_C of eventfd, to_consumer, line mid: 1 wakes of a peer idle for 20 us to 20 us");
  std::ostringstream out;
  print_forecast(out, expected, Nanoseconds(2700));
  EXPECT_THAT(out.str(),
              AllOf(HasSubstr("forecast from the calibration: FC, 3000 ns per item, measured is 10.0 % below\n"),
                    HasSubstr("N_C and S_P of eventfd")));
}

TEST(ForecastOutput, What_is_missing_is_null_and_says_why) {
  const auto expect_none = [](const std::optional<Forecast>& expected, const char* reason) {
    Json row;
    put_forecast(row, expected, Nanoseconds(3000));
    for (const char* key : {"regime_forecast", "forecast_ns_per_item", "forecast_error_pct"}) {
      EXPECT_TRUE(row.at(key).is_null());
      EXPECT_THAT(row["absent"][key].get<std::string>(), HasSubstr(reason));
    }
    EXPECT_EQ(row["forecast_costs"], Json::array());
  };
  expect_none(std::nullopt, "no --calibration");
  expect_none(forecast_of(test::scenario_of(WaitKind::block, 0, 1000)), "W = 0");
}

TEST(ComparisonOutput, Distributions_and_forecasts_are_of_each_ring) {
  std::vector<Measurement> measurements(3, test::measurement_of({test::repetition_of({{LineClass::near, 3300}})}));
  for (Measurement& measurement : measurements) measurement.scenario = test::scenario_of(WaitKind::block, 2000, 1000);
  measurements[1].scenario.ring = RingKind::spsc;
  measurements[1].void_slices = {{"the consumer did not get its CPU", 1}};
  const Forecasts forecasts{forecast_of(measurements[0].scenario), std::nullopt, std::nullopt};
  Json document;
  put_comparison(document, measurements, forecasts);
  ASSERT_EQ(document["rings"].size(), 3U);
  EXPECT_NEAR(document["rings"][0]["forecast_error_pct"].get<double>(), 10, 0.01);
  EXPECT_TRUE(document["rings"][1]["forecast_error_pct"].is_null());
  for (const char* name : {"split/producer_notify", "spsc/consumer_startup", "split:2/producer_oversleep"}) {
    EXPECT_TRUE(document["distributions"].contains(name)) << name;
  }
  std::ostringstream out;
  print_comparison(out, measurements, forecasts);
  EXPECT_THAT(out.str(), HasSubstr("split, forecast: FC, 3000 ns per item, measured is 10.0 % above\n"));
  EXPECT_THAT(out.str(), HasSubstr("; 1 slices were run again: the consumer did not get its CPU;"));
}

TEST(ComparisonOutput, A_spoiled_row_is_not_compared) {
  const auto three = test::repetition_of({{LineClass::near, 100}, {LineClass::near, 100}, {LineClass::near, 100}});
  std::vector<Measurement> measurements(3, test::measurement_of({three, three}));
  measurements[1].void_slices = {{"the consumer did not get its CPU", 1}};
  Json document;
  put_comparison(document, measurements, Forecasts(3));
  EXPECT_EQ(document["rings"][0]["to_first_ratio"], 1.0);
  EXPECT_EQ(document["rings"][1]["to_first_ratio"], nullptr);
  EXPECT_THAT(document["rings"][1]["absent"]["to_first_ratio"].get<std::string>(), HasSubstr("spoiled: "));
  EXPECT_EQ(document["rings"][2]["to_first_ratio"], 1.0);
  std::ostringstream out;
  print_comparison(out, measurements, Forecasts(3));
  EXPECT_THAT(out.str(), HasSubstr(" refused "));
  measurements[0].void_slices = {{"the consumer did not get its CPU", 1}};
  put_comparison(document, measurements, Forecasts(3));
  for (const Json& row : document["rings"]) EXPECT_EQ(row["to_first_ratio"], nullptr) << "the first is spoiled";
}

TEST(FloorOutput, Says_how_long_each_cpu_was_away) {
  const std::vector<host::PreemptionProbe> floor{
      {.cpu = 2, .gaps = 0, .longest = {}, .lost = {}, .watched = Nanoseconds(200e6), .bound = Nanoseconds(10e3)},
      {.cpu = 3,
       .gaps = 4,
       .longest = Nanoseconds(1e6),
       .lost = Nanoseconds(2e6),
       .watched = Nanoseconds(200e6),
       .bound = Nanoseconds(10e3)}};
  std::ostringstream out;
  print_floor(out, host::Fact<std::vector<host::PreemptionProbe>>::known(floor));
  EXPECT_EQ(out.str(),
            "the host's floor: CPU 2 was away for 0.00 % of 200.00 ms of spinning, CPU 3 was away for 1.00 % of 200.00 "
            "ms of spinning (4 gaps, the longest 1.00 ms)\n");
  EXPECT_EQ(floor_json(floor)[1]["away_pct"], 1.0);
  EXPECT_EQ(floor_json(floor)[1]["gaps_count"], 4);
  out.str("");
  print_floor(out, host::Fact<std::vector<host::PreemptionProbe>>::unknown("no thread to be had"));
  EXPECT_EQ(out.str(), "the host's floor: unknown: no thread to be had\n");
}

}  // namespace
}  // namespace kickbench::bench
