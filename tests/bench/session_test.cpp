// A session on real threads: where they run, what the window covers, who waits, and that thresholds reach the peer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sched.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <set>
#include <system_error>
#include <thread>

#include "tests/bench/live.hpp"
#include "tests/bench/made_up.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

using test::live_clock;
using test::scenario_of;
using test::short_slice;
using testing::Contains;
using testing::HasSubstr;

class SessionTest : public test::TwoCpus {};

/// The CPU lists of all threads of this process.
std::multiset<std::string> affinities() {
  std::multiset<std::string> lists;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream status(task.path() / "status");
    const std::string key = "Cpus_allowed_list:\t";
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with(key)) lists.insert(line.substr(key.size()));
    }
  }
  return lists;
}

TEST_F(SessionTest, Threads_are_pinned_as_placed_and_gone_with_the_session) {
  const std::string producer_cpu = std::to_string(placement_.producer_cpu);
  const std::string consumer_cpu = std::to_string(placement_.consumer_cpu);
  const auto before = affinities();
  {
    const Session session(scenario_of(WaitKind::block, 1000, 1000), placement_, live_clock());
    EXPECT_EQ(affinities().count(producer_cpu), before.count(producer_cpu) + 1);
    EXPECT_EQ(affinities().count(consumer_cpu), before.count(consumer_cpu) + 1);
  }
  EXPECT_EQ(affinities(), before);
}

TEST_F(SessionTest, A_cpu_that_is_not_there_is_named) {
  placement_.consumer_cpu = 1'000'000;
  try {
    const Session session(scenario_of(WaitKind::block, 1000, 1000), placement_, live_clock());
    ADD_FAILURE() << "started";
  } catch (const std::system_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("CPU 1000000"));
  }
}

/// From here on no eventfd of this process can be waited for.
void break_eventfds() {
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    if (std::filesystem::read_symlink(entry, gone) != "anon_inode:[eventfd]") continue;
    const int fd = std::stoi(entry.path().filename());
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  }
}

TEST_F(SessionTest, A_wait_that_the_kernel_refuses_ends_the_run_with_its_reason) {
  Session session(scenario_of(WaitKind::block, 2000, 1000), placement_, live_clock());
  break_eventfds();
  try {
    session.run(short_slice);
    ADD_FAILURE() << "polling was measured as waiting";
  } catch (const BrokenRun& broken) {
    EXPECT_THAT(broken.what(), HasSubstr("a signal or a wait failed: Resource temporarily unavailable"));
  }
}

/// Lets every other thread of this process run on both CPUs, again and again: as whoever changes a container's CPU set.
class Unpinner {
 public:
  explicit Unpinner(const host::Placement& placement) {
    CPU_ZERO(&both_);
    for (const int cpu : {placement.producer_cpu, placement.consumer_cpu}) CPU_SET(static_cast<unsigned>(cpu), &both_);
  }

 private:
  void unpin() const {
    for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
      sched_setaffinity(std::stoi(task.path().filename()), sizeof both_, &both_);
    }
  }

  cpu_set_t both_{};
  std::jthread thread_{[this](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      unpin();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }};
};

TEST_F(SessionTest, A_slice_is_void_while_which_somebody_changed_the_CPU_sets_and_the_next_one_is_sound) {
  Session session(scenario_of(WaitKind::block, 2000, 1000), placement_, live_clock());
  {
    const Unpinner unpinner(placement_);
    try {
      session.run({.warm_up = Nanoseconds(5e6), .measured = Nanoseconds(20e6)});
      ADD_FAILURE() << "nobody noticed";
    } catch (const VoidSlice& slice) {
      EXPECT_THAT(slice.what(), HasSubstr("was changed from outside"));
    }
  }
  // The threads have bound themselves again, or do when the next slice begins.
  EXPECT_GT(session.run(short_slice).consumer.items, 0U);
}

