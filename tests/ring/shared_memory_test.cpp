#include "ring/shared_memory.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace kickbench {
namespace {

TEST(SharedMemory, Is_zeroed_and_seen_through_every_mapping) {
  SharedMemory made(8192);
  EXPECT_EQ(made.bytes()[8191], std::byte{0});
  const SharedMemory attached = SharedMemory::attach(made.file_descriptor());
  EXPECT_EQ(attached.bytes().size(), 8192U);
  EXPECT_NE(attached.bytes().data(), made.bytes().data());
  made.bytes()[5000] = std::byte{7};
  EXPECT_EQ(attached.bytes()[5000], std::byte{7});
}

TEST(SharedMemory, A_peer_cannot_change_its_size) {
  const SharedMemory made(8192);
  if ((fcntl(made.file_descriptor(), F_GET_SEALS) & F_SEAL_SHRINK) == 0) GTEST_SKIP() << "no seals on this host";
  for (const off_t size : {0, 4096, 16384}) {
    EXPECT_EQ(ftruncate(made.file_descriptor(), size), -1);
    EXPECT_EQ(errno, EPERM);
  }
}

TEST(SharedMemory, Attaching_leaves_the_size_as_it_is) {
  const int file = memfd_create("made elsewhere", MFD_CLOEXEC);
  if (file < 0) GTEST_SKIP() << "no memfd on this host";
  ASSERT_EQ(ftruncate(file, 12288), 0);
  EXPECT_EQ(SharedMemory::attach(file).bytes().size(), 12288U);
  struct stat facts {};
  ASSERT_EQ(fstat(file, &facts), 0);
  EXPECT_EQ(facts.st_size, 12288);
  close(file);
}

TEST(SharedMemory, What_is_no_memory_is_an_error) {
  EXPECT_THROW(SharedMemory::attach(-1), std::system_error);
  const int empty = memfd_create("empty", MFD_CLOEXEC);
  if (empty < 0) GTEST_SKIP() << "no memfd on this host";
  EXPECT_THROW(SharedMemory::attach(empty), std::system_error);
  close(empty);
}

}  // namespace
}  // namespace kickbench
