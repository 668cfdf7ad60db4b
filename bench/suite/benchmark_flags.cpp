#include "bench/suite/benchmark_flags.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "bench/scenario/nearest_name.hpp"
#include "bench/scenario/scenario.hpp"
#include "bench/suite/google_benchmark.hpp"

namespace kickbench::bench::suite {
namespace {

constexpr std::string_view prefix = "benchmark_";

constexpr std::array format_names{std::pair{Format::console, std::string_view("console")},
                                  std::pair{Format::json, std::string_view("json")},
                                  std::pair{Format::csv, std::string_view("csv")}};

constexpr std::array time_units{nanosecond, TimeUnit{"us", 1e-3}, TimeUnit{"ms", 1e-6}, TimeUnit{"s", 1e-9}};

constexpr std::string_view truth_values = "true or false";
constexpr std::string_view seconds_values = "a number of seconds from 0 to 1000000, without a unit";
constexpr std::string_view format_values = "console, json or csv";
constexpr std::string_view context_values =
    "KEY=VALUE, or several of them with commas; a key that the context has already (docs/measuring.md) cannot be taken";

/// As the library reads them, in any case of letters.
std::optional<bool> truth(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto is_one_of = [&](const std::array<std::string_view, 6>& names) {
    return std::ranges::find(names, text) != names.end();
  };
  if (is_one_of({"1", "t", "y", "true", "yes", "on"})) return true;
  if (is_one_of({"0", "f", "n", "false", "no", "off"})) return false;
  return std::nullopt;
}

template <class Number>
std::optional<Number> number(const std::string& text, Number lower, Number upper) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && value >= lower && value <= upper ? std::optional(value) : std::nullopt;
}

bool take_truth(const std::string& text, bool& out) {
  const auto value = truth(text);
  out = value.value_or(out);
  return value.has_value();
}

bool take_seconds(const std::string& text, Nanoseconds& out) {
  const auto seconds = number(text, 0.0, 1e6);
  if (seconds) out = Nanoseconds(*seconds * 1e9);
  return seconds.has_value();
}

bool take_format(const std::string& text, std::optional<Format>& out) {
  const auto* row = std::ranges::find(format_names, text, [](const auto& pair) { return pair.second; });
  if (row == format_names.end()) return false;
  out = row->first;
  return true;
}

bool take_repetitions(const std::string& text, BenchmarkFlags& flags) {
  const auto count = number<std::uint32_t>(text, 1, 1'000'000);
  flags.repetitions = count.value_or(flags.repetitions);
  return count.has_value();
}

bool take_color(const std::string& text, BenchmarkFlags& flags) {
  flags.color = truth(text);
  return flags.color || text == "auto";
}

bool take_time_unit(const std::string& text, BenchmarkFlags& flags) {
  const auto* unit = std::ranges::find(time_units, text, &TimeUnit::name);
  if (unit == time_units.end()) return false;
  flags.time_unit = *unit;
  return true;
}

bool take_context(const std::string& text, BenchmarkFlags& flags) {
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string item = text.substr(begin, end - begin);
    const std::size_t equals = item.find('=');
    if (equals == std::string::npos || equals == 0) return false;
    const std::string key = item.substr(0, equals);
    if (std::ranges::find(context_keys, key) != context_keys.end()) return false;
    flags.context[key] = item.substr(equals + 1);
    begin = end + 1;
  }
  return true;
}

bool is_true(const std::string& text, BenchmarkFlags&) { return truth(text) == true; }

