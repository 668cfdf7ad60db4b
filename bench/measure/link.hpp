// What joins the two sides: the queue's memory, the control block and both channels, as this process has them.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "bench/measure/control_block.hpp"
#include "bench/scenario/scenario.hpp"
#include "notify/notifier.hpp"
#include "ring/shared_memory.hpp"

namespace kickbench::bench::measure {

class Link {
 public:
  /// Everything new, for both sides. Throws std::system_error where the host refuses something.
  explicit Link(const scenario::Scenario& scenario);

  /// What another process has made, by duplicates of the descriptors that its share() gave. The queue is mapped at
  /// another address than `taken`. Throws likewise.
  Link(const scenario::Scenario& scenario, std::span<const int> descriptors, const void* taken);

  ControlBlock& control() noexcept { return *control_; }
  std::span<std::byte> queue() const noexcept { return queue_.bytes(); }
  /// Null for the notifier `none`.
  Channel* to_consumer() noexcept { return to_consumer_.get(); }
  Channel* to_producer() noexcept { return to_producer_.get(); }

  /// Sets the stop flag and wakes whoever waits: every wait has a way out.
  void release_both() noexcept;

  /// errno of the first signal or wait of either channel that failed in this process; 0 for none.
  int channel_error() const noexcept;

  /// Lets another process take part: the descriptors that it needs, owned by this link. To be called before either side
  /// runs. Throws std::system_error.
  std::vector<int> share();

 private:
  SharedMemory control_memory_;
  ControlBlock* control_;
  SharedMemory queue_;
  std::unique_ptr<Channel> to_consumer_;
  std::unique_ptr<Channel> to_producer_;
};

}  // namespace kickbench::bench::measure
