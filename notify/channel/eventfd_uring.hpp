#pragma once

#include <liburing.h>

#include <cstdint>

#include "notify/channel/eventfd.hpp"

namespace kickbench {

/// An eventfd whose wait is a read completed by io_uring, as in an event loop that has moved to io_uring.
class EventFdUringChannel final : public Channel {
 public:
  EventFdUringChannel();                              ///< throws std::system_error where the host refuses io_uring
  explicit EventFdUringChannel(int file_descriptor);  ///< each end has an io_uring of its own; throws likewise
  ~EventFdUringChannel() override;

  void signal() noexcept override {
    count_signal_call();
    if (const int error = event_.add_one()) note_error(error);
  }
  void wait() noexcept override;
  int share() override { return event_.get(); }

 private:
  void set_up_ring();

  EventFd event_;
  io_uring ring_{};
  std::uint64_t count_ = 0;    // where the kernel stores what it read
  bool read_pending_ = false;  // survives a wait that was interrupted
};

}  // namespace kickbench
