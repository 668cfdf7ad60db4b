#include "bench/command/option_rules.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

#include "bench/command/options.hpp"
#include "bench/output/output_file.hpp"
#include "bench/scenario/scenario.hpp"

namespace kickbench::bench::command {
namespace {

using Given = GivenOptions;

// --- run

bool any_ring_is_a_virtqueue(const Given& given) {
  const std::string rings = given.value("ring");
  return rings == "all" || std::ranges::any_of(items_of(rings), [](const std::string& ring) {
           return ring.starts_with("split") || ring.starts_with("packed");
         });
}

bool names_one_ring(const Given& given) {
  const std::string rings = given.value("ring");
  return rings != "all" && rings.find(',') == std::string::npos;
}

/// The notifier that would wake the role: a kick in the direction of the device, else an interrupt.
std::string notifier_towards(const Given& given, std::string_view role) {
  const bool device_is_woken = (role == "consumer") == (given.value("direction") != "rx");
  const std::string_view own = device_is_woken ? "kick" : "interrupt";
  if (given.has(own)) return given.value(own);
  return given.has("notify") ? given.value("notify") : "eventfd";
}

std::string wait_of(const Given& given, const std::string& role) {
  const std::string option = role + "-wait";
  if (given.has(option)) return given.value(option);
  return notifier_towards(given, role) == "none" ? "poll" : "block";
}

bool blocks(const Given& given, const std::string& role) { return wait_of(given, role).ends_with("block"); }
bool sleeps(const Given& given, const std::string& role) { return wait_of(given, role) == "sleep"; }
bool producer_blocks(const Given& given) { return blocks(given, "producer"); }
bool consumer_blocks(const Given& given) { return blocks(given, "consumer"); }
bool producer_sleeps(const Given& given) { return sleeps(given, "producer"); }
bool consumer_sleeps(const Given& given) { return sleeps(given, "consumer"); }
bool kicked_side_blocks(const Given& given) {
  return blocks(given, given.value("direction") == "rx" ? "producer" : "consumer");
}
bool interrupted_side_blocks(const Given& given) {
  return blocks(given, given.value("direction") == "rx" ? "consumer" : "producer");
}
bool a_side_spins(const Given& given) {
  return wait_of(given, "producer") == "spin-block" || wait_of(given, "consumer") == "spin-block";
}
bool a_direction_is_left(const Given& given) { return !given.has("kick") || !given.has("interrupt"); }
bool has_json(const Given& given) { return given.has("json"); }
bool lacks_duration(const Given& given) { return !given.has("duration"); }

// --- predict, simulate

bool syncs_by_notification(const Given& given) { return given.value("sync") == "notification"; }
bool syncs_by_sleep(const Given& given) { return given.value("sync") == "sleep"; }
bool has_calibration(const Given& given) { return given.has("calibration"); }
bool lacks_a_cost(const Given& given) {
  return std::ranges::any_of(std::array{"np", "nc", "sp", "sc"}, [&](const char* cost) { return !given.has(cost); });
}
bool lacks_vary(const Given& given) { return !given.has("vary"); }
/// A distribution is spelled with a colon; a calibration's costs are drawn.
bool has_a_random_cost(const Given& given) {
  constexpr std::array costs{"wp", "wc", "np", "nc", "sp", "sc", "producer-oversleep", "consumer-oversleep"};
  return given.has("calibration") || std::ranges::any_of(costs, [&](const char* cost) {
           return !given.is_varied(cost) && given.value(cost).find(':') != std::string::npos;
         });
}

constexpr std::string_view all = "doctor calibrate predict simulate run bench validate list";
constexpr std::string_view model = "predict simulate";

constexpr std::array rules{
    OptionRule{all, "help json quiet no-color", "", nullptr},
    OptionRule{"run", "ring direction queue-size batch wp wc producer-wait consumer-wait processes kick interrupt", "",
               nullptr},
    OptionRule{"run bench validate calibrate", "place idle", "", nullptr},
    OptionRule{"run validate", "duration repetitions", "", nullptr},
    OptionRule{"run bench validate", "calibration", "", nullptr},
    OptionRule{"bench", "preset raw", "", nullptr},
    OptionRule{"validate", "grid only seed", "", nullptr},
    OptionRule{"calibrate", "notify rounds out", "", nullptr},
    OptionRule{model, "sync wp wc queue-size vary csv", "", nullptr},
    OptionRule{"simulate", "items", "", nullptr},
    OptionRule{"run", "notify", "where --kick or --interrupt is left out", a_direction_is_left},
    OptionRule{"run", "features chain", "with a virtqueue: --ring split or packed", any_ring_is_a_virtqueue},
    OptionRule{"run", "yp", "with --producer-wait sleep", producer_sleeps},
    OptionRule{"run", "yc", "with --consumer-wait sleep", consumer_sleeps},
    OptionRule{"run", "kp consumer-startup",
               "where the consumer is woken: a notifier, --consumer-wait block or spin-block", consumer_blocks},
    OptionRule{"run", "kc producer-startup",
               "where the producer is woken: a notifier, --producer-wait block or spin-block", producer_blocks},
    OptionRule{"run", "kick-cost", "where the side that is kicked waits by block or spin-block", kicked_side_blocks},
    OptionRule{"run", "interrupt-cost", "where the side that is interrupted waits by block or spin-block",
               interrupted_side_blocks},
    OptionRule{"run", "raw", "with --json", has_json},
    OptionRule{"run", "spin", "with --producer-wait or --consumer-wait spin-block", a_side_spins},
    OptionRule{"run", "items", "without --duration", lacks_duration},
    OptionRule{"run", "items", "with one ring: several are measured for a --duration", names_one_ring},
    OptionRule{model, "np nc sp sc kp kc", "with --sync notification", syncs_by_notification},
    OptionRule{model, "yp yc", "with --sync sleep", syncs_by_sleep},
    OptionRule{"simulate", "producer-oversleep consumer-oversleep", "with --sync sleep", syncs_by_sleep},
    OptionRule{model, "calibration", "with --sync notification", syncs_by_notification},
    OptionRule{model, "calibration", "where one of --np, --nc, --sp, --sc is left out", lacks_a_cost},
    OptionRule{model, "notify idle-time", "with --calibration", has_calibration},
    OptionRule{"run bench validate predict simulate", "force", "with --calibration", has_calibration},
    OptionRule{"simulate", "seed", "with a random cost: a distribution, or --calibration", has_a_random_cost},
    OptionRule{"simulate", "timeline", "without --vary", lacks_vary},
};

/// "json" of "--json".
std::string bare_name(const CLI::Option& option) {
  const std::string name = option.get_name();
  return name.substr(std::min(name.find_first_not_of('-'), name.size()));
}

/// As the user gave it: "--yp 5us", "--force", "--vary yp".
std::string as_given(const std::string& option, const Given& given) {
  const std::vector<std::string> values = given.values(option);
  if (values.empty()) return "--vary " + option;
  return "--" + option + (given.is_flag(option) ? "" : " " + values.back());
}

void check_rule(const OptionRule& rule, const std::string& option, const Given& given) {
  if (rule.holds == nullptr || rule.holds(given)) return;
  throw scenario::UsageError(as_given(option, given) + " has no effect: it matters only " + std::string(rule.matters) +
                             "; leave it out");
}

void check_axes(const Given& given) {
  for (const std::string& axis : given.values("vary")) {
    const std::string name = axis.substr(0, axis.find('='));
    if (!given.values(name).empty()) {
      throw scenario::UsageError("--vary " + name + " and " + as_given(name, given) +
                                 " contradict each other: leave one out");
    }
  }
}

/// Two outputs in one place would mix.
void check_destinations(const Given& given) {
  std::map<std::string, std::string> taken;
  for (const char* option : {"json", "csv", "out"}) {
    if (!given.has(option)) continue;
    const std::string path = given.value(option);
    const bool is_file = !output::is_standard_output(path);
    std::error_code unknown;
    const std::string place =
        is_file ? std::filesystem::weakly_canonical(std::filesystem::absolute(path), unknown).string() : path;
    const auto [other, is_new] = taken.emplace(place, option);
    if (is_new) continue;
    throw scenario::UsageError("--" + other->second + " " + path + " and --" + option + " " + path + " would mix " +
                               (is_file ? "in one file" : "on standard output") +
                               ": name another file for one of them");
  }
}

}  // namespace

GivenOptions::GivenOptions(const CLI::App& command) : command_(command) {}

std::vector<std::string> GivenOptions::values(std::string_view option) const {
  const CLI::Option* found = command_.get_option_no_throw("--" + std::string(option));
  if (found == nullptr || found->count() == 0) return {};
  return found->results();
}

bool GivenOptions::is_flag(std::string_view option) const {
  const CLI::Option* found = command_.get_option_no_throw("--" + std::string(option));
  return found != nullptr && found->get_items_expected_min() == 0;
}

bool GivenOptions::is_varied(std::string_view option) const {
  return std::ranges::any_of(values("vary"), [&](const std::string& axis) {
    return std::string_view(axis).substr(0, axis.find('=')) == option;
  });
}

bool GivenOptions::has(std::string_view option) const { return !values(option).empty() || is_varied(option); }

std::string GivenOptions::value(std::string_view option) const {
  const std::vector<std::string> given = values(option);
  if (!given.empty()) return given.back();
  const CLI::Option* found = command_.get_option_no_throw("--" + std::string(option));
  return found == nullptr ? std::string() : found->get_default_str();
}

std::span<const OptionRule> option_rules() { return rules; }

bool has_name(std::string_view names, std::string_view name) {
  for (std::size_t begin = 0; begin < names.size();) {
    const std::size_t end = std::min(names.find(' ', begin), names.size());
    if (names.substr(begin, end - begin) == name) return true;
    begin = end + 1;
  }
  return false;
}

void check_options(const CLI::App& command) {
  const Given given(command);
  check_axes(given);
  for (const CLI::Option* option : command.get_options()) {
    const std::string name = bare_name(*option);
    if (!given.has(name)) continue;
    for (const OptionRule& rule : rules) {
      if (has_name(rule.commands, command.get_name()) && has_name(rule.options, name)) check_rule(rule, name, given);
    }
  }
  check_destinations(given);
}

}  // namespace kickbench::bench::command
