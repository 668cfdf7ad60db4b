#include "bench/output/table.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "bench/text/format.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

std::string print(const Table& table) {
  std::ostringstream out;
  table.print(out);
  return out.str();
}

TEST(Table, Columns_are_as_wide_as_their_widest_cell_and_numbers_to_the_right) {
  Table table({{"name", Table::Align::left}, {"n"}, {"long title"}});
  table.add({"a", "1000", "1"});
  table.add({"longer", "2", "22"});
  EXPECT_EQ(print(table),
            "name       n  long title\n"
            "a       1000           1\n"
            "longer     2          22\n");
}

TEST(Table, Characters_count_and_not_bytes) {
  Table table({{"µs", Table::Align::left}, {"±"}});
  table.add({"é", "10"});
  table.add({"漢字x", "9"});
  EXPECT_EQ(print(table),
            "µs    ±\n"
            "é    10\n"
            "漢字x   9\n");
}

TEST(Table, Lines_end_without_spaces) {
  Table table({{"a", Table::Align::left}, {"b", Table::Align::left}});
  table.add({"x", "long"});
  table.add({"y", ""});
  table.add({"", ""});
  EXPECT_EQ(print(table), "a  b\nx  long\ny\n\n");
}

TEST(Table, Is_empty_without_rows) {
  Table table({{"a"}});
  EXPECT_TRUE(table.empty());
  EXPECT_EQ(print(table), "a\n");
  table.add({"1"});
  EXPECT_FALSE(table.empty());
}

TEST(Text, Nanoseconds_have_as_many_decimals_as_they_are_worth) {
  EXPECT_EQ(ns(Nanoseconds(1.666)), "1.67");
  EXPECT_EQ(ns(Nanoseconds(59.94)), "59.9");
  EXPECT_EQ(ns(Nanoseconds(2031.4)), "2031");
  EXPECT_EQ(ns(Nanoseconds(-1.5)), "-1.50");
  EXPECT_EQ(ns(Nanoseconds(-59.94)), "-59.9");
  EXPECT_EQ(ns(Nanoseconds(-2031.4)), "-2031");
  EXPECT_EQ(ns_or_dash(std::nullopt), "-");
  EXPECT_EQ(ns_or_dash(Nanoseconds(0)), "0.00");
}

TEST(Text, Times_have_the_unit_in_which_they_are_best_read) {
  EXPECT_EQ(with_unit(Nanoseconds(850)), "850.0 ns");
  EXPECT_EQ(with_unit(Nanoseconds(1500)), "1.50 us");
  EXPECT_EQ(with_unit(Nanoseconds(-1500)), "-1.50 us");
  EXPECT_EQ(with_unit(Nanoseconds(2.5e6)), "2.50 ms");
  EXPECT_EQ(with_unit(Nanoseconds(3e9)), "3.00 s");
}

TEST(Text, Exact_times_have_all_their_digits_and_no_others) {
  EXPECT_EQ(exact_with_unit(Nanoseconds(0)), "0 ns");
  EXPECT_EQ(exact_with_unit(Nanoseconds(-0.25)), "-0.25 ns");
  EXPECT_EQ(exact_with_unit(Nanoseconds(999)), "999 ns");
  EXPECT_EQ(exact_with_unit(Nanoseconds(1000)), "1 us");
  EXPECT_EQ(exact_with_unit(Nanoseconds(-1234567)), "-1.234567 ms");
  EXPECT_EQ(exact_with_unit(Nanoseconds(3e9)), "3 s");
}

TEST(Text, Rates_tell_one_in_ten_thousand) {
  EXPECT_EQ(per_item(0.00012), "0.0001");
  EXPECT_EQ(per_item(1), "1.0000");
}

}  // namespace
}  // namespace kickbench::bench
