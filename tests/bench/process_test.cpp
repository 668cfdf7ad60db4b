// What the two processes of a session are joined by: a socket, messages over it, and a process that is always reaped.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <thread>

#include "bench/measure/process/child_process.hpp"
#include "bench/measure/process/messages.hpp"
#include "bench/measure/process/peer_socket.hpp"
#include "bench/measure/process/side_process.hpp"
#include "bench/measure/process/wire.hpp"
#include "tests/bench/made_up.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

struct Pair {
  Pair() : Pair(PeerSocket::make_pair()) {}
  explicit Pair(std::pair<PeerSocket, Descriptor> ends)
      : here(std::move(ends.first)), there(std::make_unique<PeerSocket>(std::move(ends.second))) {}

  PeerSocket here;
  std::unique_ptr<PeerSocket> there;
};

std::vector<std::byte> some_bytes(std::size_t count) {
  std::vector<std::byte> bytes(count);
  for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::byte>(i * 7 + i / 256);
  return bytes;
}

TEST(PeerSocketTest, Messages_of_any_length_arrive_whole_and_in_order) {
  Pair pair;
  // The longest is far beyond what a socket buffers.
  const std::vector<std::size_t> lengths{0, 1, 100, 5'000'000, 0, 3};
  std::jthread sender([&] {
    for (const std::size_t length : lengths) pair.here.send(some_bytes(length));
  });
  for (const std::size_t length : lengths) {
    const Message message = pair.there->receive();
    EXPECT_EQ(message.bytes, some_bytes(length));
    EXPECT_TRUE(message.descriptors.empty());
  }
}

ino_t file_of(int descriptor) {
  struct stat facts {};
  EXPECT_EQ(fstat(descriptor, &facts), 0);
  return facts.st_ino;
}

TEST(PeerSocketTest, Descriptors_arrive_with_their_message_in_order) {
  Pair pair;
  const SharedMemory one(4096);
  const SharedMemory two(4096);
  const std::vector<int> sent{one.file_descriptor(), two.file_descriptor(), one.file_descriptor()};
  pair.here.send(some_bytes(1));
  pair.here.send(some_bytes(10), sent);
  EXPECT_TRUE(pair.there->receive().descriptors.empty());
  const Message message = pair.there->receive();
  ASSERT_EQ(message.descriptors.size(), sent.size());
  for (std::size_t i = 0; i < sent.size(); ++i) {
    EXPECT_EQ(file_of(message.descriptors[i].get()), file_of(sent[i])) << i;
    EXPECT_NE(message.descriptors[i].get(), sent[i]) << "a descriptor of its own";
  }
}

TEST(PeerSocketTest, Who_closes_hangs_up_or_is_silent_is_gone) {
  {
    Pair pair;
    pair.there.reset();
    EXPECT_THROW(pair.here.receive(), PeerGone);
    EXPECT_THROW(pair.here.send(some_bytes(1)), PeerGone) << "and no SIGPIPE";
  }
  {
    Pair pair;
    pair.there->hang_up();
    EXPECT_THROW(pair.here.receive(), PeerGone);
    pair.here.send(some_bytes(1));
    EXPECT_EQ(pair.there->receive().bytes.size(), 1U) << "the other direction is open";
  }
  {
    Pair pair;
    pair.here.limit_waits(std::chrono::seconds(1));
    EXPECT_THAT([&] { pair.here.receive(); }, ThrowsMessage<PeerGone>(HasSubstr("does not answer")));
    EXPECT_THAT([&] { pair.here.send(some_bytes(5'000'000)); }, ThrowsMessage<PeerGone>(HasSubstr("does not answer")));
  }
}

TEST(PeerSocketTest, A_message_that_is_cut_off_is_none) {
  Pair pair;
  const std::uint64_t promised = 100;
  ASSERT_EQ(::send(pair.here.descriptor(), &promised, sizeof promised, 0), static_cast<ssize_t>(sizeof promised));
  pair.here.hang_up();
  EXPECT_THROW(pair.there->receive(), PeerGone);
}

TEST(PeerSocketTest, A_message_that_no_side_would_send_is_not_waited_for) {
  Pair pair;
  const std::uint64_t promised = std::uint64_t{1} << 62;
  ASSERT_EQ(::send(pair.here.descriptor(), &promised, sizeof promised, 0), static_cast<ssize_t>(sizeof promised));
  EXPECT_THAT([&] { pair.there->receive(); }, ThrowsMessage<PeerGone>(HasSubstr("4611686018427387904 bytes")));
}

template <class Value>
Value through_the_wire(const Value& value) {
  Pair pair;
  std::jthread sender([&] { send(pair.here, value); });
  Value arrived;
  receive(*pair.there, arrived);
  return arrived;
}

