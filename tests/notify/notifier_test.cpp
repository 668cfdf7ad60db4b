// What every notifier of the table must do: latch a signal, and lose none. With one object that both threads use, and
// with two ends, as two processes have them.
#include "notify/notifier.hpp"

#include <gtest/gtest.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <set>
#include <string>
#include <system_error>
#include <thread>
#include <tuple>
#include <vector>

#include "notify/channel/eventfd.hpp"
#include "notify/channel/eventfd_uring.hpp"
#include "notify/channel/futex.hpp"
#include "tests/notify/missing.hpp"
#include "tests/notify/watchdog.hpp"

namespace kickbench {
namespace {

using test::Watchdog;

constexpr std::chrono::seconds hang_limit{60};

static_assert(Notifier<EventFdChannel> && EventFdChannel::can_wake);
static_assert(Notifier<FutexChannel> && FutexChannel::can_wake);
static_assert(Notifier<EventFdUringChannel> && EventFdUringChannel::can_wake);
static_assert(Notifier<Channel> && Channel::can_wake);
static_assert(Notifier<NoNotifier> && !NoNotifier::can_wake);

struct MayThrow {
  static constexpr bool can_wake = true;
  void signal() {}
  void wait() noexcept {}
};
static_assert(!Notifier<MayThrow>, "signal() is called on the measured path");
struct CannotWait {
  static constexpr bool can_wake = true;
  void signal() noexcept {}
};
static_assert(!Notifier<CannotWait>);

std::vector<NotifierKind> channel_kinds() {
  std::vector<NotifierKind> kinds;
  for (const NotifierKind& kind : notifier_kinds()) {
    if (kind.name != "none") kinds.push_back(kind);
  }
  return kinds;
}

std::string test_name_of(std::string_view name) {
  std::string valid(name);
  std::ranges::replace(valid, '-', '_');
  return valid;
}

/// A channel with the end that signals and the end that waits.
class Ends {
 public:
  Ends(const NotifierKind& kind, bool shared)
      : made_(kind.make()), attached_(shared ? kind.attach(made_->share()) : nullptr) {}
  void signal() noexcept { made_->signal(); }
  void wait() noexcept { (attached_ ? attached_ : made_)->wait(); }

 private:
  std::unique_ptr<Channel> made_;
  std::unique_ptr<Channel> attached_;
};

class NotifierConformance : public testing::TestWithParam<std::tuple<NotifierKind, bool>> {
 protected:
  void SetUp() override {
    const NotifierKind& kind = std::get<0>(GetParam());
    const std::string reason = kind.unavailable_reason();
    if (!reason.empty()) GTEST_SKIP() << kind.name << " is unavailable: " << reason;
    channel_ = make();
  }

  static std::unique_ptr<Ends> make() {
    const auto& [kind, shared] = GetParam();
    return std::make_unique<Ends>(kind, shared);
  }

  std::unique_ptr<Ends> channel_;
};

INSTANTIATE_TEST_SUITE_P(Table, NotifierConformance,
                         testing::Combine(testing::ValuesIn(channel_kinds()), testing::Bool()), [](const auto& test) {
                           return test_name_of(std::get<0>(test.param).name) +
                                  (std::get<1>(test.param) ? "_shared" : "");
                         });

TEST_P(NotifierConformance, A_signal_before_the_wait_ends_it_at_once) {
  const Watchdog watchdog(hang_limit, [&] { channel_->signal(); });
  for (int round = 0; round < 1000 && !watchdog.fired(); ++round) {
    channel_->signal();
    channel_->wait();
  }
  EXPECT_FALSE(watchdog.fired()) << "a wait did not see the signal that was sent before it";
}

TEST_P(NotifierConformance, Several_signals_before_the_wait_end_it) {
  const Watchdog watchdog(hang_limit, [&] { channel_->signal(); });
  for (int count = 1; count < 100 && !watchdog.fired(); ++count) {
    for (int i = 0; i < count; ++i) channel_->signal();
    channel_->wait();
  }
  EXPECT_FALSE(watchdog.fired());
}

/// A thread that waits until it is told that the signal was sent, and counts how often wait() returned.
class Waiter {
 public:
  explicit Waiter(Ends& channel) : thread_([this, &channel] { run(channel); }) {}
  void join() { thread_.join(); }
  pthread_t native_handle() { return thread_.native_handle(); }
  void told() { told_ = true; }
  unsigned return_count() const { return return_count_; }

