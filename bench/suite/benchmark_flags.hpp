// Google Benchmark's flags and environment variables: one table, in which each has its row. The values are checked here
// and not by the library, which ends the process over a wrong one, or takes it for another.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ring/units.hpp"

namespace kickbench::bench::suite {

enum class Format { console, json, csv };
std::string_view name_of(Format format);

struct TimeUnit {
  std::string_view name;
  double per_ns;
};
inline constexpr TimeUnit nanosecond{"ns", 1};

/// Keys of the context of Google Benchmark's JSON that have a meaning: no value of the user's can be among them.
inline constexpr std::array<std::string_view, 8> context_keys{
    "date", "host_name", "executable", "num_cpus", "mhz_per_cpu", "load_avg", "library_build_type", "absent"};

/// What the user asks for, checked.
struct BenchmarkFlags {
  bool list_tests = false;
  std::string filter{};
  Nanoseconds repetition{0.18e9};  ///< --benchmark_min_time: four slices
  Nanoseconds least_settling{};    ///< --benchmark_min_warmup_time
  std::uint32_t repetitions = 5;   ///< so that there is a spread
  bool aggregates_only = false;
  bool display_aggregates_only = false;  ///< on standard output
  std::optional<Format> format{};        ///< of standard output, where it was given
  std::string out{};
  std::optional<Format> out_format{};  ///< where it was given
  std::optional<bool> color{};
  TimeUnit time_unit = nanosecond;
  std::map<std::string, std::string> context{};  ///< by key
};

struct FlagRow {
  std::string_view name;     ///< "benchmark_filter": --benchmark_filter, and BENCHMARK_FILTER in the environment
  std::string_view values;   ///< what it must be, and what to do where that is only one thing
  std::string_view neutral;  ///< what the library itself is given
  bool is_switch;            ///< true is meant where no value is given
  bool (*take)(const std::string& value, BenchmarkFlags& flags);  ///< false for a wrong value
};
/// All flags of the library, those that are refused among them.
std::span<const FlagRow> flag_rows();

/// The value of an environment variable, or null.
using Environment = std::function<const char*(const char* name)>;

/// Flags count more than the environment, and later ones more than earlier ones; an empty variable is none. Throws
/// UsageError that names flag or variable and the remedy.
BenchmarkFlags parse_benchmark_flags(const std::vector<std::string>& arguments, const Environment& environment);

}  // namespace kickbench::bench::suite
