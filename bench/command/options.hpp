// Options that mean the same in every command that takes them.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bench/command/exit_code.hpp"
#include "bench/host/idle.hpp"
#include "bench/output/output_file.hpp"
#include "bench/scenario/scenario.hpp"

namespace kickbench::bench::command {

/// What TIME means in the help of a command.
inline constexpr const char* time_help = "TIME is a number with its unit: 1500ns, 2us, 0.5ms, 1s.";

/// "1500ns", "2us", "0.5ms", "1s" -> time. `option` is named in the error. Throws UsageError for a number without unit,
/// a negative number, or more than a second (no run could be stopped in the middle of it).
Nanoseconds parse_duration(const std::string& option, const std::string& text);

/// The same for a time of the model, which may be negative, and longer.
Nanoseconds parse_model_time(const std::string& option, const std::string& text);

/// A count, or a fraction of `whole` such as 3/4 (rounded down, at least 1). Throws UsageError.
std::uint32_t parse_count(const std::string& option, const std::string& text, std::uint32_t whole);

/// "a,b" -> "a" and "b".
std::vector<std::string> items_of(const std::string& list);

/// A whole number, at least 1. Throws UsageError.
std::uint32_t parse_whole(const std::string& option, const std::string& text);

/// A number of items: at least 1, at most 10^15. Throws UsageError.
std::uint64_t parse_items(const std::string& option, const std::string& text);

/// The text of options that describe a scenario, until all are known and can be checked together.
class ScenarioOptions {
 public:
  void add_to(CLI::App& app);
  /// One scenario for each ring that was named. Throws UsageError.
  std::vector<scenario::Scenario> resolve() const;

 private:
  struct SideText {
    std::string work;
    std::string notify_threshold = "1";
    std::string wait{}, sleep{}, extra_startup{};
  };
  scenario::Scenario resolve(const std::string& ring) const;
  void add_side(CLI::App& app, SideText& side, char suffix, const std::string& role);

  std::string ring_ = "split";
  std::string direction_ = "tx";
  std::string queue_size_ = "256";
  std::string features_ = "event_idx";
  std::string chain_ = "1";
  std::string batch_ = "1";
  std::string notify_, kick_, interrupt_;
  std::string kick_cost_, interrupt_cost_;
  SideText producer_{.work = "2us"};
  SideText consumer_{.work = "1us"};
  std::string spin_ = "20us";
  std::string place_ = "auto";
  std::string idle_ = "as-is";
  bool processes_ = false;
};

/// --idle as-is|poll alone. Throws UsageError.
host::IdleMode parse_idle(const std::string& text);

/// --json, --quiet, --no-color; --csv in commands whose result is a table of rows.
struct OutputOptions {
  std::string json_path;
  std::string csv_path;
  bool raw = false;  ///< the JSON has every slice, too
  bool quiet = false;
  bool no_color = false;

  void add_to(CLI::App& app);
  void add_csv_to(CLI::App& app);
  void add_raw_to(CLI::App& app);
  /// Open what is to be written. Throw UsageError.
  std::optional<output::OutputFile> json() const;
  std::optional<output::OutputFile> csv() const;
  /// True if the table goes to stdout: neither JSON nor CSV does.
  bool wants_table() const { return !output::is_standard_output(json_path) && !output::is_standard_output(csv_path); }
};

/// What a command's callback returns becomes the exit code.
using CommandBody = std::function<ExitCode()>;

}  // namespace kickbench::bench::command
