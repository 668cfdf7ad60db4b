// Google Benchmark's flags and environment variables, as far as they can be judged before anything is measured: each by
// itself, and every pair of them in both orders.
#include <benchmark/benchmark.h>
#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "bench/scenario/scenario.hpp"
#include "bench/suite/report.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Texts = std::vector<std::string>;

struct Values {
  std::string flag;
  Texts good;
  Texts bad;
};

/// A row for each flag of the library.
const std::vector<Values> all_values{
    {"benchmark_list_tests", {"true", "1", "no", "OFF"}, {"maybe", "2", "", "tru"}},
    {"benchmark_filter", {"FC", "-FC", "", "all", "^a$|b"}, {"(", "[", "*", "-(", "\\"}},
    {"benchmark_min_time", {"0.1", "0", "2"}, {"nan", "inf", "-1", "1s", "10x", "", "1e9"}},
    {"benchmark_min_warmup_time", {"0.1", "0"}, {"nan", "-inf", "-1", "1s", ""}},
    {"benchmark_repetitions", {"1", "9"}, {"0", "-3", "many", "1.5", "", "+2", " 2", "4294967297", "2000000"}},
    {"benchmark_enable_random_interleaving", {"true"}, {"false", "maybe", ""}},
    {"benchmark_report_aggregates_only", {"true", "false"}, {"maybe", ""}},
    {"benchmark_display_aggregates_only", {"true", "false"}, {"maybe", ""}},
    {"benchmark_format", {"console", "json", "csv"}, {"xml", "", "JSON"}},
    {"benchmark_out", {"out.txt"}, {""}},
    {"benchmark_out_format", {"console", "json", "csv"}, {"xml", ""}},
    {"benchmark_color", {"auto", "true", "false", "yes"}, {"blue", ""}},
    {"benchmark_counters_tabular", {"true"}, {"false", "maybe"}},
    {"benchmark_perf_counters", {""}, {"CYCLES", "CYCLES,INSTRUCTIONS"}},
    {"benchmark_context", {"a=b", "a=b,c=d", "a=", "a=b=c"}, {"", "a", "=b", "a=b,", "a=b,c", "num_cpus=7"}},
    {"benchmark_time_unit", {"ns", "us", "ms", "s"}, {"minutes", "", "NS"}},
    {"v", {"0"}, {"1", "-1", "", "x"}},
};

std::string flag_of(const Values& values, const std::string& value) { return "--" + values.flag + "=" + value; }

const char* empty_environment(const char*) { return nullptr; }

BenchmarkFlags parse(const Texts& arguments) { return parse_benchmark_flags(arguments, empty_environment); }

/// What is wrong; empty for nothing.
std::string refusal(const Texts& arguments, const Environment& environment = empty_environment) {
  try {
    parse_benchmark_flags(arguments, environment);
  } catch (const UsageError& error) {
    return error.what();
  }
  return {};
}

std::string variable_of(const Values& values) {
  std::string name = values.flag;
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::toupper(c); });
  return name;
}

/// One variable and no other.
Environment only(const std::string& variable, const std::string& value) {
  return [=](const char* name) { return name == variable ? value.c_str() : nullptr; };
}

std::set<std::string> flags_of_the_library() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<void*>(&::benchmark::Initialize), &info) == 0) return {};
  std::ifstream file(info.dli_fname, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const std::regex symbol("FLAGS_([a-z_]+?)(B5cxx11)?E\\b");
  std::set<std::string> names;
  for (std::sregex_iterator at(bytes.begin(), bytes.end(), symbol), end; at != end; ++at) names.insert((*at)[1]);
  return names;
}

TEST(BenchmarkFlags, The_table_has_every_flag_of_the_installed_library) {
  const auto known = flags_of_the_library();
  if (known.empty()) GTEST_SKIP() << "the library's file has no symbols of its flags";
  std::set<std::string> rows;
  for (const FlagRow& row : flag_rows()) rows.emplace(row.name);
  EXPECT_EQ(rows, known);
  std::set<std::string> tried;
  for (const Values& values : all_values) tried.insert(values.flag);
  EXPECT_EQ(rows, tried);
}

TEST(BenchmarkFlags, Each_is_taken_or_refused_by_its_name) {
  for (const Values& values : all_values) {
    for (const std::string& good : values.good) EXPECT_EQ(refusal({flag_of(values, good)}), "") << values.flag;
    for (const std::string& bad : values.bad) {
      EXPECT_THAT(refusal({flag_of(values, bad)}), HasSubstr(flag_of(values, bad) + ": must be "));
    }
  }
}

TEST(BenchmarkFlags, A_wrong_value_is_refused_beside_any_other_flag_and_two_right_ones_are_taken) {
  for (const Values& one : all_values) {
    for (const Values& other : all_values) {
      for (const std::string& good : one.good) {
        for (const std::string& also_good : other.good) {
          EXPECT_EQ(refusal({flag_of(one, good), flag_of(other, also_good)}), "");
        }
        for (const std::string& bad : other.bad) {
          EXPECT_THAT(refusal({flag_of(one, good), flag_of(other, bad)}), HasSubstr(flag_of(other, bad)));
          EXPECT_THAT(refusal({flag_of(other, bad), flag_of(one, good)}), HasSubstr(flag_of(other, bad)));
        }
      }
    }
  }
}

