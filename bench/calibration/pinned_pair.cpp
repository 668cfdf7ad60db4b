#include "bench/calibration/pinned_pair.hpp"

#include <atomic>
#include <exception>
#include <semaphore>
#include <thread>

#include "bench/host/thread.hpp"

namespace kickbench::bench::calibration {

/// One thread, which runs what it is given, one function after the other.
class PinnedPair::Worker {
 public:
  Worker() : thread_([this] { serve(); }) {}
  ~Worker() { begin(nullptr); }

  /// `body` must not throw, and outlives the run. Null ends the thread.
  void begin(const std::function<void()>* body) {
    body_ = body;
    begin_.release();
  }
  void finish() { done_.acquire(); }

 private:
  void serve() {
    for (;;) {
      begin_.acquire();
      if (body_ == nullptr) return;
      (*body_)();
      done_.release();
    }
  }

  const std::function<void()>* body_ = nullptr;
  std::binary_semaphore begin_{0};
  std::binary_semaphore done_{0};
  std::jthread thread_;  // last: it uses the others
};

PinnedPair::PinnedPair(const host::Placement& placement)
    : workers_{std::make_unique<Worker>(), std::make_unique<Worker>()} {
  StopFlag stop;
  const auto pin = [](int cpu) {
    host::pin_this_thread(cpu);
    host::use_least_timer_slack();
  };
  run(
      stop, [&] { pin(placement.producer_cpu); }, [&] { pin(placement.consumer_cpu); });
}

PinnedPair::~PinnedPair() = default;

void PinnedPair::run(StopFlag& stop, const std::function<void()>& producer_side,
                     const std::function<void()>& consumer_side) {
  std::exception_ptr first_failure;
  std::atomic<bool> failed{false};
  const auto guarded = [&](const std::function<void()>& body) {
    return [&] {
      try {
        body();
      } catch (...) {
        if (!failed.exchange(true)) first_failure = std::current_exception();
        stop.request();
      }
    };
  };
  const std::function<void()> producer = guarded(producer_side);
  const std::function<void()> consumer = guarded(consumer_side);
  workers_[0]->begin(&producer);
  workers_[1]->begin(&consumer);
  for (const auto& worker : workers_) worker->finish();
  if (first_failure) std::rethrow_exception(first_failure);
}

}  // namespace kickbench::bench::calibration
