#include "tests/interleave/fiber.hpp"

#include <utility>

namespace kickbench::interleave {
namespace {

Fiber* entering = nullptr;  // makecontext() hands over no pointer

}  // namespace

void Fiber::start(std::function<void()> body) {
  body_ = std::move(body);
  ended_ = false;
  getcontext(&inside_);
  inside_.uc_stack.ss_sp = stack_.get();
  inside_.uc_stack.ss_size = stack_bytes;
  inside_.uc_link = &outside_;
  makecontext(&inside_, &Fiber::enter, 0);
}

void Fiber::enter() {
  Fiber& fiber = *entering;
  fiber.body_();
  fiber.ended_ = true;
}

void Fiber::resume() {
  entering = this;
  swapcontext(&outside_, &inside_);
}

void Fiber::pause() { swapcontext(&inside_, &outside_); }

}  // namespace kickbench::interleave
