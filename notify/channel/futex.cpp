#include "notify/channel/futex.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace kickbench {
namespace {

void futex(std::atomic<std::uint32_t>& word, int operation, std::uint32_t value) noexcept {
  syscall(SYS_futex, &word, operation, value, nullptr, nullptr, 0);
}

}  // namespace

void FutexChannel::signal() noexcept {
  // release: what we did before the signal is seen after the wait; acquire: a wake follows the waiter's announcement.
  if (state_.exchange(signalled, std::memory_order_acq_rel) == waiting) futex(state_, FUTEX_WAKE_PRIVATE, 1);
}

void FutexChannel::wait() noexcept {
  std::uint32_t expected = idle;
  if (state_.compare_exchange_strong(expected, waiting, std::memory_order_acq_rel)) {
    futex(state_, FUTEX_WAIT_PRIVATE, waiting);  // returns at once if signalled meanwhile
  }
  state_.exchange(idle, std::memory_order_acq_rel);
}

}  // namespace kickbench
