#pragma once

#include <linux/futex.h>

#include <atomic>
#include <cstdint>
#include <optional>

#include "notify/notifier.hpp"
#include "ring/shared_memory.hpp"
#include "ring/units.hpp"

namespace kickbench {

/// A futex word with three states, so that a signal enters the kernel only if somebody waits there. Between threads the
/// word is private to the process, which spares the kernel a look at the mapping; between processes it lies in shared
/// memory of its own.
class FutexChannel final : public Channel {
 public:
  FutexChannel();  ///< throws std::system_error where the host refuses to wait or to wake
  explicit FutexChannel(int file_descriptor);

  void signal() noexcept override;
  void wait() noexcept override;
  int share() override;

 private:
  static constexpr std::uint32_t idle = 0, signalled = 1, waiting = 2;

  void use(SharedMemory memory);
  void call(int operation, std::uint32_t value) noexcept;

  alignas(line_pair_bytes) std::atomic<std::uint32_t> own_state_{idle};
  // On lines of their own: read by both ends, written by none.
  alignas(line_pair_bytes) std::atomic<std::uint32_t>* state_ = &own_state_;
  int scope_ = FUTEX_PRIVATE_FLAG;  ///< added to each operation
  std::optional<SharedMemory> memory_;
};

}  // namespace kickbench
