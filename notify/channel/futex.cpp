#include "notify/channel/futex.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace kickbench {
// A signal that comes before the wait enters no kernel: whether it can be entered is found out here.
FutexChannel::FutexChannel() {
  call(FUTEX_WAIT, waiting);  // returns at once: the word is another
  call(FUTEX_WAKE, 1);
  if (error() != 0) throw std::system_error(error(), std::generic_category(), "cannot wait on a futex");
}

FutexChannel::FutexChannel(int file_descriptor) { use(SharedMemory::attach(file_descriptor)); }

int FutexChannel::share() {
  // A fresh file is all zero, which is a word at idle.
  static_assert(idle == 0);
  use(SharedMemory(sizeof(std::atomic<std::uint32_t>)));
  return memory_->file_descriptor();
}

void FutexChannel::use(SharedMemory memory) {
  memory_.emplace(std::move(memory));
  state_ = reinterpret_cast<std::atomic<std::uint32_t>*>(memory_->bytes().data());
  scope_ = 0;
}

void FutexChannel::call(int operation, std::uint32_t value) noexcept {
  const long result = syscall(SYS_futex, state_, operation | scope_, value, nullptr, nullptr, 0);
  // EAGAIN: somebody has signalled meanwhile. EINTR: an early return.
  if (result < 0 && errno != EAGAIN && errno != EINTR) note_error(errno);
}

void FutexChannel::signal() noexcept {
  // release: what we did before the signal is seen after the wait; acquire: a wake follows the waiter's announcement.
  if (state_->exchange(signalled, std::memory_order_acq_rel) != waiting) return;
  count_signal_call();
  call(FUTEX_WAKE, 1);
}

void FutexChannel::wait() noexcept {
  std::uint32_t expected = idle;
  if (state_->compare_exchange_strong(expected, waiting, std::memory_order_acq_rel)) {
    count_wait_call();
    call(FUTEX_WAIT, waiting);  // returns at once if signalled meanwhile
  }
  state_->exchange(idle, std::memory_order_acq_rel);
}

}  // namespace kickbench
