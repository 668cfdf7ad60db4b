// Which options matter when, and which contradict each other: one table for all commands, and one check. What has no
// effect is refused: whoever gave it expects one.
#pragma once

#include <CLI/CLI.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kickbench::bench::command {

/// What the user gave to one command. Options go by their names without dashes; --vary NAME=... gives NAME, too.
class GivenOptions {
 public:
  explicit GivenOptions(const CLI::App& command);

  bool has(std::string_view option) const;
  /// The text given, or the default; empty if there is none.
  std::string value(std::string_view option) const;
  /// All texts given, as often as the option was.
  std::vector<std::string> values(std::string_view option) const;
  bool is_varied(std::string_view option) const;
  bool is_flag(std::string_view option) const;

 private:
  const CLI::App& command_;
};

/// When options of these commands matter. One that has several rows needs all of them.
struct OptionRule {
  std::string_view commands;  ///< names, with blanks between them
  std::string_view options;   ///< the same, without dashes
  std::string_view matters;   ///< when, for people: "with --sync sleep"; empty: always
  bool (*holds)(const GivenOptions&);
};
std::span<const OptionRule> option_rules();

/// True if `names`, with blanks between them, have this one.
bool has_name(std::string_view names, std::string_view name);

/// Throws UsageError that names the option without effect, or the two that contradict each other, and the remedy.
void check_options(const CLI::App& command);

}  // namespace kickbench::bench::command
