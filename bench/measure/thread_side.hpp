#pragma once

#include <atomic>
#include <memory>
#include <thread>

#include "bench/measure/side_host.hpp"
#include "notify/channel/eventfd.hpp"

namespace kickbench::bench::measure {

/// A side on a pinned thread of this process.
class ThreadSide final : public SideHost {
 public:
  /// Returns when the thread is pinned. Throws std::system_error where the host refuses the thread or its CPU.
  ThreadSide(std::unique_ptr<Side> side, int cpu);
  /// Waits for a slice under way, which must have been released.
  ~ThreadSide() override;
  ThreadSide(const ThreadSide&) = delete;
  ThreadSide& operator=(const ThreadSide&) = delete;

  void begin_slice() override { command(command_.load(std::memory_order_relaxed) + 1); }
  int done() const noexcept override { return done_.get(); }
  const SideReport& finish_slice() override;
  void interrupt() noexcept override;
  void end_by_force() noexcept override {}  // nothing ends a thread from outside
  const void* queue_address() const noexcept override { return side_->queue_address(); }

 private:
  static constexpr int quit = -1;

  void serve();
  void command(int number) noexcept;

  std::unique_ptr<Side> side_;
  std::atomic<int> command_{0};  ///< the number of the slice to run, or quit
  EventFd done_;
  std::jthread thread_;  // last: ends before what it uses
};

}  // namespace kickbench::bench::measure
