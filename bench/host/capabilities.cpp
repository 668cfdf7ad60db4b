#include "bench/host/capabilities.hpp"

#include <fcntl.h>
#include <liburing.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "bench/host/idle.hpp"
#include "bench/host/package_energy.hpp"
#include "bench/host/system_files.hpp"

namespace kickbench::host {

namespace {

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int value() const { return value_; }

 private:
  int value_;
};

Capability probe_open(const std::filesystem::path& root, const char* path, int flags) {
  const Descriptor file(open(below(root, path).c_str(), flags | O_CLOEXEC));
  return file.value() < 0 ? Capability::refused(cannot(path, errno)) : Capability::granted();
}

// "; path is value", or nothing where the file is not there.
std::string setting(const std::filesystem::path& root, const char* path) {
  const Fact<std::string> value = read_word(root, path);
  return value ? "; " + std::string(path) + " is " + *value : std::string();
}

/// 0, or the negative errno of what failed.
int do_nothing(io_uring& ring) {
  io_uring_prep_nop(io_uring_get_sqe(&ring));
  if (const int submitted = io_uring_submit_and_wait(&ring, 1); submitted < 0) return submitted;
  io_uring_cqe* completion = nullptr;
  if (const int error = io_uring_peek_cqe(&ring, &completion)) return error;
  return completion->res;
}

}  // namespace

Capability probe_io_uring(const std::filesystem::path& root) {
  io_uring ring{};
  const int result = io_uring_queue_init(2, &ring, 0);
  if (result >= 0) {
    const int done = do_nothing(ring);
    io_uring_queue_exit(&ring);
    return done == 0 ? Capability::granted() : Capability::refused(cannot("io_uring_enter", -done));
  }
  std::string reason = cannot("io_uring_setup", -result);
  if (result == -ENOSYS) reason += " (the kernel has no io_uring, or a seccomp filter hides it)";
  if (result == -EPERM) reason += " (refused by sysctl or by the seccomp filter of a container)";
  if (result == -ENOMEM) reason += " (often the limit on locked memory, ulimit -l)";
  return Capability::refused(reason + setting(root, "/proc/sys/kernel/io_uring_disabled"));
}

Capability probe_memfd() {
  const Descriptor file(memfd_create("kickbench-probe", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (file.value() < 0) return Capability::refused(cannot("memfd_create", errno));
  if (fcntl(file.value(), F_ADD_SEALS, F_SEAL_SHRINK) != 0) return Capability::refused(cannot("F_ADD_SEALS", errno));
  return Capability::granted();
}

Capability probe_perf(const std::filesystem::path& root) {
  perf_event_attr attributes{};
  attributes.type = PERF_TYPE_HARDWARE;
  attributes.size = sizeof attributes;
  attributes.config = PERF_COUNT_HW_CPU_CYCLES;
  attributes.exclude_kernel = 1;
  attributes.exclude_hv = 1;
  const Descriptor counter(
      static_cast<int>(syscall(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC)));
  if (counter.value() < 0) {
    const int error_number = errno;
    std::string reason = cannot("perf_event_open of CPU cycles", error_number);
    if (error_number == ENOENT || error_number == EOPNOTSUPP) {
      reason += " (no hardware counter is exposed, as on a virtual machine without a PMU)";
    }
    return Capability::refused(reason + setting(root, "/proc/sys/kernel/perf_event_paranoid"));
  }
  for (int i = 0; i < 10'000; ++i) asm volatile("");  // work that the compiler must leave in place
  std::uint64_t cycles = 0;
  if (read(counter.value(), &cycles, sizeof cycles) != static_cast<ssize_t>(sizeof cycles)) {
    return Capability::refused(cannot("reading the counter of CPU cycles", errno));
  }
  // A counter that opens and stands still is a PMU that the hypervisor or another user keeps for itself.
  return cycles > 0 ? Capability::granted() : Capability::refused("the counter of CPU cycles opens but does not count");
}

Capability probe_rapl(const std::filesystem::path& root) {
  const PackageCounters counters = read_package_counters(root);
  return counters ? Capability::granted() : Capability::refused(counters.reason);
}

Capability probe_kvm(const std::filesystem::path& root) { return probe_open(root, "/dev/kvm", O_RDWR); }

Capability probe_cpu_dma_latency(const std::filesystem::path& root) {
  return probe_open(root, idle_latency_device, O_WRONLY);
}

Fact<std::uint64_t> read_cpu_dma_latency_us(const std::filesystem::path& root) {
  using Latency = Fact<std::uint64_t>;
  const Descriptor device(open(below(root, idle_latency_device).c_str(), O_RDONLY | O_CLOEXEC));
  if (device.value() < 0) return Latency::unknown(cannot(idle_latency_device, errno));
  std::int32_t latency_us = 0;
  const ssize_t count = read(device.value(), &latency_us, sizeof latency_us);
  if (count < 0) return Latency::unknown(cannot(idle_latency_device, errno));
  if (count != static_cast<ssize_t>(sizeof latency_us) || latency_us < 0) {
    return Latency::unknown(std::string(idle_latency_device) + ": does not hold a 32-bit latency");
  }
  return Latency::known(static_cast<std::uint64_t>(latency_us));
}

Fact<std::uint64_t> read_limit(int resource) {
  rlimit limit{};
  // The C++ prototype of glibc wants an enumeration where POSIX has int.
  if (getrlimit(static_cast<__rlimit_resource_t>(resource), &limit) != 0) {
    return Fact<std::uint64_t>::unknown(cannot("getrlimit", errno));
  }
  if (limit.rlim_cur == RLIM_INFINITY) return Fact<std::uint64_t>::unknown("unlimited");
  return Fact<std::uint64_t>::known(limit.rlim_cur);
}

}  // namespace kickbench::host
