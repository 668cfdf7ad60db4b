#include "bench/command/model_options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "bench/command/options.hpp"
#include "bench/scenario/nearest_name.hpp"

namespace kickbench::bench::command {
namespace {

using model::Sync;

constexpr std::uint32_t longest_axis = 10'000;

/// The parameters that can be varied, and where the text of each is kept.
struct Varied {
  std::string_view name;
  bool is_time;
  std::string& (*text)(ModelOptions&);
};

constexpr std::array varied{
    Varied{"wp", true, [](ModelOptions& o) -> std::string& { return o.producer.work; }},
    Varied{"wc", true, [](ModelOptions& o) -> std::string& { return o.consumer.work; }},
    Varied{"np", true, [](ModelOptions& o) -> std::string& { return o.producer.notify; }},
    Varied{"nc", true, [](ModelOptions& o) -> std::string& { return o.consumer.notify; }},
    Varied{"sp", true, [](ModelOptions& o) -> std::string& { return o.producer.startup; }},
    Varied{"sc", true, [](ModelOptions& o) -> std::string& { return o.consumer.startup; }},
    Varied{"kp", false, [](ModelOptions& o) -> std::string& { return o.producer.notify_threshold; }},
    Varied{"kc", false, [](ModelOptions& o) -> std::string& { return o.consumer.notify_threshold; }},
    Varied{"yp", true, [](ModelOptions& o) -> std::string& { return o.producer.sleep; }},
    Varied{"yc", true, [](ModelOptions& o) -> std::string& { return o.consumer.sleep; }},
    Varied{"queue-size", false, [](ModelOptions& o) -> std::string& { return o.queue_size; }},
};

const Varied& varied_of(std::string_view name) {
  const auto* found = std::ranges::find(varied, name, &Varied::name);
  if (found == varied.end()) {
    throw scenario::UsageError(
        scenario::unknown_name("--vary", name, varied, [](const Varied& row) { return row.name; }));
  }
  return *found;
}

/// From first to last in equal steps, each a multiple of 1 / resolution.
std::vector<double> evenly_spaced(double first, double last, std::uint32_t count, double resolution) {
  std::vector<double> values{first};
  for (std::uint32_t i = 1; i + 1 < count; ++i) {
    values.push_back(std::round((first + (last - first) * i / (count - 1)) * resolution) / resolution);
  }
  if (count > 1) values.push_back(last);
  return values;
}

Sync parse_sync(const std::string& name) {
  constexpr std::array syncs{Sync::busy_wait, Sync::notification, Sync::sleep};
  const auto name_of_sync = [](Sync sync) { return scenario::name_of(sync); };
  const auto* found = std::ranges::find(syncs, name, name_of_sync);
  if (found == syncs.end()) throw scenario::UsageError(scenario::unknown_name("--sync", name, syncs, name_of_sync));
  return *found;
}

model::Party resolve_party(const PartyText& text, char suffix, Question& question) {
  const std::string s(1, suffix);
  const bool notifies = question.sync == Sync::notification;
  const auto time = [&](const std::string& option, const std::string& value, bool used) {
    if (!value.empty()) return parse_model_time(option, value);
    if (used) question.assumptions.push_back(option + " is not given and taken as 0");
    return Nanoseconds(0);
  };
  return {.work = parse_model_time("--w" + s, text.work),
          .notify = time("--n" + s, text.notify, notifies),
          .startup = time("--s" + s, text.startup, notifies),
          .notify_threshold = parse_count("--k" + s, text.notify_threshold, question.parameters.queue_size),
          .sleep = time("--y" + s, text.sleep, false)};
}

void add_party(CLI::App& app, PartyText& party, char suffix, const std::string& role, const std::string& notification,
               const std::string& cost_type) {
  const std::string s(1, suffix);
  const auto cost = [&](const std::string& name, std::string& text, const std::string& description) {
    app.add_option(name, text, description)->type_name(cost_type)->default_str(text.empty() ? "0ns" : text);
  };
  cost("--w" + s, party.work, "what the " + role + " spends on an item");
  cost("--n" + s, party.notify, "what the " + role + " loses in one " + notification);
  cost("--s" + s, party.startup,
       "start-up of the " + role + ", from the end of its peer's notification; may be negative");
  app.add_option("--k" + s, party.notify_threshold,
                 suffix == 'p' ? "filled slots at which the producer kicks a stopped consumer, or a fraction: 3/4"
                               : "free slots at which the consumer interrupts a stopped producer, or a fraction: 3/4")
      ->type_name("COUNT")
      ->default_str(party.notify_threshold);
  app.add_option("--y" + s, party.sleep, "length of the " + role + "'s sleeps, for --sync sleep")->type_name("TIME");
}

}  // namespace

Axis parse_axis(const std::string& text) {
  const auto malformed = [&text](const std::string& why) {
    return scenario::UsageError("--vary " + text + ": " + why +
                                "; write NAME=FROM:TO:COUNT, such as wp=100ns:4us:40 or kp=1:64:8");
  };
  const std::size_t equals = text.find('=');
  const std::size_t first_colon = text.find(':', equals);
  const std::size_t last_colon = text.rfind(':');
  if (equals == std::string::npos || first_colon == std::string::npos || first_colon == last_colon) {
    throw malformed("not a range");
  }
  const std::string name = text.substr(0, equals);
  const bool is_time = varied_of(name).is_time;
  const auto value = [&](const std::string& part) {
    const std::string option = "--vary " + name;
    return is_time ? parse_model_time(option, part).count() : static_cast<double>(parse_whole(option, part));
  };
  const double first = value(text.substr(equals + 1, first_colon - equals - 1));
  const double last = value(text.substr(first_colon + 1, last_colon - first_colon - 1));
  const std::uint32_t count = parse_whole("--vary " + name, text.substr(last_colon + 1));
  if (count > longest_axis) throw malformed("COUNT is at most " + std::to_string(longest_axis));
  if (count == 1 && first != last) throw malformed("a single value has no room between FROM and TO");
  if (!is_time && count > std::abs(last - first) + 1) throw malformed("there are fewer whole numbers than COUNT");
  const double finest = std::abs(last - first) < count ? 1e6 : 1e3;
  const double resolution = is_time ? finest : 1;
  return {name, is_time, evenly_spaced(first, last, count, resolution)};
}

std::vector<Axis> parse_axes(const std::vector<std::string>& texts) {
  if (texts.size() > 2) throw scenario::UsageError("--vary is given more than twice: a grid has at most two axes");
  std::vector<Axis> axes;
  for (const std::string& text : texts) axes.push_back(parse_axis(text));
  if (axes.size() == 2 && axes[0].name == axes[1].name) {
    throw scenario::UsageError("--vary " + axes[0].name + " is given twice: vary two different parameters");
  }
  return axes;
}

std::string column_of(const Axis& axis) {
  std::string column = axis.name;
  std::ranges::replace(column, '-', '_');
  return axis.is_time ? column + "_ns" : column == "queue_size" ? column : column + "_count";
}

void ModelOptions::add_to(CLI::App& app, const std::string& cost_type) {
  app.add_option("--sync", sync, "how the sides wait for each other: busy-wait, notification, sleep")
      ->type_name("NAME")
      ->default_str(sync);
  add_party(app, producer, 'p', "producer", "kick", cost_type);
  add_party(app, consumer, 'c', "consumer", "interrupt", cost_type);
  app.add_option("--queue-size", queue_size, "slots of the queue that are usable")
      ->type_name("COUNT")
      ->default_str(queue_size);
}

void ModelOptions::add_vary_to(CLI::App& app) {
  app.add_option("--vary", vary,
                 "a grid over COUNT values of an option, such as wp=100ns:4us:40 or kp=1:64:8; at most twice")
      ->type_name("NAME=FROM:TO:COUNT")
      ->allow_extra_args(false);
}

ModelOptions ModelOptions::with(const Axis& axis, double value) const {
  std::array<char, 512> digits;  // any double fits, the largest and the smallest too
  const auto end = std::to_chars(digits.begin(), digits.end(), value, std::chars_format::fixed).ptr;
  ModelOptions options = *this;
  varied_of(axis.name).text(options) = std::string(digits.begin(), end) + (axis.is_time ? "ns" : "");
  return options;
}

Question resolve(const ModelOptions& options) {
  Question question{.sync = parse_sync(options.sync), .parameters = {}, .assumptions = options.taken};
  question.parameters.queue_size = parse_whole("--queue-size", options.queue_size);
  question.parameters.producer = resolve_party(options.producer, 'p', question);
  question.parameters.consumer = resolve_party(options.consumer, 'c', question);
  if (question.sync == Sync::sleep) {
    question.assumptions.push_back("a sleep and wake-up are taken to cost no busy time (Y_E = 0)");
  }
  return question;
}

}  // namespace kickbench::bench::command
