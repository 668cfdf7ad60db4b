// The suite behind Google Benchmark's interface, with made-up repetitions: which cells its flags let through, and what
// becomes of what was measured.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/suite/benchmark_csv.hpp"
#include "bench/suite/google_benchmark.hpp"
#include "tests/bench/made_up_measurement.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

Cell cell(const std::string& name) {
  return {.name = name + "/place:l3", .scenario = test::scenario_of(WaitKind::poll, 100, 50), .intended = {}};
}

const std::vector<Cell> three{cell("a"), cell("b"), cell("c")};

/// Three slices of `items` each.
Repetition repetition(std::uint64_t items, std::int64_t ns_per_item, LineClass line_class = LineClass::mid) {
  Slice slice = test::plain_slice(items, ns_per_item);
  slice.producer.cpu = Nanoseconds(30.0 * static_cast<double>(items));
  slice.consumer.cpu = Nanoseconds(12.0 * static_cast<double>(items));
  Repetition repetition;
  for (int i = 0; i < 3; ++i) test::add_slice(repetition, line_class, slice);
  return repetition;
}

CampaignCell measured(std::vector<Repetition> repetitions, const std::string& error = {}) {
  return {.measurement = test::measurement_of(std::move(repetitions)), .error = error};
}

/// The rows that come out, of a campaign of as many cells.
class Replayed {
 public:
  Replayed(const std::vector<Cell>& cells, std::vector<CampaignCell> measured, const BenchmarkFlags& flags = {})
      : cells_(cells), measured_(std::move(measured)), reporter_(request_, cells_, measured_) {
    request_.flags = flags;
    request_.wants_raw = true;
    replay(cells_, measured_, 3, reporter_);
  }

  Json rows(const std::string& kind) const {
    Json rows = Json::array();
    const Json all = document();
    for (const Json& row : all["benchmarks"]) {
      if (row["run_type"] == kind || row.value("aggregate_name", "") == kind) rows.push_back(row);
    }
    return rows;
  }
  Json document(bool aggregates_only = false) const { return reporter_.document({.aggregates_only = aggregates_only}); }
  std::string text(Format format) const {
    Report report;
    report.format = format;
    return reporter_.text(report, true);
  }

 private:
  SuiteRequest request_;
  std::vector<Cell> cells_;
  std::vector<CampaignCell> measured_;
  SuiteReporter reporter_;
};

std::vector<Json> column(const Json& rows, const char* key) {
  std::vector<Json> values;
  for (const Json& row : rows) values.push_back(row.at(key));
  return values;
}

std::vector<std::string> names_of(const std::vector<Cell>& cells) {
  std::vector<std::string> names;
  for (const Cell& one : cells) names.push_back(one.name);
  return names;
}

TEST(Suite, A_filter_selects_cells_by_the_names_that_they_have_in_the_rows) {
  EXPECT_THAT(names_of(select_cells(three, "^(a|c)/")), ElementsAre("a/place:l3", "c/place:l3"));
  EXPECT_THAT(names_of(select_cells(three, "-b")), ElementsAre("a/place:l3", "c/place:l3"));
  EXPECT_THAT(names_of(select_cells(three, "^b/place:l3$")), ElementsAre("b/place:l3"));
  EXPECT_EQ(select_cells(three, "").size(), 3U);
  EXPECT_EQ(select_cells(three, "nowhere").size(), 0U);
}

TEST(Suite, A_filter_is_a_regular_expression) {
  for (const char* good : {"", "-", "a|b", "[[:alpha:]]", "x{2}"}) EXPECT_TRUE(is_filter(good)) << good;
  for (const char* bad : {"(", "a)(", "[", "*", "a{2,1}", "\\", "-(", "[[:foo:]]"}) EXPECT_FALSE(is_filter(bad)) << bad;
}