TEST(Messages, A_report_arrives_as_it_was) {
  SideReport report;
  report.record.counters.signals = 3;
  report.record.counters.waiting = TickSpan{-5};
  for (int i = 1; i <= 1000; ++i) {
    report.record.signals.push({.begin = TickTime{i}, .end = TickTime{2 * i}, .items = 3});
  }
  report.record.waits.push({.begin = TickTime{7}, .look = TickTime{8}, .signal = 9});
  report.window.items = 11;
  report.window.cpu = Nanoseconds(1.5);
  report.window_opened = true;
  report.end = LoopEnd::ring_fault;
  report.fault = RingFault::used_idx_jump;
  report.cpu = CpuHold::lost;
  report.record.cycles = {.warm_up = 2, .count = 5, .whole = true};
  report.line_before = LineReading{.one_way = {21}, .offset = {.lower = {-4}, .upper = {6}}};
  report.latencies.record(5, TickTime{100}, TickTime{140});
  report.latencies.record(6, TickTime{110}, TickTime{150});

  SideReport arrived = through_the_wire(report);
  EXPECT_EQ(arrived.record.counters.signals, 3U);
  EXPECT_EQ(arrived.record.counters.waiting, TickSpan{-5});
  ASSERT_EQ(arrived.record.signals.count(), 1000U);
  EXPECT_EQ(arrived.record.signals[999].end, TickTime{2000});
  ASSERT_EQ(arrived.record.waits.count(), 1U);
  EXPECT_EQ(arrived.record.waits[0].signal, 9U);
  EXPECT_EQ(arrived.window.items, 11U);
  EXPECT_EQ(arrived.window.cpu, Nanoseconds(1.5));
  EXPECT_TRUE(arrived.window_opened);
  EXPECT_EQ(arrived.end, LoopEnd::ring_fault);
  EXPECT_EQ(arrived.fault, RingFault::used_idx_jump);
  EXPECT_EQ(arrived.cpu, CpuHold::lost);
  EXPECT_EQ(arrived.record.cycles.count, 5U);
  ASSERT_TRUE(arrived.line_before);
  EXPECT_EQ(arrived.line_before->one_way, TickSpan{21});
  EXPECT_EQ(arrived.line_before->offset.upper, TickSpan{6});
  EXPECT_FALSE(arrived.line_after);
  EXPECT_EQ(arrived.latencies.own().count_at(LatencyHistogram::bucket_of(40)), 2U);
  EXPECT_EQ(arrived.latencies.service().sum(), 50U);
}

TEST(Messages, A_report_replaces_the_one_before) {
  SideReport report;
  report.record.signals.push({.begin = TickTime{1}, .end = TickTime{2}, .items = 3});
  WireWriter writer;
  transfer(writer, report);
  for (int i = 0; i < 2; ++i) {
    WireReader reader(writer.bytes());
    transfer(reader, report);
    EXPECT_EQ(report.record.signals.count(), 1U);
  }
}

TEST(Messages, A_report_of_more_than_a_log_holds_or_with_something_behind_it_is_refused) {
  BoundedLog<WaitRecord> larger(2);
  for (int i = 0; i < 2; ++i) larger.push({.begin = TickTime{i}, .look = {}, .signal = 0});
  WireWriter records;
  records(larger);
  BoundedLog<WaitRecord> log(1);
  EXPECT_THROW(WireReader(records.bytes())(log), std::length_error);

  Pair pair;
  WireWriter longer;
  SideReport report;
  transfer(longer, report);
  longer(1);
  std::jthread sender([&] { pair.here.send(longer.bytes()); });
  EXPECT_THROW(receive(*pair.there, report), std::length_error);
}

TEST(Messages, A_set_up_arrives_as_it_was) {
  SideSetUp set_up{.scenario = test::scenario_of(WaitKind::spin_block, 2000, 1000),
                   .cpu = 5,
                   .one_cpu = true,
                   .ticks_per_ns = 2.5,
                   .queue_address = 4096};
  set_up.scenario.interrupt = "eventfd-uring";
  set_up.scenario.place = "1,2";
  set_up.scenario.consumer.sleep = Nanoseconds(7);
  Pair pair;
  send_set_up(pair.here, set_up, {});
  const SideSetUp arrived = read_set_up(pair.there->receive());
  EXPECT_EQ(name_of(arrived.scenario), name_of(set_up.scenario));
  EXPECT_EQ(arrived.scenario.consumer.work, Nanoseconds(1000));
  EXPECT_EQ(arrived.cpu, 5);
  EXPECT_TRUE(arrived.one_cpu);
  EXPECT_EQ(arrived.ticks_per_ns, 2.5);
  EXPECT_EQ(arrived.queue_address, 4096U);
}

