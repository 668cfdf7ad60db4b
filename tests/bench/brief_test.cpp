// What the suite's document leaves out.
#include "bench/suite/brief.hpp"

#include <gtest/gtest.h>

namespace kickbench::bench::suite {
namespace {

using output::Json;

TEST(Brief, Details_of_a_side_and_histograms_go_with_their_reasons) {
  Json row =
      Json::parse(R"({"name": "a", "kicks_per_item": 0.5, "producer_notify_ns": 700, "producer_arm_window_ns": null,
      "consumer_sleep": null, "consumer_startup_ns": null, "items_per_kick_histogram": {"1": 2},
      "absent": {"producer_arm_window_ns": "x", "consumer_sleep": "y", "consumer_startup_ns": "z"}})");
  leave_out_details(row);
  EXPECT_EQ(row, Json::parse(R"({"name": "a", "kicks_per_item": 0.5, "producer_notify_ns": 700,
      "consumer_startup_ns": null, "absent": {"consumer_startup_ns": "z"}})"));
}

TEST(Brief, A_repetition_keeps_what_readers_of_google_benchmark_look_for) {
  Json row = Json::parse(R"({"name": "a", "real_time": 2, "time_unit": "ns", "ns_per_item": 2, "grade": "quiet",
      "scenario": {"ring": "split"}, "place_pct": null, "absent": {"place_pct": "one class"}})");
  leave_headline(row);
  EXPECT_EQ(row, Json::parse(R"({"name": "a", "real_time": 2, "time_unit": "ns", "ns_per_item": 2})"));
}

TEST(Brief, Figures_have_seven_digits_wherever_they_are) {
  Json row =
      Json::parse(R"({"a": 2386.0069862, "b": [0.000123456789, {"c": -1.5}], "n": 123456789012, "t": "0.123456789"})");
  round_figures(row);
  EXPECT_EQ(row, Json::parse(R"({"a": 2386.007, "b": [0.0001234568, {"c": -1.5}], "n": 123456789012,
      "t": "0.123456789"})"));
}

}  // namespace
}  // namespace kickbench::bench::suite
