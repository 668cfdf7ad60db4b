#include "notify/channel/eventfd.hpp"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace kickbench {

EventFd::EventFd() : fd_(eventfd(0, EFD_CLOEXEC)) {
  if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "cannot create an eventfd");
}

EventFd::EventFd(int file_descriptor) : fd_(fcntl(file_descriptor, F_DUPFD_CLOEXEC, 0)) {
  if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "cannot duplicate an eventfd");
}

EventFd::~EventFd() { close(fd_); }

int EventFd::add_one() noexcept {
  const std::uint64_t one = 1;
  return write(fd_, &one, sizeof one) == sizeof one ? 0 : errno;
}

int EventFd::take() noexcept {
  std::uint64_t count;
  // An interrupted read returns early, which the contract of a notifier allows.
  return read(fd_, &count, sizeof count) == sizeof count || errno == EINTR ? 0 : errno;
}

}  // namespace kickbench
