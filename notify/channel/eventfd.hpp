#pragma once

#include "notify/notifier.hpp"

namespace kickbench {

/// An eventfd: the kick and interrupt channel of KVM's ioeventfd and irqfd, and of vhost-user.
class EventFd {
 public:
  EventFd();                              ///< throws std::system_error
  explicit EventFd(int file_descriptor);  ///< the same eventfd by a duplicate; throws std::system_error
  ~EventFd();
  EventFd(const EventFd&) = delete;
  EventFd& operator=(const EventFd&) = delete;

  int get() const noexcept { return fd_; }
  int add_one() noexcept;  ///< 0, or the errno of what failed
  int take() noexcept;     ///< blocks until something was added; may return early. 0, or the errno of what failed

 private:
  int fd_;
};

/// Waits by read(2).
class EventFdChannel final : public Channel {
 public:
  EventFdChannel() = default;
  explicit EventFdChannel(int file_descriptor) : event_(file_descriptor) {}

  void signal() noexcept override {
    count_signal_call();
    if (const int error = event_.add_one()) note_error(error);
  }
  void wait() noexcept override {
    count_wait_call();
    if (const int error = event_.take()) note_error(error);
  }
  int share() override { return event_.get(); }

 private:
  EventFd event_;
};

}  // namespace kickbench