 private:
  void run(Ends& channel) {
    do {
      channel.wait();
      ++return_count_;
    } while (!told_);
  }

  std::atomic<bool> told_{false};
  std::atomic<unsigned> return_count_{0};
  std::thread thread_;
};

// A wait may return early now and then. One that does not block at all returns thousands of times.
constexpr unsigned early_returns_max = 10;
constexpr std::chrono::milliseconds long_enough_to_see_it_spin{30};

TEST_P(NotifierConformance, A_wait_blocks_until_another_thread_signals) {
  const Watchdog watchdog(hang_limit, [&] { channel_->signal(); });
  for (int round = 0; round < 3; ++round) {
    Waiter waiter(*channel_);
    std::this_thread::sleep_for(long_enough_to_see_it_spin);
    EXPECT_LE(waiter.return_count(), early_returns_max);
    waiter.told();
    channel_->signal();
    waiter.join();
  }
  EXPECT_FALSE(watchdog.fired()) << "the signal did not end the wait";
}

TEST_P(NotifierConformance, Signals_that_were_waited_for_are_used_up) {
  constexpr unsigned signal_count = 100;
  const Watchdog watchdog(hang_limit, [&] { channel_->signal(); });
  for (unsigned i = 0; i < signal_count; ++i) channel_->signal();
  Waiter waiter(*channel_);
  std::this_thread::sleep_for(long_enough_to_see_it_spin);
  EXPECT_LE(waiter.return_count(), signal_count + early_returns_max) << "a latch that never closes";
  waiter.told();
  channel_->signal();
  waiter.join();
  EXPECT_FALSE(watchdog.fired());
}

TEST_P(NotifierConformance, Two_channels_do_not_share_a_latch) {
  const std::unique_ptr<Ends> other = make();
  const Watchdog watchdog(hang_limit, [&] { channel_->signal(); });
  Waiter waiter(*channel_);
  for (unsigned i = 0; i < 100 * early_returns_max; ++i) other->signal();
  std::this_thread::sleep_for(long_enough_to_see_it_spin);
  EXPECT_LE(waiter.return_count(), early_returns_max);
  waiter.told();
  channel_->signal();
  waiter.join();
  EXPECT_FALSE(watchdog.fired());
}

TEST_P(NotifierConformance, Ping_pong_loses_no_wake_up) {
  constexpr int round_count = 20'000;
  const std::unique_ptr<Ends> back = make();
  std::atomic<int> ping{0};
  std::atomic<int> pong{0};
  std::atomic<bool> given_up{false};
  const Watchdog watchdog(hang_limit, [&] {
    given_up = true;
    channel_->signal();
    back->signal();
  });
  // relaxed: that the signal carries what was written before it is part of what is tested.
  std::thread other([&] {
    for (int round = 1; round <= round_count; ++round) {
      while (ping.load(std::memory_order_relaxed) < round) {
        if (given_up) return;
        channel_->wait();
      }
      pong.store(round, std::memory_order_relaxed);
      back->signal();
    }
  });
  for (int round = 1; round <= round_count && !given_up; ++round) {
    ping.store(round, std::memory_order_relaxed);
    channel_->signal();
    while (pong.load(std::memory_order_relaxed) < round && !given_up) back->wait();
  }
  other.join();
  EXPECT_FALSE(watchdog.fired()) << "lost a wake-up in round " << ping << ", the other thread answered " << pong;
  EXPECT_EQ(pong, round_count);
}

TEST_P(NotifierConformance, A_storm_of_signals_loses_no_wake_up) {
  // The signaller does not wait for anything: signals hit the waiter in every state.
  constexpr int signal_count = 50'000;
  std::atomic<int> sent{0};
  std::atomic<bool> given_up{false};
  const Watchdog watchdog(hang_limit, [&] {
    given_up = true;
    channel_->signal();
  });
  std::thread waiter([&] {
    while (sent.load(std::memory_order_relaxed) < signal_count && !given_up) channel_->wait();
  });
  for (int i = 1; i <= signal_count; ++i) {
    sent.store(i, std::memory_order_relaxed);
    channel_->signal();
  }
  waiter.join();
  EXPECT_FALSE(watchdog.fired()) << "the last signal did not end the wait";
}

TEST_P(NotifierConformance, A_wait_that_a_posix_signal_interrupted_can_be_repeated) {
  struct sigaction ignore {};
  struct sigaction before {};
  ignore.sa_handler = [](int) {};  // without SA_RESTART: the system call returns
  ASSERT_EQ(sigaction(SIGUSR1, &ignore, &before), 0);
  {
    const Watchdog watchdog(hang_limit, [&] { channel_->signal(); });
    Waiter waiter(*channel_);
    for (int i = 0; i < 10; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      pthread_kill(waiter.native_handle(), SIGUSR1);
    }
    std::this_thread::sleep_for(long_enough_to_see_it_spin);
    EXPECT_LE(waiter.return_count(), 10 + early_returns_max);
    waiter.told();
    channel_->signal();
    waiter.join();
    EXPECT_FALSE(watchdog.fired());
  }
  sigaction(SIGUSR1, &before, nullptr);
}

TEST(NotifierTable, Names_each_notifier_once_and_finds_it) {
  std::set<std::string_view> names;
  for (const NotifierKind& kind : notifier_kinds()) {
    EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
    EXPECT_FALSE(kind.description.empty()) << kind.name;
    const NotifierKind* found = find_notifier(kind.name);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->name, kind.name);
  }
  EXPECT_GE(names.size(), 4U);
  EXPECT_EQ(find_notifier("carrier-pigeon"), nullptr);
  EXPECT_EQ(find_notifier(""), nullptr);
}

TEST(NotifierTable, None_is_available_and_makes_no_channel) {
  const NotifierKind* none = find_notifier("none");
  ASSERT_NE(none, nullptr);
  EXPECT_EQ(none->make(), nullptr);
  EXPECT_EQ(none->attach, nullptr);
  EXPECT_EQ(none->unavailable_reason(), "");
}

TEST(NotifierTable, What_is_available_can_be_made_often) {
  test::Missing missing;
  for (const NotifierKind& kind : channel_kinds()) {
    if (missing.lacks(kind)) continue;
    for (int i = 0; i < 50; ++i) EXPECT_NE(kind.make(), nullptr) << kind.name;
  }
  if (!missing.text().empty()) GTEST_SKIP() << missing.text();
}

TEST(NotifierTable, Either_end_of_a_shared_channel_signals_the_other_and_outlives_it) {
  test::Missing missing;
  for (const NotifierKind& kind : channel_kinds()) {
    if (missing.lacks(kind)) continue;
    std::unique_ptr<Channel> made = kind.make();
    const std::unique_ptr<Channel> attached = kind.attach(made->share());
    const Watchdog watchdog(hang_limit, [&] { attached->signal(); });
    attached->signal();
    made->wait();
    made->signal();
    made.reset();
    attached->wait();
    attached->signal();
    attached->wait();
    EXPECT_FALSE(watchdog.fired()) << kind.name;
  }
  if (!missing.text().empty()) GTEST_SKIP() << missing.text();
}

TEST(NotifierTable, A_descriptor_that_is_not_open_is_refused) {
  test::Missing missing;
  for (const NotifierKind& kind : channel_kinds()) {
    if (missing.lacks(kind)) continue;
    EXPECT_THROW(kind.attach(-1), std::system_error) << kind.name;
  }
  if (!missing.text().empty()) GTEST_SKIP() << missing.text();
}

TEST(NotifierTable, Futex_and_eventfd_work_everywhere) {
  for (const char* name : {"futex", "eventfd"}) {
    ASSERT_NE(find_notifier(name), nullptr);
    EXPECT_EQ(find_notifier(name)->unavailable_reason(), "");
  }
}

}  // namespace
}  // namespace kickbench
