// A thread that runs only when it is told to, so that a scheduler decides what comes next.
#pragma once

#include <ucontext.h>

#include <cstddef>
#include <functional>
#include <memory>

namespace kickbench::interleave {

class Fiber {
 public:
  Fiber() : stack_(new std::byte[stack_bytes]) {}
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  /// Only when the last body has ended, so that nothing on its stack is left behind.
  void start(std::function<void()> body);
  bool ended() const { return ended_; }
  /// Runs the body from where it paused to where it pauses next, or ends.
  void resume();
  /// To be called by the body.
  void pause();

 private:
  static constexpr std::size_t stack_bytes = 256 * 1024;

  static void enter();

  std::unique_ptr<std::byte[]> stack_;
  std::function<void()> body_;
  ucontext_t inside_{};
  ucontext_t outside_{};
  bool ended_ = true;
};

}  // namespace kickbench::interleave
