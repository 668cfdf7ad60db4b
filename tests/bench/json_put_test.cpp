// Figures in JSON, which knows neither NaN nor infinity nor bytes that are no text.
#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <string>

#include "bench/output/result_json.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(JsonPut, A_number_is_a_number) {
  Json object;
  put(object, "a_ns", std::optional(Nanoseconds(-1.5)), "unused");
  put(object, "b_pct", std::optional(2.5), "unused");
  EXPECT_EQ(object, Json::parse(R"({"a_ns": -1.5, "b_pct": 2.5})"));
}

TEST(JsonPut, What_is_unknown_is_null_with_the_reason) {
  Json object;
  put(object, "a_ns", std::optional<Nanoseconds>(), "never happened");
  put(object, "b_pct", std::optional<double>(), "not measured");
  EXPECT_EQ(object, Json::parse(R"({"a_ns": null, "absent": {"a_ns": "never happened", "b_pct": "not measured"},
                                    "b_pct": null})"));
}

TEST(JsonPut, What_is_no_number_is_null_and_says_so) {
  for (const double value : {nan, infinity, -infinity}) {
    Json object;
    put(object, "a_ns", std::optional(Nanoseconds(value)), "unused");
    put(object, "b_pct", std::optional(value), "unused");
    for (const char* key : {"a_ns", "b_pct"}) {
      EXPECT_TRUE(object[key].is_null());
      EXPECT_EQ(object["absent"][key], "not a finite number");
    }
  }
}

TEST(JsonDump, Bytes_that_are_no_text_do_not_break_a_dump) {
  const std::string text = dump({{"cpu_model", "\xff\xfe"}});
  EXPECT_NO_THROW(EXPECT_TRUE(Json::parse(text).contains("cpu_model")));
}

TEST(JsonDump, What_has_no_parts_of_its_own_is_one_line) {
  const std::string text =
      "{\n  \"a\": 1,\n  \"list\": [1, 2.5, -3],\n  \"rows\": [\n    {\"k\": null, \"t\": \"x\\\"y\"},\n    []\n  ],\n "
      " \"o\": {}\n}\n";
  EXPECT_EQ(dump(Json::parse(text)), text);
}

TEST(JsonDump, What_is_too_long_for_a_line_has_one_for_each_entry_unless_they_are_numbers) {
  const std::string word(60, 'x');
  const std::string row_text = "{\"name\": \"" + word + "\", \"parts\": {\"a\": \"" + word + "\"}}";
  EXPECT_EQ(dump(Json{{"a", word}, {"b", word}}), "{\n  \"a\": \"" + word + "\",\n  \"b\": \"" + word + "\"\n}\n");
  const Json row{{"name", word}, {"parts", {{"a", word}}}};
  EXPECT_EQ(dump(Json::array({row, row})), "[\n  " + row_text + ",\n  " + row_text + "\n]\n");
  const std::string numbers = dump(Json(std::vector<int>(1000, 7)));
  EXPECT_EQ(numbers.find('\n'), numbers.size() - 1);
}

}  // namespace
}  // namespace kickbench::bench
