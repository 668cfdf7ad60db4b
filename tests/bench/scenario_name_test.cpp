#include <gtest/gtest.h>

#include <functional>
#include <regex>
#include <set>
#include <vector>

#include "bench/scenario/scenario.hpp"
#include "notify/notifier.hpp"
#include "tests/bench/made_up.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

using test::scenario_of;

Scenario everything_set() {
  Scenario scenario = scenario_of(WaitKind::block, 2000, 1000);
  scenario.ring = RingKind::spsc;
  scenario.shape.queue_size = 64;
  scenario.kick = "futex";
  scenario.producer.notify_threshold = 2;
  scenario.consumer.notify_threshold = 3;
  scenario.consumer.wait = WaitKind::sleep;
  scenario.producer.sleep = Nanoseconds(40'000);
  scenario.consumer.sleep = Nanoseconds(50'000);
  scenario.producer.extra_notify = Nanoseconds(1);
  scenario.consumer.extra_notify = Nanoseconds(2);
  scenario.producer.extra_startup = Nanoseconds(3);
  scenario.consumer.extra_startup = Nanoseconds(4);
  scenario.place = "2,3";
  scenario.idle = host::IdleMode::poll;
  scenario.processes = true;
  return scenario;
}

TEST(ScenarioName, Says_what_is_not_the_default_in_a_fixed_order) {
  Scenario scenario = scenario_of(WaitKind::block, 2000, 1000);
  scenario.place = "l3";
  EXPECT_EQ(name_of(scenario), "notification/eventfd/split/wp:2000/wc:1000/L:256/kp:1/kc:1/place:l3");
  EXPECT_EQ(name_of(scenario, "FC"), "notification/FC/eventfd/split/wp:2000/wc:1000/L:256/kp:1/kc:1/place:l3");
  EXPECT_EQ(name_of(everything_set()),
            "notification/futex+eventfd/spsc/wait:block+sleep/wp:2000/wc:1000/L:64/kp:2/kc:3/yp:40000/yc:50000/"
            "kick-cost:1/interrupt-cost:2/producer-startup:3/consumer-startup:4/place:2+3/idle:poll/processes");
}

TEST(ScenarioName, The_driver_kicks_and_the_device_interrupts_in_either_direction) {
  Scenario scenario = scenario_of(WaitKind::block, 1, 1);
  scenario.producer.extra_notify = Nanoseconds(1);
  scenario.consumer.extra_notify = Nanoseconds(2);
  EXPECT_NE(name_of(scenario).find("/kick-cost:1/interrupt-cost:2/"), std::string::npos) << name_of(scenario);
  scenario.direction = Direction::rx;
  EXPECT_NE(name_of(scenario).find("/kick-cost:2/interrupt-cost:1/"), std::string::npos) << name_of(scenario);
}

TEST(ScenarioName, Thresholds_are_named_only_where_there_are_notifications) {
  EXPECT_EQ(name_of(scenario_of(WaitKind::poll, 0, 0)), "busy-wait/eventfd/split/wp:0/wc:0/L:256/place:auto");
  Scenario sleeping = scenario_of(WaitKind::sleep, 2000, 1000);
  sleeping.consumer.sleep = Nanoseconds(50'000);
  EXPECT_EQ(name_of(sleeping), "sleep/eventfd/split/wp:2000/wc:1000/L:256/yc:50000/place:auto");
}

TEST(ScenarioName, Is_made_of_slugs_and_integers) {
  const std::regex slugs("[a-zA-Z0-9+:/-]+");
  Scenario scenario = everything_set();
  scenario.producer.work = Nanoseconds(1500.4);
  for (const RingKind ring : ring_kinds) {
    for (const NotifierKind& notifier : notifier_kinds()) {
      for (const WaitKindRow& wait : wait_kinds) {
        scenario.ring = ring;
        scenario.kick = notifier.name;
        scenario.producer.wait = wait.kind;
        EXPECT_TRUE(std::regex_match(name_of(scenario), slugs)) << name_of(scenario);
      }
    }
  }
}

using Change = std::function<void(Scenario&)>;

// Results are told apart, and compared, by their names.
TEST(ScenarioName, Differs_where_what_is_measured_differs) {
  const std::vector<Change> changes{[](Scenario&) {},
                                    [](Scenario& s) { s.ring = RingKind::spsc; },
                                    [](Scenario& s) { s.ring = RingKind::packed; },
                                    [](Scenario& s) { s.direction = Direction::rx; },
                                    [](Scenario& s) { s.shape.features = {}; },
                                    [](Scenario& s) {
                                      s.shape.features = {Feature::event_idx, Feature::in_order};
                                    },
                                    [](Scenario& s) { s.shape.chain = 2; },
                                    [](Scenario& s) { s.batch = 2; },
                                    [](Scenario& s) { s.shape.queue_size = 128; },
                                    [](Scenario& s) { s.kick = "futex"; },
                                    [](Scenario& s) { s.interrupt = "futex"; },
                                    [](Scenario& s) { s.producer.work = Nanoseconds(11); },
                                    [](Scenario& s) { s.consumer.work = Nanoseconds(11); },
                                    [](Scenario& s) { s.producer.wait = WaitKind::block; },
                                    [](Scenario& s) { s.consumer.wait = WaitKind::block; },
                                    [](Scenario& s) { s.producer.notify_threshold = 2; },
                                    [](Scenario& s) { s.consumer.notify_threshold = 2; },
                                    [](Scenario& s) { s.producer.extra_notify = Nanoseconds(11); },
                                    [](Scenario& s) { s.consumer.extra_notify = Nanoseconds(11); },
                                    [](Scenario& s) { s.producer.extra_startup = Nanoseconds(11); },
                                    [](Scenario& s) { s.consumer.extra_startup = Nanoseconds(11); },
                                    [](Scenario& s) { s.spin = Nanoseconds(11); },
                                    [](Scenario& s) { s.place = "smt"; },
                                    [](Scenario& s) { s.idle = host::IdleMode::poll; },
                                    [](Scenario& s) { s.processes = true; }};
  std::set<std::string> names;
  for (const Change& change : changes) {
    Scenario scenario = scenario_of(WaitKind::spin_block, 0, 0);
    change(scenario);
    EXPECT_TRUE(names.insert(name_of(scenario)).second) << "twice: " << name_of(scenario);
  }
}

TEST(ScenarioName, Sides_are_not_exchangeable) {
  Scenario scenario = scenario_of(WaitKind::block, 1, 2);
  scenario.consumer.wait = WaitKind::poll;
  Scenario mirrored = scenario;
  std::swap(mirrored.producer, mirrored.consumer);
  EXPECT_NE(name_of(scenario), name_of(mirrored));
}

TEST(ScenarioSync, Notification_if_a_side_blocks_else_sleep_if_a_side_sleeps_else_busy_wait) {
  const auto blocks = [](WaitKind w) { return w == WaitKind::block || w == WaitKind::spin_block; };
  for (const WaitKindRow& p : wait_kinds) {
    for (const WaitKindRow& c : wait_kinds) {
      Scenario scenario = scenario_of(p.kind, 1, 1);
      scenario.consumer.wait = c.kind;
      model::Sync expected = model::Sync::busy_wait;
      if (p.kind == WaitKind::sleep || c.kind == WaitKind::sleep) expected = model::Sync::sleep;
      if (blocks(p.kind) || blocks(c.kind)) expected = model::Sync::notification;
      EXPECT_EQ(sync_of(scenario), expected) << p.name << ", " << c.name;
    }
  }
}

TEST(ScenarioNames, Of_rings_waits_and_kinds_of_synchronisation) {
  std::set<std::string_view> rings;
  std::set<std::string_view> descriptions;
  for (const RingKind ring : ring_kinds) {
    rings.insert(name_of(ring));
    descriptions.insert(describe(ring));
  }
  EXPECT_EQ(rings, (std::set<std::string_view>{"split", "packed", "spsc", "spsc-line", "null"}));
  EXPECT_EQ(descriptions.size(), rings.size());
  EXPECT_EQ(name_of(WaitKind::spin_block), "spin-block");
  EXPECT_EQ(name_of(model::Sync::busy_wait), "busy-wait");
  EXPECT_EQ(name_of(model::Sync::notification), "notification");
  EXPECT_EQ(name_of(model::Sync::sleep), "sleep");
}

}  // namespace
}  // namespace kickbench::bench