TEST(Suite, Every_repetition_is_a_row_and_all_of_them_the_median_row) {
  const Replayed replayed({cell("a")}, {measured({repetition(1000, 90), repetition(900, 100), repetition(800, 130)})});
  EXPECT_THAT(column(replayed.rows("iteration"), "real_time"), ElementsAre(90.0, 100.0, 130.0));
  EXPECT_THAT(column(replayed.rows("iteration"), "ns_per_item"), ElementsAre(90.0, 100.0, 130.0));
  EXPECT_THAT(column(replayed.rows("iteration"), "repetition_index"), ElementsAre(0, 1, 2));
  const Json median = replayed.rows("median").at(0);
  EXPECT_EQ(median["name"], "a/place:l3_median");
  EXPECT_EQ(median["real_time"], 100.0);
  EXPECT_EQ(median["upper_ns_per_item"], 130.0);
  EXPECT_NEAR(replayed.rows("mean").at(0)["real_time"].get<double>(), 106.667, 1e-3);
  EXPECT_NEAR(replayed.rows("stddev").at(0)["real_time"].get<double>(), 20.817, 1e-3) << "of a sample";
  EXPECT_NEAR(replayed.rows("cv").at(0)["real_time"].get<double>(), 0.19516, 1e-5);
  EXPECT_EQ(replayed.rows("cv").at(0)["cpu_time"], 0.0) << "they are all alike";
  EXPECT_EQ(replayed.rows("stddev").at(0)["grade"], median["grade"]);
}

TEST(Suite, All_repetitions_of_a_cell_have_the_same_iterations) {
  const Replayed replayed({cell("a")}, {measured({repetition(1000, 90), repetition(900, 100), repetition(800, 130)})});
  EXPECT_THAT(column(replayed.rows("iteration"), "iterations"), Each(Json(3000))) << "the first one's items";
}

TEST(Suite, Cpu_time_is_that_of_both_threads_in_csv_too) {
  const auto repetitions = std::vector(3, repetition(1000, 100));
  const Replayed replayed({cell("a")}, {measured(repetitions)});
  EXPECT_THAT(column(replayed.rows("iteration"), "cpu_time"), Each(Json(42.0)));
  EXPECT_EQ(replayed.rows("median").at(0)["cpu_time"], 42.0);
  EXPECT_THAT(replayed.text(Format::csv), HasSubstr("\n\"a/place:l3\",3000,100,42,ns,,10000000,\"predicted="));
  EXPECT_THAT(replayed.text(Format::csv), HasSubstr("\n\"a/place:l3_median\",3,100,42,ns,"));
}

TEST(Suite, Times_are_in_the_unit_that_was_asked_for) {
  const Replayed replayed({cell("a")}, {measured({repetition(1000, 90), repetition(1000, 100), repetition(1000, 110)})},
                          {.time_unit = {"us", 1e-3}});
  EXPECT_THAT(column(replayed.rows("iteration"), "time_unit"), Each(Json("us")));
  EXPECT_THAT(column(replayed.rows("aggregate"), "time_unit"), Each(Json("us")));
  EXPECT_EQ(replayed.rows("median").at(0)["real_time"], 0.1);
  EXPECT_EQ(replayed.rows("median").at(0)["ns_per_item"], 100.0);
  EXPECT_DOUBLE_EQ(replayed.rows("stddev").at(0)["real_time"].get<double>(), 0.01);
  EXPECT_DOUBLE_EQ(replayed.rows("cv").at(0)["real_time"].get<double>(), 0.1) << "a ratio has no unit";
}

TEST(Suite, A_cell_that_broke_is_rows_with_its_error_beside_those_that_were_complete) {
  Repetition partial = repetition(500, 100);
  partial.complete = false;
  const Replayed replayed(
      {cell("a"), cell("b")},
      {measured({repetition(1000, 100), repetition(1000, 100), partial}, "an item was lost"), measured({}, "no ring")});
  EXPECT_THAT(column(replayed.rows("iteration"), "ns_per_item"), ElementsAre(100.0, 100.0));
  const Json failed = replayed.document()["failed"];
  EXPECT_THAT(column(failed, "error_message"), ElementsAre("an item was lost", "no ring", "no ring", "no ring"));
  EXPECT_THAT(replayed.text(Format::csv), HasSubstr(",,,ns,,,,true,\"no ring\",,"));
  EXPECT_EQ(replayed.rows("median").at(0)["ns_per_item"], 100.0);
  EXPECT_EQ(replayed.document()["raw"].size(), 1U);
}

