// A port, a channel and a log of what a wait strategy did to them, so that the order of its steps can be compared with
// what the protocol demands. The operating system takes no part.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "notify/notifier.hpp"
#include "ring/port.hpp"

namespace kickbench::test {

using Log = std::vector<std::string>;

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
    log_.push_back("ready");
    on_ready();
    return ready_answers.next();
  }
  ArmOutcome arm(std::uint32_t threshold) noexcept {
    log_.push_back("arm " + std::to_string(threshold));
    on_arm();
    return arm_answers.next();
  }
  void disarm() noexcept { log_.push_back("disarm"); }
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
    log_.push_back("signal");
    on_signal();
  }
  void wait() noexcept override {
    log_.push_back("wait");
    on_wait();
  }

 private:
  Log& log_;
};

}  // namespace kickbench::test
