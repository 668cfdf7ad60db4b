#include "bench/scenario/scenario.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "bench/scenario/nearest_name.hpp"
#include "notify/notifier.hpp"
#include "ring/atomic.hpp"
#include "ring/split_layout.hpp"

namespace kickbench::bench::scenario {
namespace {

std::string ns_text(Nanoseconds time) { return std::to_string(std::llround(time.count())); }

const WaitKindRow& row_of(WaitKind wait) { return *std::ranges::find(wait_kinds, wait, &WaitKindRow::kind); }

/// `incoming`: the notifier that would wake this side.
void check_side(const SideScenario& side, char suffix, std::string_view role, const std::string& incoming,
                const Scenario& scenario) {
  const std::string s(1, suffix);
  const std::string threshold = "--k" + s + " " + std::to_string(side.notify_threshold);
  const std::uint32_t slots = slot_count(scenario);
  if (side.notify_threshold < 1 || side.notify_threshold > slots) {
    const char* what = slots == scenario.shape.queue_size ? "the queue size, " : "the number of chains that fit, ";
    throw UsageError(threshold + " is outside of 1 to " + what + std::to_string(slots));
  }
  if (side.notify_threshold > 1 && is_virtqueue(scenario.ring) && !scenario.shape.features.has(Feature::event_idx)) {
    throw UsageError(threshold + " needs the feature event_idx: without it a side can only ask to be notified at once");
  }
  const WaitKindRow& wait = row_of(side.wait);
  if (wait.needs_notifier && incoming == "none") {
    throw UsageError("--" + std::string(role) + "-wait " + std::string(wait.name) +
                     " needs a notifier, and the one towards the " + std::string(role) +
                     " is 'none': choose another with --notify, or wait by poll or sleep");
  }
  if (side.wait == WaitKind::sleep && side.sleep <= Nanoseconds(0)) {
    throw UsageError("--" + std::string(role) + "-wait sleep needs the length of a sleep: give --y" + s +
                     " a time above 0, for example --y" + s + " 50us");
  }
}

void check_shape(const Scenario& scenario) {
  const auto& [queue_size, features, chain] = scenario.shape;
  const std::string size = "--queue-size " + std::to_string(queue_size);
  if (scenario.ring == RingKind::split && !split_queue_size_is_valid(queue_size)) {
    throw UsageError(size + " is not possible for a split ring: use a power of two from 1 to 32768");
  }
  if (queue_size < 1 || queue_size > split_queue_size_max) throw UsageError(size + " is outside of 1 to 32768");
  if (!is_virtqueue(scenario.ring)) {
    if (chain == 1) return;
    throw UsageError("--chain needs descriptors, and the ring " + std::string(name_of(scenario.ring)) +
                     " has none: use --ring split or packed");
  }
  if (chain < 1 || chain > queue_size) {
    throw UsageError("--chain " + std::to_string(chain) + " is outside of 1 to the queue size, " +
                     std::to_string(queue_size) + ": no chain may be longer than the queue");
  }
  constexpr std::uint64_t table_descriptors_max = 1 << 22;
  if (scenario.shape.indirect() && std::uint64_t{queue_size} * chain > table_descriptors_max) {
    throw UsageError("--chain " + std::to_string(chain) + " with the feature indirect and " + size +
                     " needs tables of more than 64 MB: use shorter chains or a smaller queue");
  }
  if (features.has(Feature::order_platform) && !order_platform_is_known) {
    throw UsageError("--features order_platform is only known on x86-64");
  }
}

}  // namespace

bool is_on_one_cpu(const Scenario& scenario) {
  const std::size_t comma = scenario.place.find(',');
  if (comma == std::string::npos) return scenario.place == "same-core";
  return scenario.place.substr(0, comma) == scenario.place.substr(comma + 1);
}

bool is_virtqueue(RingKind ring) { return ring == RingKind::split || ring == RingKind::packed; }

std::uint32_t slot_count(const Scenario& scenario) { return scenario.shape.buffer_count(); }

const std::string& notifier_to_consumer(const Scenario& scenario) {
  return scenario.direction == Direction::tx ? scenario.kick : scenario.interrupt;
}
const std::string& notifier_to_producer(const Scenario& scenario) {
  return scenario.direction == Direction::tx ? scenario.interrupt : scenario.kick;
}

std::string_view name_of(Direction direction) { return direction == Direction::tx ? "tx" : "rx"; }

std::string_view name_of(RingKind ring) {
  switch (ring) {
    case RingKind::split:
      return "split";
    case RingKind::packed:
      return "packed";
    case RingKind::spsc:
      return "spsc";
    case RingKind::spsc_line:
      return "spsc-line";
    case RingKind::null:
      return "null";
  }
  return "?";
}

std::string_view describe(RingKind ring) {
  switch (ring) {
    case RingKind::split:
      return "VirtIO 1.2 split virtqueue";
    case RingKind::packed:
      return "VirtIO 1.2 packed virtqueue";
    case RingKind::spsc:
      return "yardstick: plain single-producer single-consumer ring";
    case RingKind::spsc_line:
      return "yardstick: the same with a cache line for each item, what moving it costs";
    case RingKind::null:
      return "yardstick: no ring at all, what the harness itself costs";
  }
  return "?";
}

std::string_view name_of(model::Sync sync) {
  switch (sync) {
    case model::Sync::busy_wait:
      return "busy-wait";
    case model::Sync::notification:
      return "notification";
    case model::Sync::sleep:
      return "sleep";
  }
  return "?";
}

std::string_view name_of(WaitKind wait) { return row_of(wait).name; }

std::vector<std::string_view> names_of(Features features) {
  std::vector<std::string_view> names;
  for (const FeatureRow& row : feature_rows) {
    if (features.has(row.feature)) names.push_back(row.name);
  }
  return names;
}

void check_notifier(std::string_view option, const std::string& name) {
  const NotifierKind* kind = find_notifier(name);
  if (kind == nullptr) {
    throw UsageError(unknown_name(option, name, notifier_kinds(), [](const NotifierKind& k) { return k.name; }));
  }
}

void check(const Scenario& scenario) {
  check_notifier("--kick", scenario.kick);
  check_notifier("--interrupt", scenario.interrupt);
  check_shape(scenario);
  if (scenario.batch < 1 || scenario.batch > slot_count(scenario)) {
    throw UsageError("--batch " + std::to_string(scenario.batch) + " is outside of 1 to the number of slots, " +
                     std::to_string(slot_count(scenario)));
  }
  check_side(scenario.producer, 'p', "producer", notifier_to_producer(scenario), scenario);
  check_side(scenario.consumer, 'c', "consumer", notifier_to_consumer(scenario), scenario);
}

model::Sync sync_of(const Scenario& scenario) {
  const auto either = [&](WaitKind kind) { return scenario.producer.wait == kind || scenario.consumer.wait == kind; };
  if (either(WaitKind::block) || either(WaitKind::spin_block)) return model::Sync::notification;
  return either(WaitKind::sleep) ? model::Sync::sleep : model::Sync::busy_wait;
}

std::string name_of(const Scenario& scenario, std::string_view regime) {
  const auto& [p, c] = std::pair(scenario.producer, scenario.consumer);
  const model::Sync sync = sync_of(scenario);
  std::string name(name_of(sync));
  if (!regime.empty()) name += "/" + std::string(regime);
  name += "/" + (scenario.kick == scenario.interrupt ? scenario.kick : scenario.kick + "+" + scenario.interrupt);
  name += "/" + std::string(name_of(scenario.ring));
  if (scenario.direction == Direction::rx) name += "/rx";
  if (is_virtqueue(scenario.ring) && names_of(scenario.shape.features) != std::vector<std::string_view>{"event_idx"}) {
    name += "/features:";
    const char* separator = "";
    for (const std::string_view feature : names_of(scenario.shape.features)) {
      name += std::exchange(separator, "+") + std::string(feature);
    }
  }
  if (scenario.shape.chain > 1) name += "/chain:" + std::to_string(scenario.shape.chain);
  if (p.wait != c.wait) {
    name += "/wait:" + std::string(name_of(p.wait)) + "+" + std::string(name_of(c.wait));
  } else if (p.wait == WaitKind::spin_block) {
    name += "/wait:spin-block";
  }
  if (scenario.batch > 1) name += "/batch:" + std::to_string(scenario.batch);
  name += "/wp:" + ns_text(p.work) + "/wc:" + ns_text(c.work);
  name += "/L:" + std::to_string(scenario.shape.queue_size);
  if (sync == model::Sync::notification) {
    name += "/kp:" + std::to_string(p.notify_threshold) + "/kc:" + std::to_string(c.notify_threshold);
  }
  const auto add_time = [&](std::string_view key, Nanoseconds time) {
    if (time > Nanoseconds(0)) name += "/" + std::string(key) + ":" + ns_text(time);
  };
  add_time("yp", p.sleep);
  add_time("yc", c.sleep);
  if (p.wait == WaitKind::spin_block || c.wait == WaitKind::spin_block) add_time("spin", scenario.spin);
  add_time("kick-cost", kicking_side(scenario).extra_notify);
  add_time("interrupt-cost", interrupting_side(scenario).extra_notify);
  add_time("producer-startup", p.extra_startup);
  add_time("consumer-startup", c.extra_startup);
  name += "/place:" + scenario.place;
  std::ranges::replace(name, ',', '+');
  if (scenario.idle == host::IdleMode::poll) name += "/idle:poll";
  if (scenario.processes) name += "/processes";
  return name;
}

}  // namespace kickbench::bench::scenario
