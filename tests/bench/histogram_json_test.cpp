// Histograms of costs in files: what is written is read back, and what is wrong is named by its place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "bench/output/histogram_json.hpp"
#include "bench/scenario/scenario.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::ordered_json;
using model::Histogram;

TEST(HistogramJson, what_is_written_is_read_back) {
  const Histogram histogram{{{Nanoseconds{-250.5}, Nanoseconds{-100}, 3},
                             {Nanoseconds{-100}, Nanoseconds{0.125}, 1},
                             {Nanoseconds{7}, Nanoseconds{7}, 1'000'000'000'000}}};
  const Json json = to_json(histogram);
  EXPECT_EQ(json["count"], 1'000'000'000'004);
  const Histogram same = histogram_from(Json::parse(json.dump()), "x");
  ASSERT_EQ(same.bins.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(same.bins[i].from, histogram.bins[i].from);
    EXPECT_EQ(same.bins[i].to, histogram.bins[i].to);
    EXPECT_EQ(same.bins[i].count, histogram.bins[i].count);
  }
}

void expect_refused(const char* text, const char* fragment) {
  try {
    histogram_from(Json::parse(text), "np file.json");
    FAIL() << "not refused: " << text;
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("np file.json"));
    EXPECT_THAT(error.what(), HasSubstr(fragment));
  }
}

TEST(HistogramJson, what_is_wrong_is_named_by_its_place) {
  expect_refused(R"([])", "must be an object");
  expect_refused(R"({"bins": [{"from_ns": 1, "to_ns": 2, "count": 1}]})", "'count' is missing");
  expect_refused(R"({"count": 1, "bins": []})", "/bins: must be an array");
  expect_refused(R"({"count": 1, "bins": {}})", "/bins: must be an array");
  expect_refused(R"({"count": 1, "bins": [], "unit": "ns"})", "'unit' is unknown");
  expect_refused(R"({"count": 1, "bins": [{"from": 1, "to_ns": 2, "count": 1}]})", "did you mean 'from_ns'?");
  expect_refused(R"({"count": 1, "bins": [{"from_ns": "1", "to_ns": 2, "count": 1}]})",
                 "/bins/0/from_ns: must be a num");
  expect_refused(R"({"count": 1, "bins": [{"from_ns": 3, "to_ns": 2, "count": 1}]})",
                 "/bins/0: from_ns is above to_ns");
  expect_refused(R"({"count": 1, "bins": [{"from_ns": 1, "to_ns": 2, "count": 0}]})", "/bins/0/count: must be a whole");
  expect_refused(R"({"count": 1, "bins": [{"from_ns": 1, "to_ns": 2, "count": 1.5}]})",
                 "/bins/0/count: must be a whole");
  expect_refused(R"({"count": 1, "bins": [{"from_ns": 1, "to_ns": 2, "count": -1}]})",
                 "/bins/0/count: must be a whole");
  expect_refused(R"({"count": 2, "bins": [{"from_ns": 1, "to_ns": 2, "count": 1}]})", "is not the sum of the bins, 1");
  expect_refused(
      R"({"count": 2, "bins": [{"from_ns": 1, "to_ns": 3, "count": 1}, {"from_ns": 2, "to_ns": 4, "count": 1}]})",
      "/bins/1: begins before the bin before it ends");
}

TEST(HistogramJson, a_file_holds_histograms_by_name) {
  const std::string path = ::testing::TempDir() + "histograms.json";
  const auto write = [&path](const std::string& text) { std::ofstream(path) << text; };
  const auto refusal = [&path](const std::string& name) -> std::string {
    try {
      read_histogram("--np", path, name);
      return "not refused";
    } catch (const UsageError& error) {
      return error.what();
    }
  };
  const Histogram histogram = model::histogram_of({Nanoseconds{5}, Nanoseconds{6}, Nanoseconds{6}});
  write(Json{{"schema_version", 1}, {"distributions", {{"kick", to_json(histogram)}}}}.dump());
  EXPECT_EQ(read_histogram("--np", path, "kick").bins.back().count, 2U);
  EXPECT_THAT(refusal("kik"), HasSubstr("did you mean 'kick'?"));
  write(R"({"distributions": {"kick": null, "absent": {"kick": "nobody was kicked"}}})");
  EXPECT_THAT(refusal("kick"), HasSubstr("/distributions/kick: there is none: \"nobody was kicked\""));
  EXPECT_THAT(refusal("kick_raeson"), HasSubstr("holds no histogram"));
  write("{\"distributions\": {}}");
  EXPECT_THAT(refusal("kick"), HasSubstr("'distributions' holds no histogram"));
  write("{\"bins\": []}");
  EXPECT_THAT(refusal("kick"), HasSubstr("no object 'distributions'"));
  write("{\n\"distributions\": }");
  EXPECT_THAT(refusal("kick"), HasSubstr("line 2"));
  std::remove(path.c_str());
  EXPECT_THAT(refusal("kick"), HasSubstr("cannot be read: No such file"));
}

}  // namespace
}  // namespace kickbench::bench
