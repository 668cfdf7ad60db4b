#include "ring/shared_memory.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace kickbench {
namespace {

[[noreturn]] void fail(int error, const char* what) { throw std::system_error(error, std::generic_category(), what); }

}  // namespace

SharedMemory::SharedMemory(std::size_t size_bytes) {
  fd_ = memfd_create("kickbench-ring", MFD_CLOEXEC);
  if (fd_ < 0) fail(errno, "cannot create the shared memory of the ring (memfd_create)");
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
  munmap(bytes_.data(), bytes_.size());
  close(fd_);
}

}  // namespace kickbench