constexpr std::array rows{
    FlagRow{"benchmark_list_tests", truth_values, "false", true,
            [](const std::string& text, BenchmarkFlags& flags) { return take_truth(text, flags.list_tests); }},
    FlagRow{"benchmark_filter",
            "a regular expression (POSIX, extended), or one with a '-' before it for all that it does not match", "",
            false,
            [](const std::string& text, BenchmarkFlags& flags) {
              flags.filter = text;
              return is_filter(text);
            }},
    FlagRow{"benchmark_min_time", seconds_values, "0", false,
            [](const std::string& text, BenchmarkFlags& flags) { return take_seconds(text, flags.repetition); }},
    FlagRow{"benchmark_min_warmup_time", seconds_values, "0", false,
            [](const std::string& text, BenchmarkFlags& flags) { return take_seconds(text, flags.least_settling); }},
    FlagRow{"benchmark_repetitions", "a whole number from 1 to 1000000", "1", false, take_repetitions},
    FlagRow{"benchmark_enable_random_interleaving",
            "true: repetitions are always interleaved, in an order that is drawn; leave the flag out", "false", true,
            is_true},
    FlagRow{"benchmark_report_aggregates_only", truth_values, "false", true,
            [](const std::string& text, BenchmarkFlags& flags) { return take_truth(text, flags.aggregates_only); }},
    FlagRow{
        "benchmark_display_aggregates_only", truth_values, "false", true,
        [](const std::string& text, BenchmarkFlags& flags) { return take_truth(text, flags.display_aggregates_only); }},
    FlagRow{"benchmark_format", format_values, "console", false,
            [](const std::string& text, BenchmarkFlags& flags) { return take_format(text, flags.format); }},
    FlagRow{"benchmark_out", "the name of a file", "", false,
            [](const std::string& text, BenchmarkFlags& flags) { return !(flags.out = text).empty(); }},
    FlagRow{"benchmark_out_format", format_values, "json", false,
            [](const std::string& text, BenchmarkFlags& flags) { return take_format(text, flags.out_format); }},
    FlagRow{"benchmark_color", "auto, true or false", "false", false, take_color},
    FlagRow{"benchmark_counters_tabular", "true: the table always has a column for each figure; leave the flag out",
            "false", true, is_true},
    FlagRow{"benchmark_perf_counters",
            "empty: the library would count a thread that is not measured; leave the flag out, and count with 'perf "
            "stat'",
            "", false, [](const std::string& text, BenchmarkFlags&) { return text.empty(); }},
    FlagRow{"benchmark_context", context_values, "", false, take_context},
    FlagRow{"benchmark_time_unit", "ns, us, ms or s", "ns", false, take_time_unit},
    FlagRow{"v", "0: the library's own log tells nothing of what is measured; leave the flag out", "0", false,
            [](const std::string& text, BenchmarkFlags&) { return text == "0"; }},
};

void take(const FlagRow& row, const std::string& given, const std::string& value, BenchmarkFlags& flags) {
  if (!row.take(value, flags)) throw scenario::UsageError(given + ": must be " + std::string(row.values));
}

void take_environment(const Environment& environment, BenchmarkFlags& flags) {
  for (const FlagRow& row : rows) {
    if (!row.name.starts_with(prefix)) continue;  // V is too short a name to be meant for us
    std::string name(row.name);
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::toupper(c); });
    const char* const value = environment(name.c_str());
    if (value == nullptr || *value == '\0') continue;
    take(row, "environment variable " + name + "=" + value, value, flags);
  }
}

void take_argument(const std::string& argument, BenchmarkFlags& flags) {
  const std::size_t equals = std::min(argument.find('='), argument.size());
  const std::string flag = argument.substr(0, equals);
  const auto* row = std::ranges::find_if(rows, [&](const FlagRow& r) { return flag == "--" + std::string(r.name); });
  if (row == rows.end()) {
    if (!flag.starts_with("--" + std::string(prefix))) {
      throw scenario::UsageError("bench does not know '" + argument +
                                 "'; see 'kickbench bench --help', or give a --benchmark_* flag");
    }
    throw scenario::UsageError(
        scenario::unknown_name("flag", flag, rows, [](const FlagRow& r) { return "--" + std::string(r.name); }));
  }
  if (equals == argument.size() && !row->is_switch) {
    throw scenario::UsageError(flag + ": needs a value: " + flag + "=VALUE, " + std::string(row->values));
  }
  take(*row, argument, equals == argument.size() ? "true" : argument.substr(equals + 1), flags);
}

}  // namespace

std::string_view name_of(Format format) {
  return std::ranges::find(format_names, format, [](const auto& pair) { return pair.first; })->second;
}

std::span<const FlagRow> flag_rows() { return rows; }

BenchmarkFlags parse_benchmark_flags(const std::vector<std::string>& arguments, const Environment& environment) {
  BenchmarkFlags flags;
  take_environment(environment, flags);
  for (const std::string& argument : arguments) take_argument(argument, flags);
  return flags;
}

}  // namespace kickbench::bench::suite
