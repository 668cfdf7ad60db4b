#include "bench/measure/cancel.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <system_error>

namespace kickbench::bench::measure {
namespace {

// Read by other threads than the one that the signal interrupts.
std::atomic<bool> requested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may touch lock-free atomics only");
int event = -1;

void on_signal(int) {
  const int saved = errno;
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
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool cancel_requested() noexcept { return requested.load(std::memory_order_relaxed); }
int cancel_fd() noexcept { return event; }

}  // namespace kickbench::bench::measure