TEST_F(SessionTest, A_window_holds_whole_cycles) {
  Scenario scenario = scenario_of(WaitKind::block, 20'000, 10'000);
  scenario.shape.queue_size = 16;
  scenario.consumer.extra_startup = Nanoseconds(600'000);  // SCS: the queue fills, and drains, once in a cycle
  const Slice slice = run(scenario, {.warm_up = Nanoseconds(3e6),
                                     .measured = Nanoseconds(10e6),
                                     .cool_down = Nanoseconds(1e6),
                                     .edge_patience = Nanoseconds(1e9)});
  EXPECT_TRUE(slice.cycles.whole);
  EXPECT_GT(slice.cycles.count, 0U);
  EXPECT_GT(slice.cycles.warm_up, 0U);
  EXPECT_EQ(slice.producer.items, slice.consumer.items);
  EXPECT_GE(slice.stops.producer_stops + 1, slice.cycles.count);
}

TEST_F(SessionTest, The_window_opens_after_the_warm_up_and_is_as_long_as_planned) {
  const SlicePlan plan{.warm_up = Nanoseconds(8e6), .measured = Nanoseconds(4e6)};
  Session session(scenario_of(WaitKind::block, 2000, 1000), placement_, live_clock());
  for (int i = 0; i < 2; ++i) {
    const TickTime before = read_ticks();
    const Slice slice = session.run(plan);
    // 1 % covers counters of different CPUs that are not quite in step.
    EXPECT_GE(live_clock().to_ns(slice.producer.begin - before), 0.99 * plan.warm_up);
    EXPECT_GE(test::span_of(slice.producer), live_clock().to_ticks(plan.measured));
    EXPECT_GT(slice.consumer.end, slice.consumer.begin);
  }
}

TEST_F(SessionTest, Latency_is_of_the_measured_window_and_not_of_the_warm_up) {
  const Slice slice =
      run(scenario_of(WaitKind::block, 2000, 1000), {.warm_up = Nanoseconds(20e6), .measured = Nanoseconds(5e6)});
  const std::uint64_t samples = slice.latencies.own().count();
  EXPECT_GE(samples, slice.consumer.items);
  EXPECT_LE(samples, slice.consumer.items + 1) << "the item that ends the window may be one of them";
  EXPECT_EQ(slice.latencies.service().count(), samples - 1) << "the first item has none";
  EXPECT_GT(slice.latencies.service().sum(), slice.latencies.own().sum()) << "it counts from a W_P earlier";
}

TEST_F(SessionTest, One_pair_of_items_in_128_has_a_latency_where_no_clock_is_read) {
  Scenario scenario = scenario_of(WaitKind::poll, 0, 0);
  const Slice slice = run(scenario, short_slice);
  EXPECT_GT(slice.latencies.own().count(), 0U);
  EXPECT_GE(slice.latencies.own().count() + 1, 2 * (slice.consumer.items / 128));
  EXPECT_GE(slice.latencies.service().count() + 1, slice.consumer.items / 128);
}

TEST_F(SessionTest, A_fast_consumer_waits_and_is_kicked) {
  const Slice slice = run(scenario_of(WaitKind::block, 20'000, 1000), short_slice);
  EXPECT_GT(slice.consumer.counters.blocked_waits, 0U);
  EXPECT_GT(slice.consumer.counters.waiting, TickSpan{});
  EXPECT_GT(slice.producer.counters.signals, 0U);
  EXPECT_GT(slice.to_consumer.startup.size(), 0U);
  EXPECT_GT(slice.stops.consumer_stops, 0U);
}

TEST_F(SessionTest, A_wait_is_matched_with_the_signals_of_its_own_slice) {
  Session session(scenario_of(WaitKind::block, 20'000, 1000), placement_, live_clock());
  for (int i = 0; i < 4; ++i) {
    const Slice slice = session.run(short_slice);
    ASSERT_GT(slice.to_consumer.notify.size(), 0U);
    // Almost every item is a kick that ends a wait; numbers of an earlier slice would match none of them.
    EXPECT_GE(4 * slice.to_consumer.startup.size(), slice.to_consumer.notify.size()) << "slice " << i;
  }
}

TEST_F(SessionTest, A_fast_producer_waits_and_is_interrupted) {
  Scenario scenario = scenario_of(WaitKind::block, 1000, 20'000);
  scenario.shape.queue_size = 16;
  const Slice slice = run(scenario, short_slice);
  EXPECT_GT(slice.producer.counters.blocked_waits, 0U);
  EXPECT_GT(slice.producer.counters.waiting, TickSpan{});
  EXPECT_GT(slice.consumer.counters.signals, 0U);
  EXPECT_GT(slice.to_producer.startup.size(), 0U);
  EXPECT_GT(slice.stops.producer_stops, 0U);
}

TEST_F(SessionTest, Each_side_waits_in_its_own_way) {
  Scenario scenario = scenario_of(WaitKind::block, 20'000, 1000);
  scenario.producer.wait = WaitKind::poll;
  scenario.interrupt = "none";
  Slice slice = run(scenario, short_slice);
  EXPECT_GT(slice.consumer.counters.blocked_waits, 0U);
  EXPECT_EQ(slice.consumer.counters.empty_polls, 0U);
  std::swap(scenario.producer, scenario.consumer);
  std::swap(scenario.kick, scenario.interrupt);
  scenario.shape.queue_size = 16;
  slice = run(scenario, short_slice);
  EXPECT_GT(slice.producer.counters.blocked_waits, 0U);
  EXPECT_EQ(slice.producer.counters.empty_polls, 0U);
  EXPECT_EQ(slice.consumer.counters.blocked_waits, 0U);
}

/// A batch falls short only after a wake-up that was meant for an earlier wait.
std::uint64_t short_batches(const NotificationFacts& facts, std::uint64_t threshold) {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(facts.items_between, [=](std::uint64_t items) { return items < threshold; }));
}

TEST_F(SessionTest, A_kick_comes_when_k_P_items_are_there) {
  for (const RingKind ring : {RingKind::split, RingKind::spsc}) {
    Scenario scenario = scenario_of(WaitKind::block, 10'000, 1000);
    scenario.ring = ring;
    scenario.shape.queue_size = 64;
    scenario.producer.notify_threshold = 48;
    const Slice slice = run(scenario, {.warm_up = Nanoseconds(1e6), .measured = Nanoseconds(20e6)});
    ASSERT_GT(slice.to_consumer.items_between.size(), 0U);
    EXPECT_LE(2 * short_batches(slice.to_consumer, 48), slice.to_consumer.items_between.size()) << name_of(ring);
  }
}

TEST_F(SessionTest, An_interrupt_comes_when_k_C_slots_are_free) {
  for (const RingKind ring : {RingKind::split, RingKind::spsc}) {
    Scenario scenario = scenario_of(WaitKind::block, 1000, 10'000);
    scenario.ring = ring;
    scenario.shape.queue_size = 64;
    scenario.consumer.notify_threshold = 48;
    const Slice slice = run(scenario, {.warm_up = Nanoseconds(1e6), .measured = Nanoseconds(20e6)});
    ASSERT_GT(slice.to_producer.items_between.size(), 0U);
    EXPECT_LE(2 * short_batches(slice.to_producer, 48), slice.to_producer.items_between.size()) << name_of(ring);
  }
}

TEST_F(SessionTest, Different_channels_each_way) {
  Scenario scenario = scenario_of(WaitKind::block, 1000, 5000);
  scenario.shape.queue_size = 4;
  scenario.kick = "futex";
  scenario.interrupt = "eventfd";
  for (const std::string& name : {scenario.kick, scenario.interrupt}) {
    const std::string reason = test::unavailable_reason(name);
    if (!reason.empty()) GTEST_SKIP() << name << ": " << reason;
  }
  EXPECT_GT(run(scenario, short_slice).consumer.counters.signals, 0U);
}

TEST_F(SessionTest, A_queue_of_one_slot_works) {
  for (const RingKind ring : {RingKind::split, RingKind::spsc}) {
    Scenario scenario = scenario_of(WaitKind::block, 2000, 2000);
    scenario.ring = ring;
    scenario.shape.queue_size = 1;
    const Slice slice = run(scenario, short_slice);
    EXPECT_GT(slice.consumer.items, 0U) << name_of(ring);
    EXPECT_EQ(slice.consumer.items, slice.producer.items) << name_of(ring);
  }
}

// One CPU is enough for this one.
TEST(SessionOnOneCpu, Works_with_blocking_and_has_no_line_probe) {
  const int cpu = host::Topology::probe().usable_cpus().front();
  const host::Placement placement{.producer_cpu = cpu, .consumer_cpu = cpu, .name = "same-core", .reason = "test"};
  for (const RingKind ring : {RingKind::split, RingKind::spsc}) {
    Scenario scenario = scenario_of(WaitKind::block, 2000, 1000);
    scenario.ring = ring;
    scenario.shape.queue_size = 16;
    Session session(scenario, placement, live_clock());
    for (int i = 0; i < 2; ++i) {
      const Slice slice = session.run(short_slice);
      EXPECT_GT(slice.consumer.items, 0U);
      EXPECT_EQ(slice.consumer.items, slice.producer.items);
      EXPECT_FALSE(slice.line_before);
      EXPECT_FALSE(slice.line_after);
      EXPECT_EQ(class_of(slice), LineClass::unknown);
    }
  }
}

}  // namespace
}  // namespace kickbench::bench
