#include "bench/host/idle.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

namespace kickbench::host {

namespace {

[[noreturn]] void refuse(const std::string& device, const char* act, int error_number) {
  std::string message =
      "cannot make idle CPUs poll: " + std::string(act) + " " + device + ": " + std::strerror(error_number);
  if (error_number == EACCES || error_number == EPERM) {
    message += "; run as root, or let your user write to it (chmod or a udev rule), or use --idle as-is";
  } else if (error_number == ENOENT) {
    message += "; the kernel lacks CONFIG_CPU_IDLE or the container hides the device: pass it in, or use --idle as-is";
  } else {
    message += "; use --idle as-is";
  }
  throw IdleError(message);
}

}  // namespace

std::string_view name_of(IdleMode mode) { return mode == IdleMode::poll ? "poll" : "as-is"; }

IdlePolling::IdlePolling(const std::string& device) : descriptor_(open(device.c_str(), O_WRONLY | O_CLOEXEC)) {
  if (descriptor_ < 0) refuse(device, "opening", errno);
  // The kernel takes four bytes as a binary number of microseconds.
  const std::int32_t latency_us = 0;
  const ssize_t written = write(descriptor_, &latency_us, sizeof latency_us);
  if (written == static_cast<ssize_t>(sizeof latency_us)) return;
  const int error_number = written < 0 ? errno : EIO;
  close(descriptor_);
  refuse(device, "writing to", error_number);
}

IdlePolling::~IdlePolling() { close(descriptor_); }

}  // namespace kickbench::host
