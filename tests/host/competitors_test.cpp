#include "bench/host/competitors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "tests/host/made_up_root.hpp"

namespace kickbench::host {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A line of stat as proc(5) has it: 52 words, of which these are looked at.
std::string stat_line(int thread, const std::string& name, int user, int kernel, int nice, int cpu) {
  std::string line = std::to_string(thread) + " (" + name + ")";
  for (int word = 3; word <= 52; ++word) {
    const int value = word == 14 ? user : word == 15 ? kernel : word == 19 ? nice : word == 39 ? cpu : 7000 + word;
    line += word == 3 ? " R" : " " + std::to_string(value);
  }
  return line + "\n";
}

TEST(Competitors, A_line_of_stat_is_understood_whatever_the_name) {
  for (const char* name : {"cc1plus", "a b", "weird) R 1 (x", ""}) {
    const auto use = parse_thread_stat(40, stat_line(41, name, 300, 20, 19, 3));
    ASSERT_TRUE(use) << name;
    EXPECT_EQ(use->pid, 40U);
    EXPECT_EQ(use->thread, 41U);
    EXPECT_EQ(use->name, name);
    EXPECT_EQ(use->nice, 19);
    EXPECT_EQ(use->cpu, 3);
    EXPECT_EQ(use->ticks, 320U);
  }
  EXPECT_EQ(parse_thread_stat(1, stat_line(1, "x", 0, 0, -20, 0))->nice, -20);
}

TEST(Competitors, What_is_no_line_of_stat_is_none) {
  for (const char* line : {"", "12", "12 (x", "12 (x) R 1 2", ") 1 (", "x (y) R 1 1 1 1 1 1 1 1 1 1 1 1 1 1"}) {
    EXPECT_FALSE(parse_thread_stat(1, line)) << line;
  }
}

TEST(Competitors, All_threads_of_all_processes_are_read) {
  const MadeUpRoot root;
  root.write("/proc/40/task/40/stat", stat_line(40, "make", 1, 0, 0, 0));
  root.write("/proc/40/task/41/stat", stat_line(41, "make", 2, 0, 0, 1));
  root.write("/proc/7/task/7/stat", stat_line(7, "init", 3, 0, 0, 1));
  root.write("/proc/7/task/8/stat", "gone");
  root.write("/proc/meminfo", "x");
  const auto threads = read_thread_use(root.path());
  ASSERT_TRUE(threads) << threads.reason;
  std::uint64_t ticks = 0;
  for (const ThreadUse& thread : *threads) ticks += thread.ticks;
  EXPECT_EQ(threads->size(), 3U);
  EXPECT_EQ(ticks, 6U);
}

TEST(Competitors, Without_proc_it_says_why_it_is_not_known) {
  const MadeUpRoot root;
  EXPECT_THAT(read_thread_use(root.path()).reason, HasSubstr("/proc: No such file"));
  root.write("/proc/meminfo", "x");
  EXPECT_EQ(read_thread_use(root.path()).reason, "/proc shows no thread");
}

ThreadUse thread(std::uint64_t pid, std::uint64_t thread, int cpu, std::uint64_t ticks, int nice = 0) {
  return {.pid = pid, .thread = thread, .name = "p" + std::to_string(pid), .nice = nice, .cpu = cpu, .ticks = ticks};
}

TEST(Competitors, Are_processes_that_used_a_measured_cpu_the_greediest_first) {
  const std::vector before{thread(1, 1, 0, 100), thread(2, 2, 1, 50, 10), thread(2, 3, 1, 10, 10), thread(3, 3, 1, 9)};
  const std::vector after{thread(1, 1, 0, 105), thread(2, 2, 1, 65, 10), thread(2, 3, 1, 20, 10), thread(3, 3, 1, 9)};
  const auto competitors = competitors_between(before, after, {0, 1}, 50, 99);
  ASSERT_EQ(competitors.size(), 2U) << "who used nothing is none";
  EXPECT_EQ(competitors[0].pid, 2U);
  EXPECT_EQ(competitors[0].nice, 10) << "a niced one counts too";
  EXPECT_EQ(competitors[0].cpu, 1);
  EXPECT_DOUBLE_EQ(competitors[0].share, 0.5);
  EXPECT_EQ(competitors[1].name, "p1");
  EXPECT_DOUBLE_EQ(competitors[1].share, 0.1);
}

TEST(Competitors, Other_cpus_and_oneself_do_not_count) {
  const std::vector after{thread(1, 1, 4, 50), thread(99, 99, 0, 50)};
  EXPECT_THAT(competitors_between({}, after, {0, 1}, 50, 99), IsEmpty());
}

TEST(Competitors, Who_came_meanwhile_has_used_all_that_it_has) {
  EXPECT_DOUBLE_EQ(competitors_between({}, {thread(5, 5, 0, 25)}, {0}, 50, 99).at(0).share, 0.5);
}

TEST(Competitors, A_share_is_no_more_than_the_cpu) {
  EXPECT_EQ(competitors_between({}, {thread(5, 5, 0, 60)}, {0}, 50, 99).at(0).share, 1.0);
}

TEST(Competitors, The_threads_of_this_process_are_among_those_that_are_read) {
  const auto threads = read_thread_use("/");
  if (!threads) GTEST_SKIP() << threads.reason;
  const auto own = static_cast<std::uint64_t>(getpid());
  EXPECT_NE(std::ranges::find(*threads, own, &ThreadUse::pid), threads->end());
}

}  // namespace
}  // namespace kickbench::host
