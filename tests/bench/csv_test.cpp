// What goes out as CSV comes back as itself in any reader that follows RFC 4180.
#include "bench/output/csv.hpp"
#include "tests/bench/names.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>
#include <stdexcept>

namespace kickbench::bench {
namespace {

std::string row(const std::string& cell) {
  Csv csv({"a", "b"});
  csv.add({cell, "x"});
  return csv.text().substr(std::string("a,b\n").size());
}

TEST(Csv, is_a_header_and_rows) {
  Csv csv({"wp_ns", "regime"});
  EXPECT_EQ(csv.text(), "wp_ns,regime\n");
  csv.add({"2000", "FC"});
  csv.add({"1000", ""});
  EXPECT_EQ(csv.text(), "wp_ns,regime\n2000,FC\n1000,\n");
}

TEST(Csv, quotes_what_would_not_read_back_as_itself) {
  EXPECT_EQ(row("plain text"), "plain text,x\n");
  EXPECT_EQ(row("one, two"), "\"one, two\",x\n");
  EXPECT_EQ(row("say \"so\""), "\"say \"\"so\"\"\",x\n");
  EXPECT_EQ(row("two\nlines"), "\"two\nlines\",x\n");
  EXPECT_EQ(row("a\rb"), "\"a\rb\",x\n");
  EXPECT_EQ(row(" ahead"), "\" ahead\",x\n");
  EXPECT_EQ(row("behind "), "\"behind \",x\n");
  EXPECT_EQ(row(""), ",x\n");
}

TEST(Csv, quotes_the_header_too) { EXPECT_EQ(Csv({"a,b"}).text(), "\"a,b\"\n"); }

TEST(Csv, a_single_empty_cell_is_no_empty_line) {
  Csv csv({"a"});
  csv.add({""});
  EXPECT_EQ(csv.text(), "a\n\"\"\n");
}

TEST(Csv, refuses_rows_that_do_not_fit_and_columns_without_a_name_of_their_own) {
  Csv csv({"a", "b"});
  EXPECT_THROW(csv.add({"1"}), std::invalid_argument);
  EXPECT_THROW(csv.add({"1", "2", "3"}), std::invalid_argument);
  EXPECT_EQ(csv.text(), "a,b\n");
  EXPECT_THROW(Csv({}), std::invalid_argument);
  EXPECT_THROW(Csv({"a", ""}), std::invalid_argument);
  EXPECT_THROW(Csv({"a", "b", "a"}), std::invalid_argument);
}

TEST(CsvCell, numbers_read_back_as_themselves) {
  for (const double value : {0.0, 0.1, -1.0 / 3, 1e-5 / 3, -1e16 / 3, 1e300, 5e-324, 9007199254740992.0}) {
    EXPECT_EQ(std::strtod(csv_cell(std::optional(value)).c_str(), nullptr), value);
  }
  EXPECT_EQ(csv_cell(std::optional(500000.0)), "500000");
  EXPECT_EQ(csv_cell(std::optional(0.00025)), "0.00025");
  EXPECT_EQ(csv_cell(std::optional(Nanoseconds(-0.25))), "-0.25");
}

TEST(CsvCell, what_does_not_exist_is_empty) {
  EXPECT_EQ(csv_cell(std::optional<double>()), "");
  EXPECT_EQ(csv_cell(std::optional<Nanoseconds>()), "");
  EXPECT_EQ(csv_cell(std::optional(std::numeric_limits<double>::quiet_NaN())), "");
  EXPECT_EQ(csv_cell(std::optional(std::numeric_limits<double>::infinity())), "");
}

}  // namespace
}  // namespace kickbench::bench
