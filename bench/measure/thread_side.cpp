#include "bench/measure/thread_side.hpp"

#include <pthread.h>

#include <csignal>
#include <future>
#include <system_error>
#include <utility>

#include "bench/host/thread.hpp"

namespace kickbench::bench::measure {
namespace {

std::jthread start_thread(auto body) {
  try {
    return std::jthread(std::move(body));
  } catch (const std::system_error& error) {
    throw std::system_error(error.code(), "cannot start a measuring thread");
  }
}

/// A signal that does nothing but end a system call early, which the contract of a notifier allows.
int interrupting_signal() {
  static const int number = [] {
    struct sigaction action = {};
    action.sa_handler = [](int) {};
    sigaction(SIGRTMIN, &action, nullptr);
    return SIGRTMIN;
  }();
  return number;
}

}  // namespace

ThreadSide::ThreadSide(std::unique_ptr<Side> side, int cpu) : side_(std::move(side)) {
  std::promise<void> pinned;
  std::future<void> is_pinned = pinned.get_future();
  thread_ = start_thread([this, cpu, pinned = std::move(pinned)]() mutable {
    try {
      host::pin_this_thread(cpu);
      host::use_least_timer_slack();
      pinned.set_value();
    } catch (...) {
      pinned.set_exception(std::current_exception());
      return;
    }
    serve();
  });
  is_pinned.get();
}

ThreadSide::~ThreadSide() { command(quit); }

void ThreadSide::serve() {
  for (int served = 0;;) {
    command_.wait(served, std::memory_order_acquire);
    served = command_.load(std::memory_order_acquire);
    if (served == quit) return;
    side_->run_slice();
    done_.add_one();
  }
}

void ThreadSide::command(int number) noexcept {
  command_.store(number, std::memory_order_release);
  command_.notify_one();
}

void ThreadSide::interrupt() noexcept { pthread_kill(thread_.native_handle(), interrupting_signal()); }

const SideReport& ThreadSide::finish_slice() {
  done_.take();
  return side_->report();
}

}  // namespace kickbench::bench::measure
