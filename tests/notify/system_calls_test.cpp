// What a channel says of its system calls, against what the kernel saw: a child makes them while its parent traces it.
#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <functional>
#include <set>
#include <string>

#include "notify/notifier.hpp"
#include "tests/notify/missing.hpp"

namespace kickbench {
namespace {

/// What notifiers enter the kernel with. Others in the child are not the channel's: those of a signal handler, say.
const std::set<std::uint64_t> of_channels{SYS_read, SYS_write, SYS_futex, SYS_io_uring_enter};

constexpr long marker = SYS_getppid;  ///< the child makes it before and after what is counted

[[noreturn]] void be_traced(const NotifierKind& kind, const std::function<void(Channel&)>& use) {
  const auto channel = kind.make();
  if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) _exit(77);
  raise(SIGSTOP);
  const SystemCalls before = channel->system_calls();
  syscall(marker);
  use(*channel);
  syscall(marker);
  const SystemCalls after = channel->system_calls();
  _exit(static_cast<int>(after.signals - before.signals + after.waits - before.waits));
}

struct Counted {
  int seen = 0;  ///< by the parent
  int said = 0;  ///< by the channel
  std::string refused;
};

/// Up to 70 calls: the channel's count is the child's exit code.
Counted count_calls(const NotifierKind& kind, const std::function<void(Channel&)>& use) {
  const pid_t child = fork();
  if (child == 0) be_traced(kind, use);
  Counted counted;
  bool between_markers = false;
  for (int status = 0; waitpid(child, &status, 0) == child;) {
    if (WIFSIGNALED(status)) return {.refused = "the child died of signal " + std::to_string(WTERMSIG(status))};
    if (WIFEXITED(status)) {
      counted.said = WEXITSTATUS(status);
      if (counted.said == 77) counted.refused = "nothing may be traced here";
      return counted;
    }
    int deliver = 0;
    if (WSTOPSIG(status) == SIGSTOP) {
      if (ptrace(PTRACE_SETOPTIONS, child, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL) != 0) {
        counted.refused = "PTRACE_SETOPTIONS: " + std::string(std::strerror(errno));
      }
    } else if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
      __ptrace_syscall_info call{};
      if (ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof call, &call) <= 0) {
        counted.refused = "PTRACE_GET_SYSCALL_INFO: " + std::string(std::strerror(errno));
      } else if (call.op == PTRACE_SYSCALL_INFO_ENTRY) {
        if (call.entry.nr == marker) between_markers = !between_markers;
        if (between_markers) counted.seen += static_cast<int>(of_channels.count(call.entry.nr));
      }
    } else {
      deliver = WSTOPSIG(status);
    }
    if (!counted.refused.empty()) {
      kill(child, SIGKILL);
      waitpid(child, &status, 0);
      return counted;
    }
    ptrace(PTRACE_SYSCALL, child, nullptr, deliver);
  }
  return {.refused = "the child is gone"};
}

void expect_all_counted(int at_least, const std::function<void(Channel&)>& use) {
  bool any = false;
  test::Missing missing;
  for (const NotifierKind& kind : notifier_kinds()) {
    if (kind.make() == nullptr || missing.lacks(kind)) continue;
    SCOPED_TRACE(std::string(kind.name));
    const Counted counted = count_calls(kind, use);
    if (!counted.refused.empty()) GTEST_SKIP() << counted.refused;
    EXPECT_EQ(counted.said, counted.seen);
    EXPECT_GE(counted.seen, kind.name == "futex" ? 0 : at_least);
    any = true;
  }
  if (!missing.text().empty()) GTEST_SKIP() << missing.text();
  if (!any) GTEST_SKIP() << "no notifier works here";
}

TEST(SystemCallsOfAChannel, Are_what_the_kernel_saw_where_the_signal_comes_first) {
  expect_all_counted(14, [](Channel& channel) {
    for (int i = 0; i < 7; ++i) {
      channel.signal();
      channel.wait();
    }
  });
}

TEST(SystemCallsOfAChannel, Are_what_the_kernel_saw_where_a_wait_is_interrupted) {
  expect_all_counted(1, [](Channel& channel) {
    struct sigaction action {};
    action.sa_handler = [](int) {};
    sigaction(SIGALRM, &action, nullptr);
    const itimerval once{.it_interval = {}, .it_value = {.tv_sec = 0, .tv_usec = 20'000}};
    setitimer(ITIMER_REAL, &once, nullptr);
    channel.wait();
  });
}

TEST(SystemCallsOfAChannel, A_futex_enters_the_kernel_for_nobody) {
  const NotifierKind& futex = *find_notifier("futex");
  if (const std::string reason = futex.unavailable_reason(); !reason.empty()) GTEST_SKIP() << reason;
  const Counted counted = count_calls(futex, [](Channel& channel) {
    channel.signal();
    channel.wait();
  });
  if (!counted.refused.empty()) GTEST_SKIP() << counted.refused;
  EXPECT_EQ(counted.seen, 0);
}

}  // namespace
}  // namespace kickbench
