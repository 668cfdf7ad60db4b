// A way out of a hang: a lost wake-up shall fail a test with a message, not hold up the whole run.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace kickbench::test {

/// Calls `rescue` on a thread of its own when the watchdog has not been destroyed within `limit`, and again every 50 ms
/// until it is. The limit is far beyond what the guarded code takes on the slowest machine.
class Watchdog {
 public:
  Watchdog(std::chrono::seconds limit, std::function<void()> rescue)
      : rescue_(std::move(rescue)), thread_([this, limit] { watch(limit); }) {}
  ~Watchdog() {
    {
      const std::lock_guard lock(mutex_);
      finished_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  bool fired() const noexcept { return fired_.load(); }

 private:
  void watch(std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    const auto finished = [this] { return finished_; };
    if (changed_.wait_for(lock, limit, finished)) return;
    fired_ = true;
    do {
      lock.unlock();
      rescue_();
      lock.lock();
    } while (!changed_.wait_for(lock, std::chrono::milliseconds(50), finished));
  }

  std::function<void()> rescue_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool finished_ = false;
  std::atomic<bool> fired_{false};
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace kickbench::test