TEST(BenchmarkFlags, The_environment_is_taken_and_refused_as_flags_are) {
  for (const Values& values : all_values) {
    if (values.flag == "v") continue;
    for (const std::string& good : values.good) EXPECT_EQ(refusal({}, only(variable_of(values), good)), "");
    for (const std::string& bad : values.bad) {
      if (bad.empty()) continue;  // an empty variable is none
      EXPECT_THAT(refusal({}, only(variable_of(values), bad)),
                  HasSubstr(variable_of(values) + "=" + bad + ": must be "));
    }
  }
  EXPECT_EQ(refusal({}, only("V", "3")), "") << "other programs mean something else by it";
}

TEST(BenchmarkFlags, A_flag_counts_more_than_the_environment_and_the_last_flag_most) {
  const auto three = only("BENCHMARK_REPETITIONS", "3");
  EXPECT_EQ(parse_benchmark_flags({}, three).repetitions, 3U);
  EXPECT_EQ(parse_benchmark_flags({"--benchmark_repetitions=7"}, three).repetitions, 7U);
  EXPECT_EQ(parse({"--benchmark_repetitions=7", "--benchmark_repetitions=2"}).repetitions, 2U);
}

TEST(BenchmarkFlags, Switches_need_no_value_and_others_do) {
  EXPECT_TRUE(parse({"--benchmark_list_tests"}).list_tests);
  EXPECT_TRUE(parse({"--benchmark_report_aggregates_only"}).aggregates_only);
  EXPECT_THAT(refusal({"--benchmark_filter"}), HasSubstr("--benchmark_filter=VALUE"));
}

TEST(BenchmarkFlags, Values_arrive) {
  const BenchmarkFlags flags =
      parse({"--benchmark_filter=-FC", "--benchmark_min_time=0.5", "--benchmark_min_warmup_time=2",
             "--benchmark_time_unit=ms", "--benchmark_context=a=b,c=d=e", "--benchmark_context=a=z",
             "--benchmark_out=o.csv", "--benchmark_out_format=csv", "--benchmark_format=json", "--benchmark_color=no"});
  EXPECT_EQ(flags.filter, "-FC");
  EXPECT_EQ(flags.repetition, Nanoseconds(0.5e9));
  EXPECT_EQ(flags.least_settling, Nanoseconds(2e9));
  EXPECT_EQ(flags.time_unit.name, "ms");
  EXPECT_EQ(flags.time_unit.per_ns, 1e-6);
  EXPECT_EQ(flags.context, (std::map<std::string, std::string>{{"a", "z"}, {"c", "d=e"}}));
  EXPECT_EQ(flags.out, "o.csv");
  EXPECT_EQ(flags.out_format, Format::csv);
  EXPECT_EQ(flags.format, Format::json);
  EXPECT_EQ(flags.color, false);
}

TEST(BenchmarkFlags, An_unknown_flag_is_answered_with_the_nearest) {
  EXPECT_THAT(refusal({"--benchmark_fliter=FC"}),
              AllOf(HasSubstr("--benchmark_fliter"), HasSubstr("'--benchmark_filter'?")));
  EXPECT_THAT(refusal({"--presett=full"}), HasSubstr("--presett=full"));
}

/// "json to out.json, console to -", or what is wrong.
std::string reports_of(const Texts& arguments, const std::string& json_path = {}) {
  try {
    std::string text;
    for (const ReportRequest& request : requested_reports(parse(arguments), json_path)) {
      text += (text.empty() ? "" : ", ") + std::string(name_of(request.format)) + " to " + request.path;
    }
    return text;
  } catch (const UsageError& error) {
    return error.what();
  }
}

TEST(SuiteReports, Each_flag_that_names_a_place_has_its_report) {
  EXPECT_EQ(reports_of({}), "console to -");
  EXPECT_EQ(reports_of({}, "o.json"), "json to o.json, console to -");
  EXPECT_EQ(reports_of({}, "-"), "json to -");
  EXPECT_EQ(reports_of({"--benchmark_out=o"}), "json to o, console to -");
  EXPECT_EQ(reports_of({"--benchmark_out=o", "--benchmark_out_format=csv"}, "j"), "json to j, csv to o, console to -");
  EXPECT_EQ(reports_of({"--benchmark_format=csv"}, "j"), "json to j, csv to -");
  EXPECT_EQ(reports_of({"--benchmark_out=/dev/stdout", "--benchmark_out_format=csv"}), "csv to /dev/stdout");
}

TEST(SuiteReports, What_is_asked_for_twice_is_there_once) {
  EXPECT_EQ(reports_of({"--benchmark_out=o"}, "./o"), "json to ./o, console to -") << "as it was given first";
  EXPECT_EQ(reports_of({"--benchmark_format=json"}, "-"), "json to -");
}

TEST(SuiteReports, Two_formats_in_one_place_are_refused) {
  const std::string csv = "--benchmark_out_format=csv";
  EXPECT_THAT(reports_of({"--benchmark_out=o", csv}, "o"),
              HasSubstr("--json and --benchmark_out would mix json and csv"));
  EXPECT_THAT(reports_of({"--benchmark_format=csv"}, "-"), HasSubstr("--json and --benchmark_format would mix"));
  EXPECT_THAT(reports_of({"--benchmark_format=console"}, "-"), HasSubstr("on standard output"));
  EXPECT_THAT(reports_of({csv}), HasSubstr("--benchmark_out=FILE"));
}

}  // namespace
}  // namespace kickbench::bench
