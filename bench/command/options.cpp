#include "bench/command/options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "bench/scenario/nearest_name.hpp"
#include "ring/split_layout.hpp"

namespace kickbench::bench::command {
namespace {

struct Unit {
  std::string_view name;
  double ns;
};
constexpr std::array units{Unit{"ns", 1}, Unit{"us", 1e3}, Unit{"ms", 1e6}, Unit{"s", 1e9}};

scenario::RingKind parse_ring(const std::string& name) {
  for (const scenario::RingKind ring : scenario::ring_kinds) {
    if (name_of(ring) == name) return ring;
  }
  throw scenario::UsageError(scenario::unknown_name("--ring", name, scenario::ring_kinds,
                                                    [](scenario::RingKind ring) { return name_of(ring); }));
}

scenario::Direction parse_direction(const std::string& name) {
  constexpr std::array directions{scenario::Direction::tx, scenario::Direction::rx};
  for (const scenario::Direction direction : directions) {
    if (name_of(direction) == name) return direction;
  }
  throw scenario::UsageError(
      scenario::unknown_name("--direction", name, directions, [](scenario::Direction d) { return name_of(d); }));
}

/// "event_idx,in_order", or "none".
Features parse_features(const std::string& list) {
  Features features;
  if (list == "none") return features;
  for (const std::string& name : items_of(list)) {
    const auto* row = std::ranges::find(scenario::feature_rows, name, &scenario::FeatureRow::name);
    if (row == scenario::feature_rows.end()) {
      throw scenario::UsageError(scenario::unknown_name("--features", name, scenario::feature_rows,
                                                        [](const scenario::FeatureRow& r) { return r.name; }));
    }
    features = features.with(row->feature);
  }
  return features;
}

WaitKind parse_wait(const std::string& option, const std::string& name, WaitKind fallback) {
  if (name.empty()) return fallback;
  for (const WaitKindRow& row : wait_kinds) {
    if (row.name == name) return row.kind;
  }
  throw scenario::UsageError(
      scenario::unknown_name(option, name, wait_kinds, [](const WaitKindRow& row) { return row.name; }));
}

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
  Number value = 0;
  const auto [rest, error] = std::from_chars(text.begin(), text.end(), value);
  return error == std::errc() && rest == text.end() ? std::optional(value) : std::nullopt;
}

}  // namespace

std::vector<std::string> items_of(const std::string& list) {
  std::vector<std::string> items;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    items.push_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return items;
}

std::uint32_t parse_count(const std::string& option, const std::string& text, std::uint32_t whole) {
  const std::size_t slash = text.find('/');
  const auto number = whole_number<std::uint32_t>(std::string_view(text).substr(0, slash));
  if (slash == std::string::npos && number && *number >= 1) return *number;
  if (slash != std::string::npos && number) {
    const auto divisor = whole_number<std::uint32_t>(std::string_view(text).substr(slash + 1));
    if (divisor && *number >= 1 && *number <= *divisor) {
      return std::max<std::uint32_t>(1, static_cast<std::uint32_t>(std::uint64_t{whole} * *number / *divisor));
    }
  }
  throw scenario::UsageError(option + " " + text +
                             ": must be a count of at least 1, or a fraction of the queue size such as 3/4");
}

std::uint32_t parse_whole(const std::string& option, const std::string& text) {
  const auto number = whole_number<std::uint32_t>(text);
  if (number && *number >= 1) return *number;
  throw scenario::UsageError(option + " " + text + ": must be a whole number, at least 1");
}