TEST(Messages, A_set_up_of_another_build_is_refused) {
  Pair pair;
  send_set_up(pair.here, {}, {});
  Message message = pair.there->receive();
  message.bytes[sizeof(std::size_t)] ^= std::byte{1};  // the first letter of the build
  EXPECT_THAT([&] { read_set_up(message); }, ThrowsMessage<std::runtime_error>(HasSubstr("another build")));
}

TEST(Messages, A_message_that_is_too_short_is_refused) {
  WireWriter writer;
  const SideReport empty;
  transfer(writer, empty);
  for (const std::size_t missing : {std::size_t{1}, writer.bytes().size()}) {
    WireReader reader(writer.bytes().first(writer.bytes().size() - missing));
    SideReport report;
    EXPECT_THROW(transfer(reader, report), std::length_error);
  }
}

TEST(LinkTest, What_is_attached_is_the_same_link_at_another_address) {
  const Scenario scenario = test::scenario_of(WaitKind::block, 0, 0);
  Link made(scenario);
  const std::vector<int> shared = made.share();
  const void* likely = nullptr;  // the kernel hands out the address that has just become free
  {
    const Link first(scenario, shared, nullptr);
    likely = first.queue().data();
  }
  Link attached(scenario, shared, likely);
  EXPECT_NE(attached.queue().data(), likely);
  made.queue()[1] = std::byte{42};
  EXPECT_EQ(attached.queue()[1], std::byte{42});
  EXPECT_EQ(attached.queue().size(), made.queue().size());
  attached.release_both();
  EXPECT_TRUE(made.control().stop.requested());
  made.to_consumer()->wait();  // both return: the release signalled
  made.to_producer()->wait();
}

TEST(LinkTest, A_channel_that_there_is_not_takes_no_descriptor) {
  Scenario scenario = test::scenario_of(WaitKind::poll, 0, 0);
  for (const auto& [kick, interrupt] :
       {std::pair("none", "futex"), std::pair("eventfd", "none"), std::pair("none", "none")}) {
    scenario.kick = kick;
    scenario.interrupt = interrupt;
    Link made(scenario);
    Link attached(scenario, made.share(), made.queue().data());
    EXPECT_EQ(attached.to_consumer() == nullptr, made.to_consumer() == nullptr);
    EXPECT_EQ(attached.to_producer() == nullptr, made.to_producer() == nullptr);
    if (made.to_consumer() != nullptr) {
      made.to_consumer()->signal();
      attached.to_consumer()->wait();
    }
    if (made.to_producer() != nullptr) {
      attached.to_producer()->signal();
      made.to_producer()->wait();
    }
  }
}

/// No process has this one as its parent: none runs, and none is a zombie.
void expect_no_children() {
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(ChildProcessTest, Ends_when_its_starter_hangs_up) {
  auto [here, there] = PeerSocket::make_pair();
  {
    ChildProcess child(side_process_command, std::move(there));
    EXPECT_FALSE(child.ends_within(std::chrono::milliseconds(50))) << "it waits for the set-up";
    here.hang_up();
    EXPECT_TRUE(child.ends_within(std::chrono::minutes(1)));
    EXPECT_EQ(child.end(), "ended with exit code 0");
  }
  expect_no_children();
}

TEST(ChildProcessTest, Says_what_killed_it) {
  auto [here, there] = PeerSocket::make_pair();
  {
    ChildProcess child(side_process_command, std::move(there));
    child.kill();
    EXPECT_EQ(child.end(), "was killed by signal 9 (Killed)");
  }
  EXPECT_THROW(here.receive(), PeerGone) << "nobody else holds its end";
  expect_no_children();
}

TEST(ChildProcessTest, Is_killed_and_reaped_with_its_object) {
  auto [here, there] = PeerSocket::make_pair();
  { const ChildProcess child(side_process_command, std::move(there)); }
  EXPECT_THROW(here.receive(), PeerGone);
  expect_no_children();
}

TEST(ChildProcessTest, A_descriptor_that_is_no_socket_is_refused) {
  const SharedMemory no_socket(4096);
  ChildProcess child(side_process_command, Descriptor(dup(no_socket.file_descriptor())));
  EXPECT_EQ(child.end(), "ended with exit code 2");
}

TEST(ChildProcessTest, A_set_up_that_it_cannot_use_is_answered_with_the_reason) {
  auto [here, there] = PeerSocket::make_pair();
  ChildProcess child(side_process_command, std::move(there));
  here.send(some_bytes(3));
  Readiness readiness;
  receive(here, readiness);
  EXPECT_THAT(readiness.error, HasSubstr("too short"));
}

}  // namespace
}  // namespace kickbench::bench
