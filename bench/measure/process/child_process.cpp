#include "bench/measure/process/child_process.hpp"

#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>

namespace kickbench::bench::measure {
namespace {

constexpr int inherited_number = 3;

void check(int error) {
  if (error != 0) throw std::system_error(error, std::generic_category(), "cannot start a second process");
}

/// The child's descriptors: the standard three, and ours as `inherited_number`.
class FileActions {
 public:
  explicit FileActions(int descriptor) {
    check(posix_spawn_file_actions_init(&actions_));
    check(posix_spawn_file_actions_adddup2(&actions_, descriptor, inherited_number));
    check(posix_spawn_file_actions_addclosefrom_np(&actions_, inherited_number + 1));
  }
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;

  const posix_spawn_file_actions_t* get() const noexcept { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

/// The child's signals: a Ctrl-C reaches every process of the terminal, and from the very start of this one.
class Attributes {
 public:
  Attributes() {
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGINT);
    sigaddset(&blocked, SIGTERM);
    check(posix_spawnattr_init(&attributes_));
    check(posix_spawnattr_setsigmask(&attributes_, &blocked));
    check(posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK));
  }
  ~Attributes() { posix_spawnattr_destroy(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;

  const posix_spawnattr_t* get() const noexcept { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

}  // namespace

ChildProcess::ChildProcess(const std::string& command, Descriptor descriptor) {
  const FileActions actions(descriptor.get());
  const Attributes attributes;
  std::array<std::string, 3> texts{"kickbench", command, std::to_string(inherited_number)};
  const std::array<char*, 4> arguments{texts[0].data(), texts[1].data(), texts[2].data(), nullptr};
  check(posix_spawn(&pid_, "/proc/self/exe", actions.get(), attributes.get(), arguments.data(), environ));
}

ChildProcess::~ChildProcess() {
  if (pid_ < 0) return;
  kill();
  wait();
}

bool ChildProcess::ends_within(std::chrono::milliseconds limit) const noexcept {
  if (pid_ < 0) return true;
  const Descriptor process(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
  pollfd watched{.fd = process.get(), .events = POLLIN, .revents = 0};
  return poll(&watched, 1, static_cast<int>(limit.count())) == 1;
}

void ChildProcess::kill() noexcept {
  if (pid_ >= 0) ::kill(pid_, SIGKILL);
}

std::string ChildProcess::end() {
  const int status = wait();
  if (WIFSIGNALED(status)) {
    const int number = WTERMSIG(status);
    return "was killed by signal " + std::to_string(number) + " (" + strsignal(number) + ")";
  }
  return "ended with exit code " + std::to_string(WEXITSTATUS(status));
}

int ChildProcess::wait() noexcept {
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return status;
}

}  // namespace kickbench::bench::measure
