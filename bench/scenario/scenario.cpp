#include "bench/scenario/scenario.hpp"

#include <algorithm>
#include <cmath>

#include "bench/scenario/nearest_name.hpp"
#include "notify/notifier.hpp"
#include "ring/split_layout.hpp"

namespace kickbench::bench {
namespace {

std::string ns_text(Nanoseconds time) { return std::to_string(std::llround(time.count())); }

const WaitKindRow& row_of(WaitKind wait) { return *std::ranges::find(wait_kinds, wait, &WaitKindRow::kind); }

void check_notifier(std::string_view option, const std::string& name) {
  const NotifierKind* kind = find_notifier(name);
  if (kind == nullptr) {
    throw UsageError(unknown_name(option, name, notifier_kinds(), [](const NotifierKind& k) { return k.name; }));
  }
}

/// `incoming`: the notifier that would wake this side.
void check_side(const SideScenario& side, char suffix, std::string_view role, const std::string& incoming,
                std::uint32_t queue_size) {
  const std::string s(1, suffix);
  if (side.notify_threshold < 1 || side.notify_threshold > queue_size) {
    throw UsageError("--k" + s + " " + std::to_string(side.notify_threshold) + " is outside of 1 to the queue size, " +
                     std::to_string(queue_size));
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

}  // namespace

std::string_view name_of(RingKind ring) {
  switch (ring) {
    case RingKind::split:
      return "split";
    case RingKind::spsc:
      return "spsc";
    case RingKind::null:
      return "null";
  }
  return "?";
}

std::string_view describe(RingKind ring) {
  switch (ring) {
    case RingKind::split:
      return "VirtIO 1.2 split virtqueue, EVENT_IDX";
    case RingKind::spsc:
      return "yardstick: plain single-producer single-consumer ring";
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

void check(const Scenario& scenario) {
  check_notifier("--kick", scenario.kick);
  check_notifier("--interrupt", scenario.interrupt);
  if (scenario.ring == RingKind::split && !split_queue_size_is_valid(scenario.queue_size)) {
    throw UsageError("--queue-size " + std::to_string(scenario.queue_size) +
                     " is not possible for a split ring: use a power of two from 1 to 32768");
  }
  if (scenario.queue_size < 1 || scenario.queue_size > split_queue_size_max) {
    throw UsageError("--queue-size " + std::to_string(scenario.queue_size) + " is outside of 1 to 32768");
  }
  check_side(scenario.producer, 'p', "producer", scenario.interrupt, scenario.queue_size);
  check_side(scenario.consumer, 'c', "consumer", scenario.kick, scenario.queue_size);
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
  if (p.wait != c.wait) {
    name += "/wait:" + std::string(name_of(p.wait)) + "+" + std::string(name_of(c.wait));
  } else if (p.wait == WaitKind::spin_block) {
    name += "/wait:spin-block";
  }
  name += "/wp:" + ns_text(p.work) + "/wc:" + ns_text(c.work);
  name += "/L:" + std::to_string(scenario.queue_size);
  if (sync == model::Sync::notification) {
    name += "/kp:" + std::to_string(p.notify_threshold) + "/kc:" + std::to_string(c.notify_threshold);
  }
  const auto add_time = [&](std::string_view key, Nanoseconds time) {
    if (time > Nanoseconds(0)) name += "/" + std::string(key) + ":" + ns_text(time);
  };
  add_time("yp", p.sleep);
  add_time("yc", c.sleep);
  if (p.wait == WaitKind::spin_block || c.wait == WaitKind::spin_block) add_time("spin", scenario.spin);
  add_time("kick-cost", p.extra_notify);
  add_time("interrupt-cost", c.extra_notify);
  add_time("producer-startup", p.extra_startup);
  add_time("consumer-startup", c.extra_startup);
  name += "/place:" + scenario.place;
  std::ranges::replace(name, ',', '+');
  if (scenario.idle == host::IdleMode::poll) name += "/idle:poll";
  return name;
}

}  // namespace kickbench::bench
