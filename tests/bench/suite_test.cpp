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
Repetition repetition(std::uint64_t items, std::int64_t ns_per_item) {
  Slice slice = test::plain_slice(items, ns_per_item);
  slice.producer.cpu = Nanoseconds(30.0 * static_cast<double>(items));
  slice.consumer.cpu = Nanoseconds(12.0 * static_cast<double>(items));
  Repetition repetition;
  for (int i = 0; i < 3; ++i) test::add_slice(repetition, LineClass::mid, slice);
  return repetition;
}

CampaignCell measured(std::vector<Repetition> repetitions, const std::string& error = {}) {
  return {.measurement = test::measurement_of(std::move(repetitions)), .error = error};
}

/// Google Benchmark keeps flags for as long as the process lives.
void give_flags(const std::vector<std::string>& flags) {
  std::vector<std::string> all{"--benchmark_filter=.", "--benchmark_repetitions=3", "--benchmark_list_tests=false",
                               "--benchmark_report_aggregates_only=false", "--benchmark_time_unit=ns"};
  all.insert(all.end(), flags.begin(), flags.end());
  give_flags_to_benchmark(all);
}

/// The rows that come out, of a campaign of as many cells.
class Replayed {
 public:
  Replayed(const std::vector<Cell>& cells, std::vector<CampaignCell> measured, const std::vector<std::string>& flags)
      : cells_(cells), measured_(std::move(measured)), reporter_(request_, cells_, measured_) {
    request_.print_table = false;
    give_flags(flags);
    replay(cells_, measured_, reporter_);
  }

