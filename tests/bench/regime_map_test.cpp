// Where each regime lies, of a grid that is too large to be printed row by row.
#include "bench/command/prediction/regime_map.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "bench/text/page.hpp"

namespace kickbench::bench::command {
namespace {

using testing::EndsWith;

Axis axis(const std::string& name, std::size_t points) {
  Axis made{.name = name, .is_time = true, .values = {}};
  for (std::size_t i = 0; i < points; ++i) made.values.push_back(1000.0 + 100.0 * static_cast<double>(i));
  return made;
}

std::string map_of(const std::vector<Axis>& axes, const std::vector<std::string>& regimes, std::size_t width) {
  std::ostringstream out;
  text::Page page(out, width);
  print_regime_map(page, axes, regimes);
  return out.str();
}

TEST(RegimeMap, One_axis_is_in_stretches) {
  EXPECT_THAT(map_of({axis("wc", 6)}, {"FC", "FC", "FC", "EQ", "", "FP"}, 80), EndsWith("\n\nfrom    to  wc, ns\n"
                                                                                        "1000  1200  FC\n"
                                                                                        "1300  1300  EQ\n"
                                                                                        "1400  1400  -\n"
                                                                                        "1500  1500  FP\n"));
}

TEST(RegimeMap, Two_axes_are_lines_and_columns) {
  EXPECT_THAT(map_of({axis("wp", 2), axis("wc", 3)}, {"FC", "EQ", "FP", "SS", "", "NL"}, 80),
              EndsWith("wp, ns goes down, wc, ns to the right\n"
                       "      1000  1100  1200\n"
                       "1000    FC    EQ    FP\n"
                       "1100    SS     -    NL\n"));
}

TEST(RegimeMap, Ten_thousand_points_fit_a_terminal_from_corner_to_corner) {
  std::vector<std::string> regimes(100 * 100, "FC");
  regimes.front() = "SS";
  regimes.back() = "EQ";
  const std::string map = map_of({axis("wp", 100), axis("wc", 100)}, regimes, 80);
  std::istringstream lines(map);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) EXPECT_LE(line.size(), 80U);
  EXPECT_LE(count, 24U);
  EXPECT_THAT(map, testing::ContainsRegex("1000 +SS +FC"));
  EXPECT_THAT(map, testing::ContainsRegex("10900 .*FC +EQ\n$"));
}

TEST(RegimeMap, Few_rows_that_go_to_no_file_are_printed) {
  EXPECT_TRUE(wants_rows(40, {}));
  EXPECT_FALSE(wants_rows(41, {}));
  OutputOptions json, csv;
  json.json_path = "a.json";
  csv.csv_path = "a.csv";
  EXPECT_FALSE(wants_rows(2, json));
  EXPECT_FALSE(wants_rows(2, csv));
}

}  // namespace
}  // namespace kickbench::bench::command
