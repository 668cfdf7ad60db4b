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

/// An anonymous file in memory. Where memfd_create is refused (an old kernel, a sandbox), one without a name on the
/// file system that is kept in memory.
int make_anonymous_file() {
  const int memory = memfd_create("kickbench-ring", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (memory >= 0) return memory;
  const int error = errno;
  const int file = open("/dev/shm", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0) fail(error, "cannot get shared memory for the ring: no file in /dev/shm either (memfd_create)");
  return file;
}

std::size_t size_of_file(int file_descriptor) {
  struct stat file {};
  if (fstat(file_descriptor, &file) != 0) fail(errno, "cannot look at the shared memory of the ring (fstat)");
  return static_cast<std::size_t>(file.st_size);
}

}  // namespace

SharedMemory::SharedMemory(std::size_t size_bytes) : SharedMemory(OwnedDescriptor{make_anonymous_file()}) {
  if (ftruncate(fd_, static_cast<off_t>(size_bytes)) != 0) fail(errno, "cannot size the shared memory of the ring");
  // A peer that made it smaller would make every access beyond fatal. Best effort: /dev/shm knows no seals.
  fcntl(fd_, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
  map(size_bytes);
}

SharedMemory SharedMemory::attach(int file_descriptor) {
  SharedMemory memory(OwnedDescriptor{fcntl(file_descriptor, F_DUPFD_CLOEXEC, 0)});
  memory.map(size_of_file(file_descriptor));
  return memory;
}

SharedMemory::SharedMemory(OwnedDescriptor descriptor) : fd_(descriptor.value) {
  if (fd_ < 0) fail(errno, "cannot get a descriptor for the shared memory of the ring");
}

void SharedMemory::map(std::size_t size_bytes) {
  void* const address = mmap(nullptr, size_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd_, 0);
  if (address == MAP_FAILED) fail(errno, "cannot map the shared memory of the ring");
  bytes_ = {static_cast<std::byte*>(address), size_bytes};
}

SharedMemory::~SharedMemory() {
  if (bytes_.data() != nullptr) munmap(bytes_.data(), bytes_.size());
  if (fd_ >= 0) close(fd_);
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
