#include "bench/measure/cancel.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <ctime>
#include <system_error>

namespace kickbench::bench::measure {
namespace {

// Read by other threads than the one that the signal interrupts.
std::atomic<bool> requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may touch lock-free atomics only");
int event = -1;

std::int64_t now_ms() noexcept {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

/// What comes sooner than that after the first signal is the same wish: timeout(1), for one, sends it to the process
/// and to its group.
constexpr std::int64_t same_wish_ms = 300;

void on_signal(int number) {
  const int saved = errno;
  static std::int64_t first_ms = 0;  // both signals are held back while either is handled
  if (requested.load(std::memory_order_relaxed)) {
    if (now_ms() - first_ms < same_wish_ms) return;
    // A second wish is not to be argued with: the process ends as if nothing had been caught.
    std::signal(number, SIG_DFL);
    std::raise(number);
    return;
  }
  first_ms = now_ms();
  requested.store(true, std::memory_order_relaxed);  // relaxed: nothing else is handed over
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(event, &one, sizeof one);
  errno = saved;
}

}  // namespace

void catch_cancel_signals() {
  event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (event < 0) throw std::system_error(errno, std::generic_category(), "cannot watch for SIGINT and SIGTERM");
  struct sigaction action = {};
  action.sa_handler = on_signal;
  sigaddset(&action.sa_mask, SIGINT);
  sigaddset(&action.sa_mask, SIGTERM);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool cancel_requested() noexcept { return requested.load(std::memory_order_relaxed); }
int cancel_fd() noexcept { return event; }

}  // namespace kickbench::bench::measure
