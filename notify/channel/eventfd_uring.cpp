#include "notify/channel/eventfd_uring.hpp"

#include <cerrno>
#include <system_error>

namespace kickbench {

EventFdUringChannel::EventFdUringChannel() { set_up_ring(); }

EventFdUringChannel::EventFdUringChannel(int file_descriptor) : event_(file_descriptor) { set_up_ring(); }

void EventFdUringChannel::set_up_ring() {
  const int error = io_uring_queue_init(2, &ring_, 0);
  if (error < 0) throw std::system_error(-error, std::generic_category(), "cannot set up io_uring");
}

EventFdUringChannel::~EventFdUringChannel() { io_uring_queue_exit(&ring_); }

void EventFdUringChannel::wait() noexcept {
  if (!read_pending_) {
    io_uring_sqe* request = io_uring_get_sqe(&ring_);
    io_uring_prep_read(request, event_.get(), &count_, sizeof count_, 0);
    read_pending_ = true;
  }
  count_wait_call();
  const int submitted = io_uring_submit_and_wait(&ring_, 1);
  if (submitted < 0 && submitted != -EINTR) note_error(-submitted);
  io_uring_cqe* completion = nullptr;
  if (io_uring_peek_cqe(&ring_, &completion) == 0) {
    // A read that was interrupted is an early return. One of a kernel without such reads (before 5.6) is refused here.
    if (completion->res < 0 && completion->res != -EINTR) note_error(-completion->res);
    io_uring_cqe_seen(&ring_, completion);
    read_pending_ = false;
  }
}

}  // namespace kickbench
