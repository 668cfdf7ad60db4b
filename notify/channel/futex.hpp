#pragma once

#include <atomic>
#include <cstdint>

#include "notify/notifier.hpp"
#include "ring/units.hpp"

namespace kickbench {

/// A futex word with three states, so that a signal enters the kernel only if somebody waits there.
class FutexChannel final : public Channel {
 public:
  void signal() noexcept override;
  void wait() noexcept override;

 private:
  static constexpr std::uint32_t idle = 0, signalled = 1, waiting = 2;

  alignas(line_pair_bytes) std::atomic<std::uint32_t> state_{idle};
};

}  // namespace kickbench
