#include "bench/measure/cancel.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <csignal>
#include <cstdlib>
#include <thread>

#include "tests/bench/live.hpp"
#include "tests/bench/made_up.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

class CancelTest : public test::TwoCpus {};

// In a process of its own, which the second signal ends.
TEST(CancelDeathTest, A_second_signal_ends_the_process) {
  const auto twice = [] {
    catch_cancel_signals();
    std::raise(SIGINT);
    std::raise(SIGINT);  // as timeout(1) does: the same wish
    std::this_thread::sleep_for(std::chrono::milliseconds(400));
    std::raise(SIGTERM);
    std::exit(0);
  };
  EXPECT_EXIT(twice(), testing::KilledBySignal(SIGTERM), "");
}

// The last test of this program: from the signal on the process counts as cancelled.
TEST_F(CancelTest, A_signal_ends_a_run_in_which_both_sides_wait) {
  EXPECT_EQ(cancel_fd(), -1);
  EXPECT_FALSE(cancel_requested());
  catch_cancel_signals();
  pollfd watched{.fd = cancel_fd(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(poll(&watched, 1, 0), 0) << "nothing has happened yet";

  Session session(test::scenario_of(WaitKind::block, 1e6, 1000), placement_, test::live_clock());
  EXPECT_NO_THROW(session.run(test::short_slice));
  std::thread user([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    std::raise(SIGINT);
  });
  // Without the signal it would go on for an hour.
  EXPECT_THROW(session.run({.warm_up = Nanoseconds(3600e9), .measured = Nanoseconds(1e6)}), Cancelled);
  user.join();
  EXPECT_TRUE(cancel_requested());
  EXPECT_EQ(poll(&watched, 1, 0), 1) << "stays readable";
  EXPECT_EQ(poll(&watched, 1, 0), 1);
}

}  // namespace
}  // namespace kickbench::bench
