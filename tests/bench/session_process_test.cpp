// A session whose consumer is a process of its own: where it runs, that nothing is left of it, and what happens when it
// is killed.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <sstream>
#include <thread>

#include "notify/notifier.hpp"
#include "tests/bench/live.hpp"
#include "tests/bench/made_up.hpp"
#include "tests/bench/names.hpp"
#include "tests/notify/missing.hpp"

namespace kickbench::bench {
namespace {

using test::live_clock;
using test::short_slice;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

Scenario scenario_of(WaitKind wait, double wp_ns, double wc_ns) {
  Scenario scenario = test::scenario_of(wait, wp_ns, wc_ns);
  scenario.processes = true;
  return scenario;
}

/// Processes that this one started and has not reaped.
std::vector<pid_t> children() {
  std::vector<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream list(entry.path() / "children");
    for (pid_t pid = 0; list >> pid;) found.push_back(pid);
  }
  return found;
}

/// The CPU lists of all threads of a process.
std::vector<std::string> affinities_of(pid_t pid) {
  std::vector<std::string> lists;
  for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task")) {
    std::ifstream status(task.path() / "status");
    const std::string key = "Cpus_allowed_list:\t";
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with(key)) lists.push_back(line.substr(key.size()));
    }
  }
  return lists;
}

/// Nothing that was started runs, and nothing is a zombie.
void expect_nothing_left() {
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

class SessionProcess : public test::TwoCpus {};

TEST_F(SessionProcess, The_consumers_thread_is_pinned_in_a_process_that_ends_with_the_session) {
  ASSERT_THAT(children(), IsEmpty());
  {
    const Session session(scenario_of(WaitKind::block, 1000, 1000), placement_, live_clock());
    ASSERT_EQ(children().size(), 1U);
    EXPECT_THAT(affinities_of(children()[0]), Contains(std::to_string(placement_.consumer_cpu)));
    EXPECT_THAT(affinities_of(getpid()), Contains(std::to_string(placement_.producer_cpu)));
  }
  expect_nothing_left();
}

TEST_F(SessionProcess, The_queue_lies_at_different_addresses) {
  Scenario scenario = scenario_of(WaitKind::block, 1000, 1000);
  for (const bool processes : {true, false}) {
    scenario.processes = processes;
    const Session session(scenario, placement_, live_clock());
    const QueueAddresses addresses = session.queue_addresses();
    EXPECT_NE(addresses.producer, nullptr);
    EXPECT_NE(addresses.consumer, nullptr);
    EXPECT_EQ(addresses.producer != addresses.consumer, processes);
  }
}

TEST_F(SessionProcess, A_cpu_that_is_not_there_is_named) {
  placement_.consumer_cpu = 1'000'000;
  try {
    const Session session(scenario_of(WaitKind::block, 1000, 1000), placement_, live_clock());
    ADD_FAILURE() << "started";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("the consumer's process: cannot pin a thread to CPU 1000000"));
  }
  expect_nothing_left();
}

TEST(SessionProcessOnOneCpu, Works_with_blocking_and_has_no_line_probe) {
  const int cpu = host::Topology::probe().usable_cpus().front();
  const host::Placement placement{.producer_cpu = cpu, .consumer_cpu = cpu, .name = "same-core", .reason = "test"};
  Session session(scenario_of(WaitKind::block, 2000, 1000), placement, live_clock());
  for (int i = 0; i < 2; ++i) {
    const Slice slice = session.run(short_slice);
    EXPECT_GT(slice.consumer.items, 0U);
    EXPECT_EQ(slice.consumer.items, slice.producer.items);
    EXPECT_FALSE(slice.line_before);
    EXPECT_FALSE(slice.line_after);
  }
}

/// Descriptors of this process that are eventfds.
std::set<int> event_descriptors() {
  std::set<int> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    if (std::filesystem::read_symlink(entry.path(), gone) == "anon_inode:[eventfd]") {
      found.insert(std::stoi(entry.path().filename()));
    }
  }
  return found;
}

// The consumer waits in the kernel for a signal that cannot come any more.
TEST_F(SessionProcess, A_signal_that_fails_in_a_slice_ends_the_run_and_leaves_nobody_waiting) {
  Scenario scenario = scenario_of(WaitKind::block, 1000, 1000);
  scenario.kick = scenario.interrupt = "eventfd";
  for (const bool processes : {false, true}) {
    scenario.processes = processes;
    const std::set<int> before = event_descriptors();
    Session session(scenario, placement_, live_clock());
    std::vector<int> made;
    std::ranges::set_difference(event_descriptors(), before, std::back_inserter(made));
    ASSERT_GE(made.size(), 2U) << "the channels come first";
    std::jthread breaker([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(30));
      const int read_only = open("/dev/null", O_RDONLY | O_CLOEXEC);
      for (int i = 0; i < 2; ++i) dup2(read_only, made[static_cast<std::size_t>(i)]);
      close(read_only);
    });
    const SlicePlan hours{.warm_up = Nanoseconds(1e6), .measured = Nanoseconds(1e13)};
    EXPECT_THAT([&] { session.run(hours); },
                ThrowsMessage<measure::BrokenRun>(HasSubstr("a notifier is broken: a signal or a wait failed: Bad")));
  }
  expect_nothing_left();
}

/// A consumer that was killed before it was ready, in a slice, or between two of them.
void expect_killed_consumer_reported(const host::Placement& placement, const Scenario& scenario,
                                     std::chrono::microseconds delay) {
  std::jthread killer([delay] {
    while (children().empty()) std::this_thread::yield();
    const pid_t child = children().at(0);
    std::this_thread::sleep_for(delay);
    kill(child, SIGKILL);
  });
  try {
    Session session(scenario, placement, live_clock());
    for (;;) session.run(short_slice);
  } catch (const BrokenRun& broken) {
    EXPECT_STREQ(broken.what(), "the consumer's process is lost: it was killed by signal 9 (Killed)");
  }
  expect_nothing_left();
}

TEST_F(SessionProcess, A_consumer_that_is_killed_at_any_moment_is_reported_and_nothing_is_left) {
  std::mt19937 random(1);
  std::uniform_int_distribution<int> moment_us(0, 60'000);
  const std::vector<Scenario> scenarios{scenario_of(WaitKind::block, 100, 20'000),
                                        scenario_of(WaitKind::block, 20'000, 100), scenario_of(WaitKind::poll, 0, 0)};
  for (int round = 0; round < 10; ++round) {
    for (const Scenario& scenario : scenarios) {
      const std::chrono::microseconds delay(moment_us(random));
      SCOPED_TRACE(name_of(scenario) + ", killed after " + std::to_string(delay.count()) + " us");
      expect_killed_consumer_reported(placement_, scenario, delay);
    }
  }
}

TEST_F(SessionProcess, A_killed_consumer_ends_the_session_whatever_the_notifier) {
  kickbench::test::Missing missing;
  for (const NotifierKind& kind : notifier_kinds()) {
    if (kind.name == "none" || missing.lacks(kind)) continue;
    SCOPED_TRACE(kind.name);
    Scenario scenario = scenario_of(WaitKind::block, 100, 2000);  // the producer waits for the consumer
    scenario.shape.queue_size = 2;
    scenario.kick = scenario.interrupt = kind.name;
    expect_killed_consumer_reported(placement_, scenario, std::chrono::milliseconds(150));
  }
  if (!missing.text().empty()) GTEST_SKIP() << missing.text();
}

}  // namespace
}  // namespace kickbench::bench
