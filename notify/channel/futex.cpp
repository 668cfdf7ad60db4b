#include "notify/channel/futex.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <utility>

namespace kickbench {
namespace {

void futex(std::atomic<std::uint32_t>& word, int operation, std::uint32_t value) noexcept {
  syscall(SYS_futex, &word, operation, value, nullptr, nullptr, 0);
}

}  // namespace

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

void FutexChannel::signal() noexcept {
  // release: what we did before the signal is seen after the wait; acquire: a wake follows the waiter's announcement.
  if (state_->exchange(signalled, std::memory_order_acq_rel) == waiting) futex(*state_, FUTEX_WAKE | scope_, 1);
}

void FutexChannel::wait() noexcept {
  std::uint32_t expected = idle;
  if (state_->compare_exchange_strong(expected, waiting, std::memory_order_acq_rel)) {
    futex(*state_, FUTEX_WAIT | scope_, waiting);  // returns at once if signalled meanwhile
  }
  state_->exchange(idle, std::memory_order_acq_rel);
}

}  // namespace kickbench