TEST(Suite, What_the_user_did_not_wait_for_is_no_row) {
  const Replayed replayed({cell("a"), cell("b")}, {measured({repetition(1000, 100)}), measured({})});
  EXPECT_EQ(replayed.rows("iteration").size(), 1U);
  EXPECT_EQ(replayed.rows("aggregate").size(), 0U) << "one repetition has none";
}

TEST(Suite, Aggregates_alone_have_no_iterations_but_of_what_has_no_aggregates) {
  const auto three_alike = std::vector(3, repetition(1000, 100));
  const Replayed replayed({cell("a"), cell("b"), cell("c")},
                          {measured(three_alike), measured({repetition(1000, 70)}), measured({}, "no ring")});
  const Json document = replayed.document(true);
  EXPECT_THAT(column(document["benchmarks"], "name"),
              ElementsAre("a/place:l3_mean", "a/place:l3_median", "a/place:l3_stddev", "a/place:l3_cv", "b/place:l3"));
  EXPECT_EQ(document["benchmarks"][1]["ns_per_item"], 100.0);
  EXPECT_EQ(document["benchmarks"][4]["ns_per_item"], 70.0);
  EXPECT_EQ(document["failed"].size(), 3U);
}

TEST(Suite, No_mean_over_repetitions_in_different_classes) {
  const Replayed replayed(
      {cell("a")}, {measured({repetition(1000, 90), repetition(1000, 100), repetition(1000, 300, LineClass::far)})});
  EXPECT_EQ(replayed.rows("iteration").size(), 3U);
  EXPECT_THAT(column(replayed.rows("aggregate"), "aggregate_name"), ElementsAre("median"));
  EXPECT_EQ(replayed.rows("median").at(0)["line_class"], "mid");
}

TEST(Suite, What_the_user_adds_to_the_context_is_in_every_format) {
  const Replayed replayed({cell("a")}, {measured({repetition(1000, 100)})}, {.context = {{"commit", "a, b"}}});
  const Json context = replayed.document()["context"];
  EXPECT_EQ(context["commit"], "a, b");
  EXPECT_EQ(context.size(), context_keys.size() + 1);
  for (const std::string_view key : context_keys) EXPECT_TRUE(context.contains(key)) << key;
  EXPECT_THAT(replayed.text(Format::console), HasSubstr("context: commit: a, b\n"));
  EXPECT_THAT(replayed.text(Format::csv), HasSubstr(",busy_ns_per_item,context_commit\n"));
  EXPECT_THAT(replayed.text(Format::csv), HasSubstr(",\"a, b\"\n"));
}

TEST(Suite, Raw_slices_are_there_before_anything_is_reported) {
  SuiteRequest request;
  const std::vector<Cell> cells{cell("a"), cell("b")};
  const std::vector<CampaignCell> so_far{measured({}), measured({repetition(1000, 100)})};
  EXPECT_FALSE(SuiteReporter(request, cells, so_far).document({.complete = false}).contains("raw"));
  request.wants_raw = true;
  const Json document = SuiteReporter(request, cells, so_far).document({.complete = false});
  EXPECT_EQ(document["complete"], false);
  ASSERT_EQ(document["raw"].size(), 1U);
  EXPECT_EQ(document["raw"][0]["benchmark"], "b/place:l3");
}

TEST(Suite, Csv_has_an_empty_cell_for_what_is_not_known) {
  const std::string csv = benchmark_csv(Json::parse(R"([{"name": "a, b", "iterations": 2, "real_time": null,
      "error_occurred": true, "grade": "quiet"}])"),
                                        {});
  EXPECT_THAT(csv, StartsWith("name,iterations,real_time,cpu_time,time_unit,bytes_per_second,items_per_second,label,"
                              "error_occurred,error_message,ns_per_item,"));
  EXPECT_THAT(csv, HasSubstr("\n\"a, b\",2,,,,,,,true,,"));
  EXPECT_THAT(csv, HasSubstr(",quiet,"));
}

}  // namespace
}  // namespace kickbench::bench
