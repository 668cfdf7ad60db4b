#include "ring/shared_memory.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace kickbench {
namespace {

[[noreturn]] void fail(int error, const char* what) { throw std::system_error(error, std::generic_category(), what); }

}  // namespace

SharedMemory::SharedMemory(std::size_t size_bytes)
    : SharedMemory(memfd_create("kickbench-ring", MFD_CLOEXEC), size_bytes) {}

SharedMemory SharedMemory::attach(int file_descriptor) {
  struct stat file {};
  if (fstat(file_descriptor, &file) != 0) fail(errno, "cannot look at the shared memory of the ring (fstat)");
  return SharedMemory(fcntl(file_descriptor, F_DUPFD_CLOEXEC, 0), static_cast<std::size_t>(file.st_size));
}

SharedMemory::SharedMemory(int file_descriptor, std::size_t size_bytes) : fd_(file_descriptor) {
  if (fd_ < 0) fail(errno, "cannot get a descriptor for the shared memory of the ring (memfd_create)");
  void* address = MAP_FAILED;
  if (ftruncate(fd_, static_cast<off_t>(size_bytes)) == 0) {
    address = mmap(nullptr, size_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd_, 0);
  }
  if (address == MAP_FAILED) {
    const int error = errno;
    close(fd_);
    fail(error, "cannot map the shared memory of the ring");
  }
  bytes_ = {static_cast<std::byte*>(address), size_bytes};
}

SharedMemory::~SharedMemory() {
  if (fd_ < 0) return;
  munmap(bytes_.data(), bytes_.size());
  close(fd_);
}

void refuse_overlap(std::initializer_list<AreaRange> areas) {
  for (const AreaRange& a : areas) {
    for (const AreaRange& b : areas) {
      if (&a == &b || a.address + a.bytes <= b.address || b.address + b.bytes <= a.address) continue;
      throw std::invalid_argument("areas of the queue, at " + std::to_string(a.address) + " and " +
                                  std::to_string(b.address) + ", overlap");
    }
  }
}

}  // namespace kickbench