std::uint64_t parse_items(const std::string& option, const std::string& text) {
  const auto items = whole_number<std::uint64_t>(text);
  if (items && *items >= 1 && *items <= 1'000'000'000'000'000) return *items;
  throw scenario::UsageError(option + " " + text + ": must be a number of items from 1 to 10^15");
}

Nanoseconds parse_model_time(const std::string& option, const std::string& text) {
  long double value = 0;  // so that 1.1us becomes 1100 ns, not a neighbour of it
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  const std::string_view unit(rest, static_cast<std::size_t>(end - rest));
  if (error != std::errc() || !std::isfinite(value)) {
    throw scenario::UsageError(option + " '" + text +
                               "' is not a time: write a number and a unit, such as 1500ns, 2us or 1ms");
  }
  for (const Unit& known : units) {
    if (known.name == unit) return Nanoseconds(static_cast<double>(value * known.ns));
  }
  if (unit.empty()) {
    throw scenario::UsageError(option + " " + text + " lacks a unit: write " + text + "ns, " + text + "us, " + text +
                               "ms or " + text + "s");
  }
  throw scenario::UsageError(option + " '" + text + "': unit '" + std::string(unit) +
                             "' is unknown; use ns, us, ms or s");
}

Nanoseconds parse_duration(const std::string& option, const std::string& text) {
  const Nanoseconds time = parse_model_time(option, text);
  if (time < Nanoseconds(0) || time > Nanoseconds(1e9)) {
    throw scenario::UsageError(option + " " + text + " is outside of 0 to 1s");
  }
  return time;
}

host::IdleMode parse_idle(const std::string& text) {
  constexpr std::array<std::string_view, 2> names{"as-is", "poll"};
  if (text == names[0]) return host::IdleMode::as_is;
  if (text == names[1]) return host::IdleMode::poll;
  throw scenario::UsageError(scenario::unknown_name("--idle", text, names, [](std::string_view name) { return name; }));
}

void ScenarioOptions::add_side(CLI::App& app, SideText& side, char suffix, const std::string& role) {
  const std::string s(1, suffix);
  const auto time = [&](const std::string& name, std::string& text, const std::string& description) {
    app.add_option(name, text, description)->type_name("TIME")->default_str(text.empty() ? "0ns" : text);
  };
  time("--w" + s, side.work, "what the " + role + " spends on an item; 0ns: as fast as the ring");
  app.add_option("--k" + s, side.notify_threshold,
                 suffix == 'p' ? "filled slots at which the producer notifies a stopped consumer, or a fraction: 3/4"
                               : "free slots at which the consumer notifies a stopped producer, or a fraction: 3/4")
      ->type_name("COUNT")
      ->default_str(side.notify_threshold);
  app.add_option("--" + role + "-wait", side.wait,
                 "what the " + role + " does without work: poll, sleep, block, spin-block (default: block where a " +
                     "notifier can wake it, else poll)")
      ->type_name("NAME");
  time("--y" + s, side.sleep, "length of the " + role + "'s sleeps, for --" + role + "-wait sleep");
  time("--" + role + "-startup", side.extra_startup, "extra start-up of the " + role + ", spun when it is woken");
}

void ScenarioOptions::add_to(CLI::App& app) {
  const auto cost = [&](const char* option, std::string& text, const char* description) {
    app.add_option(option, text, description)->type_name("TIME")->default_str("0ns");
  };
  const auto name = [&](const char* option, std::string& text, const char* description) {
    CLI::Option* added = app.add_option(option, text, description)->type_name("NAME");
    if (!text.empty()) added->default_str(text);
  };
  name(
      "--ring", ring_,
      "split, packed, spsc, spsc-line or null; several with commas, such as split,split+in_order,spsc, or all, side by "
      "side");
  name("--direction", direction_, "tx: the driver produces; rx: the device does, into buffers that the driver posts");
  app.add_option("--queue-size", queue_size_, "descriptors, or slots, of the queue")
      ->type_name("COUNT")
      ->default_str(queue_size_);
  app.add_option("--features", features_, "of a virtqueue: event_idx, indirect, in_order, order_platform, or none")
      ->type_name("LIST")
      ->default_str(features_);
  app.add_option("--chain", chain_, "descriptors that hold one item")->type_name("COUNT")->default_str(chain_);
  app.add_option("--batch", batch_, "items that a side hands over at once, unless it has to wait")
      ->type_name("COUNT")
      ->default_str(batch_);
  name("--notify", notify_, "notifier for both directions (default: eventfd); see 'kickbench list'");
  name("--kick", kick_, "notifier from driver to device (default: as --notify)");
  name("--interrupt", interrupt_, "notifier from device to driver (default: as --notify)");
  cost("--kick-cost", kick_cost_, "extra cost of each kick, spun before it");
  cost("--interrupt-cost", interrupt_cost_, "extra cost of each interrupt, spun before it");
  add_side(app, producer_, 'p', "producer");
  add_side(app, consumer_, 'c', "consumer");
  app.add_option("--spin", spin_, "how long spin-block polls before it blocks")->type_name("TIME")->default_str(spin_);
  name("--place", place_, "auto, same-core, smt, l2, l3, numa, socket, or two CPU numbers P,C");
  name("--idle", idle_, "what idle CPUs do: as-is, or poll (needs /dev/cpu_dma_latency)");
  app.add_flag("--processes", processes_, "producer and consumer in processes of their own, not threads of one");
  app.footer(time_help);
}

std::vector<scenario::Scenario> ScenarioOptions::resolve() const {
  const std::string all = "split,split+in_order,packed,packed+in_order,spsc,spsc-line,null";
  std::vector<scenario::Scenario> scenarios;
  for (const std::string& ring : items_of(ring_ == "all" ? all : ring_)) scenarios.push_back(resolve(ring));
  return scenarios;
}

scenario::Scenario ScenarioOptions::resolve(const std::string& ring) const {
  constexpr std::string_view in_order = "+in_order";
  scenario::Scenario scenario;
  scenario.ring = parse_ring(ring.substr(0, ring.find(in_order)));
  scenario.direction = parse_direction(direction_);
  scenario.shape = {.queue_size = parse_whole("--queue-size", queue_size_),
                    .features = parse_features(features_),
                    .chain = parse_whole("--chain", chain_)};
  if (ring.ends_with(in_order)) scenario.shape.features = scenario.shape.features.with(Feature::in_order);
  scenario.batch = parse_whole("--batch", batch_);
  if (!notify_.empty()) {
    scenario::check_notifier("--notify", notify_);
    scenario.kick = scenario.interrupt = notify_;
  }
  if (!kick_.empty()) scenario.kick = kick_;
  if (!interrupt_.empty()) scenario.interrupt = interrupt_;
  const auto time = [](const std::string& option, const std::string& value, Nanoseconds& out) {
    if (!value.empty()) out = parse_duration(option, value);
  };
  time("--kick-cost", kick_cost_, scenario::kicking_side(scenario).extra_notify);
  time("--interrupt-cost", interrupt_cost_, scenario::interrupting_side(scenario).extra_notify);
  const auto resolve_side = [&](scenario::SideScenario& side, const SideText& text, char suffix,
                                const std::string& role, const std::string& incoming) {
    const std::string s(1, suffix);
    time("--w" + s, text.work, side.work);
    time("--y" + s, text.sleep, side.sleep);
    time("--" + role + "-startup", text.extra_startup, side.extra_startup);
    side.notify_threshold = parse_count("--k" + s, text.notify_threshold, scenario::slot_count(scenario));
    side.wait = parse_wait("--" + role + "-wait", text.wait, incoming == "none" ? WaitKind::poll : WaitKind::block);
  };
  resolve_side(scenario.producer, producer_, 'p', "producer", scenario::notifier_to_producer(scenario));
  resolve_side(scenario.consumer, consumer_, 'c', "consumer", scenario::notifier_to_consumer(scenario));
  scenario.spin = parse_duration("--spin", spin_);
  scenario.place = place_;
  scenario.idle = parse_idle(idle_);
  scenario.processes = processes_;
  scenario::check(scenario);
  return scenario;
}

void OutputOptions::add_to(CLI::App& app) {
  app.add_option("--json", json_path, "write the result as JSON to this file; - for standard output")
      ->type_name("FILE");
  app.add_flag("--quiet", quiet, "no progress on standard error");
  app.add_flag("--no-color", no_color, "no colours on standard error");
}

void OutputOptions::add_csv_to(CLI::App& app) {
  app.add_option("--csv", csv_path, "write the rows as CSV to this file; - for standard output")->type_name("FILE");
}

void OutputOptions::add_raw_to(CLI::App& app) {
  app.add_flag("--raw", raw, "every slice in the JSON, too, to select again from");
}

std::optional<output::OutputFile> OutputOptions::json() const {
  return json_path.empty() ? std::nullopt : std::optional<output::OutputFile>(std::in_place, "--json", json_path);
}

std::optional<output::OutputFile> OutputOptions::csv() const {
  return csv_path.empty() ? std::nullopt : std::optional<output::OutputFile>(std::in_place, "--csv", csv_path);
}

}  // namespace kickbench::bench::command
