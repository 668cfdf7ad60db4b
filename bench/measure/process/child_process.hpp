#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>

#include "bench/measure/process/descriptor.hpp"

namespace kickbench::bench::measure {

/// A process that runs this binary afresh: a clean start, not a fork of a program with threads.
class ChildProcess {
 public:
  /// Starts `kickbench <command> <number of the descriptor>`. Of our descriptors it has the standard three and that
  /// one, which is then closed here. Ctrl-C and SIGTERM do not reach it: when to end is ours to say. Throws
  /// std::system_error.
  ChildProcess(const std::string& command, Descriptor descriptor);
  /// Ends it if it has not ended; no zombie is left.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// False if it has not ended by then.
  bool ends_within(std::chrono::milliseconds limit) const noexcept;
  void kill() noexcept;
  /// Waits for the end. How it came: "was killed by signal 9 (Killed)".
  std::string end();

 private:
  int wait() noexcept;

  pid_t pid_ = -1;
};

}  // namespace kickbench::bench::measure
