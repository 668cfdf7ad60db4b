// Which options are taken together, against a list of its own: what is refused alone, what mends that, what
// contradicts.
#include "bench/command/option_rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "bench/command/commands.hpp"

namespace kickbench::bench::command {
namespace {

using Names = std::set<std::string>;

/// What a user might give to an option; "TIME" of most. Nothing is opened or measured by parsing.
const std::map<std::string, std::string> samples{
    {"ring", "packed"}, {"direction", "rx"},      {"features", "event_idx"},  {"notify", "futex"},
    {"kick", "futex"},  {"interrupt", "futex"},   {"producer-wait", "sleep"}, {"consumer-wait", "spin-block"},
    {"sync", "sleep"},  {"vary", "wp=1us:2us:3"}, {"np", "exp:1us"},          {"json", "a.json"},
    {"csv", "a.csv"},   {"out", "a.out"},         {"calibration", "c.json"},  {"place", "auto"},
};

/// One command: the options that are refused alone, each with those that mend it, and the pairs that contradict.
struct Expected {
  std::string command;
  std::map<std::string, Names> mended_by;
  std::set<Names> contradict;
};

// The sample of --producer-wait is sleep, and that of --consumer-wait spin-block.
const std::vector<Expected> expected{
    {"doctor", {}, {}},
    {"list", {}, {}},
    {"calibrate", {}, {}},
    {"bench", {{"force", {"calibration"}}}, {}},
    {"validate", {{"force", {"calibration"}}}, {}},
    {"run",
     {{"force", {"calibration"}},
      {"raw", {"json"}},
      {"yp", {"producer-wait"}},
      {"yc", {}},
      {"spin", {"consumer-wait"}}},
     {{"items", "duration"},
      {"kc", "producer-wait"},
      {"producer-startup", "producer-wait"},
      {"interrupt-cost", "producer-wait"}}},
    {"predict",
     {{"force", {"calibration"}},
      {"notify", {"calibration"}},
      {"idle-time", {"calibration"}},
      {"yp", {"sync"}},
      {"yc", {"sync"}}},
     {{"wp", "vary"},
      {"np", "sync"},
      {"nc", "sync"},
      {"sp", "sync"},
      {"sc", "sync"},
      {"kp", "sync"},
      {"kc", "sync"},
      {"calibration", "sync"}}},
    {"simulate",
     {{"force", {"calibration"}},
      {"notify", {"calibration"}},
      {"idle-time", {"calibration"}},
      {"seed", {"calibration", "np"}},
      {"yp", {"sync"}},
      {"yc", {"sync"}},
      {"producer-oversleep", {"sync"}},
      {"consumer-oversleep", {"sync"}}},
     {{"wp", "vary"},
      {"timeline", "vary"},
      {"np", "sync"},
      {"nc", "sync"},
      {"sp", "sync"},
      {"sc", "sync"},
      {"kp", "sync"},
      {"kc", "sync"},
      {"calibration", "sync"}}},
};

/// The names of a command's options, or of those alone that take no value.
std::vector<std::string> options_of(const std::string& command, bool flags_only = false) {
  std::vector<std::string> names;
  for (const CommandRow& row : command_rows()) {
    if (row.name != command) continue;
    CLI::App app;
    const CommandBody body = row.add(app);
    for (const CLI::Option* option : app.get_options()) {
      if (option->get_name() == "--help" || (flags_only && option->get_items_expected_min() != 0)) continue;
      names.push_back(option->get_name().substr(2));
    }
  }
  return names;
}

/// Empty, or what was wrong.
std::string refusal(const std::vector<std::string>& arguments) {
  try {
    parse_command_line(arguments);
    return "";
  } catch (const scenario::UsageError& error) {
    return error.what();
  }
}
std::string refusal(const std::string& line) {
  std::istringstream words(line);
  return refusal(std::vector<std::string>(std::istream_iterator<std::string>(words), {}));
}

std::string refusal(const std::string& command, const Names& options) {
  const std::vector<std::string> flag_list = options_of(command, true);
  const Names flags(flag_list.begin(), flag_list.end());
  std::vector<std::string> arguments{command};
  for (const std::string& option : options) {
    arguments.push_back("--" + option);
    if (flags.contains(option)) continue;
    const auto sample = samples.find(option);
    arguments.push_back(sample == samples.end() ? "5us" : sample->second);
  }
  return refusal(arguments);
}

/// Of one or two options.
bool is_refused(const Expected& rules, const Names& options) {
  if (rules.contradict.contains(options)) return true;
  for (const std::string& option : options) {
    const auto row = rules.mended_by.find(option);
    if (row == rules.mended_by.end()) continue;
    const bool is_mended =
        std::ranges::any_of(options, [&](const std::string& other) { return row->second.contains(other); });
    if (!is_mended) return true;
  }
  return false;
}

TEST(OptionRules, All_pairs_are_taken_or_refused_as_listed) {
  std::size_t pair_count = 0;
  for (const Expected& rules : expected) {
    const std::vector<std::string> options = options_of(rules.command);
    EXPECT_FALSE(options.empty()) << rules.command;
    for (const std::string& a : options) {
      for (const std::string& b : options) {
        if (b < a) continue;
        const Names pair{a, b};
        const std::string text = refusal(rules.command, pair);
        EXPECT_EQ(!text.empty(), is_refused(rules, pair)) << rules.command << " --" << a << " --" << b << ": " << text;
        ++pair_count;
      }
    }
  }
  EXPECT_GT(pair_count, 1000U);
}

TEST(OptionRules, Each_option_of_each_command_has_a_row) {
  for (const CommandRow& command : command_rows()) {
    for (const std::string& option : options_of(command.name)) {
      EXPECT_TRUE(std::ranges::any_of(option_rules(),
                                      [&](const OptionRule& rule) {
                                        return has_name(rule.commands, command.name) && has_name(rule.options, option);
                                      }))
          << command.name << " --" << option;
    }
  }
}

TEST(OptionRules, Each_row_is_of_options_that_exist) {
  const auto words = [](std::string_view text) {
    std::istringstream in{std::string(text)};
    return Names(std::istream_iterator<std::string>(in), {});
  };
  for (const OptionRule& rule : option_rules()) {
    for (const std::string& command : words(rule.commands)) {
      const std::vector<std::string> options = options_of(command);
      for (const std::string& option : words(rule.options)) {
        if (option == "help") continue;
        EXPECT_THAT(options, testing::Contains(option)) << command;
      }
    }
  }
}

TEST(OptionRules, What_matters_depends_on_values) {
  const std::vector<std::string> taken{"run --producer-wait spin-block --spin 5us",
                                       "run --ring spsc,split --features event_idx",
                                       "run --consumer-wait sleep --yc 5us",
                                       "run --notify none --kick futex --kp 3",
                                       "run --kick none --direction rx --kp 3",
                                       "run --direction rx --kick futex --interrupt none --kick-cost 1us",
                                       "simulate --wp exp:2us --seed 7",
                                       "predict --sync sleep --vary yp=1us:2us:3",
                                       "predict --np 1us --nc 1us --sp 1us --calibration c.json"};
  for (const std::string& line : taken) EXPECT_EQ(refusal(line), "") << line;

  const std::vector<std::string> refused{"run --producer-wait block --spin 5us",
                                         "run --ring spsc,null --features event_idx",
                                         "run --ring all --items 5",
                                         "run --ring spsc --chain 3",
                                         "run --notify none --kp 3",
                                         "run --notify none --kick-cost 1us",
                                         "run --kick none --kp 3",
                                         "run --consumer-wait poll --consumer-startup 1us",
                                         "run --kick futex --interrupt futex --notify eventfd",
                                         "simulate --wp 2us --seed 7",
                                         "predict --vary yp=1us:2us:3",
                                         "predict --np 1us --nc 1us --sp 1us --sc 1us --calibration c.json"};
  for (const std::string& line : refused) EXPECT_THAT(refusal(line), testing::HasSubstr("has no effect")) << line;
}

TEST(OptionRules, A_refusal_says_what_was_given_and_when_it_matters) {
  EXPECT_EQ(refusal("run --yp 5us"),
            "--yp 5us has no effect: it matters only with --producer-wait sleep; leave it out");
  EXPECT_EQ(refusal("bench --force"), "--force has no effect: it matters only with --calibration; leave it out");
  EXPECT_EQ(refusal("predict --vary yc=1us:2us:3"),
            "--vary yc has no effect: it matters only with --sync sleep; leave it out");
  EXPECT_EQ(refusal("predict --wp 1us --vary wp=1us:2us:3"),
            "--vary wp and --wp 1us contradict each other: leave one out");
}

TEST(OptionRules, Two_outputs_do_not_mix) {
  for (const std::string line : {"predict --json - --csv -", "predict --json a --csv a", "predict --json a --csv ./a",
                                 "predict --json /tmp/x --csv /tmp/./x", "calibrate --json a --out a"}) {
    EXPECT_THAT(refusal(line), testing::HasSubstr("name another file")) << line;
  }
  EXPECT_EQ(refusal("predict --json - --csv a"), "");
}

/// The rows of the table in docs/options.md, as it is to be.
std::string table_of_rules() {
  std::string table;
  for (const OptionRule& rule : option_rules()) {
    if (rule.matters.empty()) continue;
    std::string options;
    std::istringstream words{std::string(rule.options)};
    for (std::string word; words >> word;) options += (options.empty() ? "`--" : ", `--") + word + "`";
    table += "| " + std::string(rule.commands) + " | " + options + " | " + std::string(rule.matters) + " |\n";
  }
  return table;
}

TEST(OptionRules, The_docs_have_the_table) {
  std::ifstream file(KICKBENCH_SOURCE_DIR "/docs/options.md");
  const std::string text(std::istreambuf_iterator<char>(file), {});
  EXPECT_THAT(text, testing::HasSubstr("|---|---|---|\n" + table_of_rules() + "\n"));
}

}  // namespace
}  // namespace kickbench::bench::command
