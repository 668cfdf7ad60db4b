// A port, a channel and a log of what a wait strategy did to them, so that the order of its steps can be compared with
// what the protocol demands. The operating system takes no part.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "notify/notifier.hpp"
#include "ring/port.hpp"

namespace kickbench::test {

using Log = std::vector<std::string>;

/// A wait that never ends would fill the memory: it ends the program instead.
inline void step(Log& log, std::string what) {
  if (log.size() == 1'000'000) {
    std::fputs("a million steps: this wait does not end\n", stderr);
    std::abort();
  }
  log.push_back(std::move(what));
}

/// Answers as scripted; when the script is at its end, the last answer is repeated.
template <class Answer>
class Script {
 public:
  Script(std::initializer_list<Answer> answers) : answers_(answers) {}
  Answer next() {
    const Answer answer = answers_.front();
    if (answers_.size() > 1) answers_.pop_front();
    return answer;
  }

 private:
  std::deque<Answer> answers_;
};

class ScriptedPort {
 public:
  explicit ScriptedPort(Log& log) : log_(log) {}

  Script<bool> ready_answers{false};
  Script<ArmOutcome> arm_answers{ArmOutcome::may_sleep};
  std::function<void()> on_arm = [] {};
  std::function<void()> on_ready = [] {};
  RingFault fault_found = RingFault::none;

  bool ready() noexcept {
    step(log_, "ready");
    on_ready();
    return ready_answers.next();
  }
  ArmOutcome arm(std::uint32_t threshold) noexcept {
    step(log_, "arm " + std::to_string(threshold));
    on_arm();
    return arm_answers.next();
  }
  void disarm() noexcept { step(log_, "disarm"); }
  bool peer_wants_notification() noexcept { return false; }
  RingFault fault() const noexcept { return fault_found; }

 private:
  Log& log_;
};
static_assert(WaitablePort<ScriptedPort>);

class ScriptedChannel final : public Channel {
 public:
  explicit ScriptedChannel(Log& log) : log_(log) {}

  std::function<void()> on_signal = [] {};
  std::function<void()> on_wait = [] {};

  void signal() noexcept override {
    step(log_, "signal");
    on_signal();
  }
  void wait() noexcept override {
    step(log_, "wait");
    on_wait();
  }
  int share() override { return -1; }
  void break_with(int error) noexcept { note_error(error); }

 private:
  Log& log_;
};

}  // namespace kickbench::test
