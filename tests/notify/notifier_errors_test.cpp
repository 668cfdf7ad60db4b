// A signal or a wait that the kernel refuses is noted, whatever the notifier.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "notify/notifier.hpp"
#include "tests/notify/missing.hpp"

namespace kickbench {
namespace {

TEST(NotifierErrors, A_wait_that_fails_is_noted_and_the_first_error_stays) {
  const int write_only = open("/dev/null", O_WRONLY | O_CLOEXEC);
  test::Missing missing;
  for (const char* name : {"eventfd", "eventfd-uring"}) {
    const NotifierKind& kind = *find_notifier(name);
    if (missing.lacks(kind)) continue;
    const std::unique_ptr<Channel> channel = kind.attach(write_only);
    channel->signal();
    EXPECT_EQ(channel->error(), 0) << name;
    channel->wait();
    EXPECT_EQ(channel->error(), EBADF) << name;
    channel->signal();
    EXPECT_EQ(channel->error(), EBADF) << name;
  }
  if (!missing.text().empty()) GTEST_SKIP() << missing.text();
  close(write_only);
}

TEST(NotifierErrors, A_signal_that_fails_is_noted) {
  const int read_only = open("/dev/null", O_RDONLY | O_CLOEXEC);
  test::Missing missing;
  for (const char* name : {"eventfd", "eventfd-uring"}) {
    const NotifierKind& kind = *find_notifier(name);
    if (missing.lacks(kind)) continue;
    const std::unique_ptr<Channel> channel = kind.attach(read_only);
    channel->signal();
    EXPECT_EQ(channel->error(), EBADF) << name;
  }
  if (!missing.text().empty()) GTEST_SKIP() << missing.text();
  close(read_only);
}

TEST(NotifierErrors, The_message_says_what_the_kernel_said) {
  EXPECT_EQ(describe_channel_error(EINVAL), "a signal or a wait failed: Invalid argument");
}

}  // namespace
}  // namespace kickbench