  Json rows(const std::string& kind) const {
    Json rows = Json::array();
    const Json all = document();
    for (const Json& row : all["benchmarks"]) {
      if (row["run_type"] == kind || row.value("aggregate_name", "") == kind) rows.push_back(row);
    }
    return rows;
  }
  Json document() const { return reporter_.document(true); }
  std::string csv() const { return reporter_.csv(); }

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

TEST(Suite, Flags_select_cells_and_repetitions) {
  give_flags({"--benchmark_filter=^(a|c)/", "--benchmark_repetitions=7"});
  const Selection selection = select_cells(three);
  EXPECT_THAT(names_of(selection.cells), ElementsAre("a/place:l3", "c/place:l3"));
  EXPECT_EQ(selection.repetitions, 7U);
  EXPECT_EQ(selection.listing, "");
}

TEST(Suite, One_repetition_without_aggregates_and_aggregates_alone_are_selections_too) {
  give_flags({"--benchmark_filter=-b", "--benchmark_repetitions=1"});
  EXPECT_EQ(select_cells(three).cells.size(), 2U);
  EXPECT_EQ(select_cells(three).repetitions, 1U);
  give_flags({"--benchmark_filter=b", "--benchmark_repetitions=4", "--benchmark_report_aggregates_only=true"});
  EXPECT_EQ(select_cells(three).repetitions, 4U);
}

TEST(Suite, A_listing_is_names_alone) {
  give_flags({"--benchmark_filter=^[bc]", "--benchmark_list_tests"});
  const Selection selection = select_cells(three);
  EXPECT_EQ(selection.listing, "b/place:l3/manual_time\nc/place:l3/manual_time\n");
  EXPECT_THAT(names_of(selection.cells), ElementsAre("b/place:l3", "c/place:l3"));
}

TEST(Suite, A_flag_that_google_benchmark_does_not_know_is_refused) {
  EXPECT_THROW(give_flags({"--benchmark_fliter=a"}), UsageError);
  EXPECT_THROW(give_flags({"--benchmark_repetitions=many"}), UsageError);
}

TEST(Suite, Every_repetition_is_a_row_and_all_of_them_the_median_row) {
  const Replayed replayed({cell("a")}, {measured({repetition(1000, 90), repetition(900, 100), repetition(800, 130)})},
                          {});
  EXPECT_THAT(column(replayed.rows("iteration"), "real_time"), ElementsAre(90.0, 100.0, 130.0));
  EXPECT_THAT(column(replayed.rows("iteration"), "ns_per_item"), ElementsAre(90.0, 100.0, 130.0));
  EXPECT_THAT(column(replayed.rows("iteration"), "repetition_index"), ElementsAre(0, 1, 2));
  const Json median = replayed.rows("median").at(0);
  EXPECT_EQ(median["name"], "a/place:l3_median");
  EXPECT_EQ(median["real_time"], 100.0);
  EXPECT_EQ(median["upper_ns_per_item"], 130.0);
  EXPECT_EQ(replayed.rows("stddev").at(0)["real_time"], nullptr);
  EXPECT_EQ(replayed.rows("stddev").at(0)["grade"], median["grade"]);
}

TEST(Suite, All_repetitions_of_a_cell_have_the_same_iterations) {
  const Replayed replayed({cell("a")}, {measured({repetition(1000, 90), repetition(900, 100), repetition(800, 130)})},
                          {});
  EXPECT_THAT(column(replayed.rows("iteration"), "iterations"), Each(Json(3000))) << "the first one's items";
}

TEST(Suite, Cpu_time_is_that_of_both_threads_in_csv_too) {
  const auto repetitions = std::vector(3, repetition(1000, 100));
  const Replayed replayed({cell("a")}, {measured(repetitions)}, {});
  EXPECT_THAT(column(replayed.rows("iteration"), "cpu_time"), Each(Json(42.0)));
  EXPECT_EQ(replayed.rows("median").at(0)["cpu_time"], 42.0);
  EXPECT_THAT(replayed.csv(), HasSubstr("\na/place:l3,3000,100,42,ns,,10000000,predicted="));
  EXPECT_THAT(replayed.csv(), HasSubstr("\na/place:l3_median,3,100,42,ns,"));
}

TEST(Suite, Times_are_in_the_unit_that_was_asked_for) {
  const Replayed replayed({cell("a")}, {measured(std::vector(3, repetition(1000, 100)))}, {"--benchmark_time_unit=us"});
  EXPECT_THAT(column(replayed.rows("iteration"), "time_unit"), Each(Json("us")));
  EXPECT_THAT(column(replayed.rows("iteration"), "real_time"), Each(Json(0.1)));
  EXPECT_THAT(column(replayed.rows("iteration"), "ns_per_item"), Each(Json(100.0)));
}

TEST(Suite, A_cell_that_broke_is_rows_with_its_error_beside_those_that_were_complete) {
  Repetition partial = repetition(500, 100);
  partial.complete = false;
  const Replayed replayed(
      {cell("a"), cell("b")},
      {measured({repetition(1000, 100), repetition(1000, 100), partial}, "an item was lost"), measured({}, "no ring")},
      {});
  const Json rows = replayed.rows("iteration");
  ASSERT_EQ(rows.size(), 6U);
  EXPECT_EQ(rows[1]["ns_per_item"], 100.0);
  EXPECT_EQ(rows[2]["error_message"], "an item was lost");
  EXPECT_EQ(rows[3]["error_message"], "no ring");
  EXPECT_EQ(replayed.rows("median").at(0)["ns_per_item"], 100.0);
  EXPECT_EQ(replayed.document()["raw"].size(), 1U);
}

TEST(Suite, What_the_user_did_not_wait_for_is_no_row) {
  const Replayed replayed({cell("a"), cell("b")}, {measured({repetition(1000, 100)}), measured({})}, {});
  EXPECT_EQ(replayed.rows("iteration").size(), 1U);
  EXPECT_EQ(replayed.rows("aggregate").size(), 0U) << "one repetition has none";
}

TEST(Suite, Raw_slices_are_there_before_anything_is_reported) {
  const SuiteRequest request;
  const std::vector<Cell> cells{cell("a"), cell("b")};
  const std::vector<CampaignCell> so_far{measured({}), measured({repetition(1000, 100)})};
  const Json document = SuiteReporter(request, cells, so_far).document(false);
  EXPECT_EQ(document["complete"], false);
  ASSERT_EQ(document["raw"].size(), 1U);
  EXPECT_EQ(document["raw"][0]["benchmark"], "b/place:l3");
}

TEST(Suite, Csv_has_an_empty_cell_for_what_is_not_known) {
  const std::string csv = benchmark_csv(Json::parse(R"([{"name": "a, b", "iterations": 2, "real_time": null,
      "error_occurred": true, "grade": "quiet"}])"));
  EXPECT_THAT(csv, StartsWith("name,iterations,real_time,cpu_time,time_unit,bytes_per_second,items_per_second,label,"
                              "error_occurred,error_message,ns_per_item,"));
  EXPECT_THAT(csv, HasSubstr("\n\"a, b\",2,,,,,,,true,,"));
  EXPECT_THAT(csv, HasSubstr(",quiet,"));
}

}  // namespace
}  // namespace kickbench::bench
