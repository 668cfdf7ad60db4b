// Whole streams on two threads, over every ring, notifier and wait strategy: each item passes once, in order, and both
// sides see the same marks.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "tests/loops/rig.hpp"

namespace kickbench {
namespace {

using namespace std::chrono_literals;
using test::Rig;
using test::SeenMark;
using test::Setup;
using test::StreamRun;

struct StreamCase {
  std::string ring;
  std::uint32_t queue_size;
  std::string notifier;
};

std::vector<StreamCase> stream_cases() {
  std::vector<StreamCase> cases;
  for (const NotifierKind& kind : notifier_kinds()) {
    for (const std::uint32_t size : {1U, 2U, 256U}) cases.push_back({"split", size, std::string(kind.name)});
    for (const std::uint32_t size : {1U, 2U, 3U, 256U}) cases.push_back({"spsc", size, std::string(kind.name)});
  }
  return cases;
}

std::string name_of(const StreamCase& stream) {
  std::string name = stream.ring + std::to_string(stream.queue_size) + "_" + stream.notifier;
  std::ranges::replace(name, '-', '_');
  return name;
}

/// The pairs of producer's and consumer's strategy that the notifier allows.
std::vector<std::pair<WaitKind, WaitKind>> wait_pairs(const std::string& notifier) {
  std::vector<std::pair<WaitKind, WaitKind>> pairs;
  for (const WaitKindRow& producer : wait_kinds) {
    for (const WaitKindRow& consumer : wait_kinds) {
      if (notifier == "none" && (producer.needs_notifier || consumer.needs_notifier)) continue;
      pairs.emplace_back(producer.kind, consumer.kind);
    }
  }
  return pairs;
}

void expect_conserved(const StreamRun& run) {
  ASSERT_FALSE(run.hung) << "the stream did not end by itself: a wake-up was lost";
  EXPECT_EQ(run.producer.end, LoopEnd::finished);
  EXPECT_EQ(run.consumer.end, LoopEnd::finished);
  EXPECT_GT(run.producer.items, 2U);
  EXPECT_EQ(run.producer.items, run.consumer.items);
  ASSERT_EQ(run.producer.marks.size(), 3U);
  EXPECT_EQ(run.producer.marks[0].mark, Mark::begin);
  EXPECT_EQ(run.producer.marks[1].mark, Mark::end);
  EXPECT_EQ(run.producer.marks[2].mark, Mark::last);
  EXPECT_LT(run.producer.marks[0].sequence, run.producer.marks[1].sequence);
  EXPECT_LT(run.producer.marks[1].sequence, run.producer.marks[2].sequence);
  EXPECT_EQ(run.producer.marks[2].sequence + 1, run.producer.items) << "the last item is the last";
  EXPECT_EQ(run.consumer.marks, run.producer.marks);
}

/// Counters that must agree whatever the threads did.
template <class Ring>
void expect_consistent(const Rig<Ring>& rig) {
  for (const SideRecord* own : {&rig.producer_record(), &rig.consumer_record()}) {
    const SideCounters& counters = own->counters;
    EXPECT_EQ(own->signals.count(), std::min<std::uint64_t>(counters.signals, SideRecord::capacity));
    EXPECT_LE(counters.spurious_wakeups, counters.blocked_waits);
  }
  // Every signal but the stray ones answers a wait, and at the end of each stream one more is sent unasked.
  const SideCounters& producer = rig.producer_record().counters;
  const SideCounters& consumer = rig.consumer_record().counters;
  EXPECT_LE(consumer.signals, producer.blocked_waits + producer.cancelled_waits);
  EXPECT_LE(producer.signals, consumer.blocked_waits + consumer.cancelled_waits + 1);
}

template <class Ring>
void stream(const StreamCase& param) {
  for (const auto& [producer_wait, consumer_wait] : wait_pairs(param.notifier)) {
    // Nobody is held up, the producer is, the consumer is.
    for (const auto& [producer_work, consumer_work] : {std::pair{0ns, 0ns}, std::pair{300ns, 700ns}, {700ns, 300ns}}) {
      SCOPED_TRACE(testing::Message() << "producer wait " << static_cast<int>(producer_wait) << " work "
                                      << producer_work.count() << ", consumer wait " << static_cast<int>(consumer_wait)
                                      << " work " << consumer_work.count());
      Rig<Ring> rig({.queue_size = param.queue_size,
                     .notifier = param.notifier,
                     .producer = {.wait = producer_wait, .work = producer_work},
                     .consumer = {.wait = consumer_wait, .work = consumer_work}});
      const StreamRun run = rig.run(test::short_stream());
      expect_conserved(run);
      expect_consistent(rig);
      if (testing::Test::HasFatalFailure()) return;
      // Latency is of the window: every item's at W > 0, else that of one pair of items in sample_period.
      const std::uint64_t in_window = run.producer.marks[1].sequence - run.producer.marks[0].sequence;
      if (producer_work > 0ns) {
        EXPECT_EQ(run.consumer.stamped_items, in_window);
        EXPECT_EQ(run.consumer.stamped_pairs, in_window - 1);
      } else {
        const std::uint64_t whole_periods = in_window / FreePace::sample_period;
        EXPECT_GE(run.consumer.stamped_items, 2 * whole_periods);
        EXPECT_LE(run.consumer.stamped_items, 2 * whole_periods + 2);
        EXPECT_GE(run.consumer.stamped_pairs + 1, whole_periods);
        EXPECT_LE(run.consumer.stamped_pairs, whole_periods + 1);
      }
    }
  }
}

class Streams : public testing::TestWithParam<StreamCase> {
 protected:
  void SetUp() override {
    const NotifierKind* kind = find_notifier(GetParam().notifier);
    ASSERT_NE(kind, nullptr);
    const std::string reason = kind->unavailable_reason();
    if (!reason.empty()) GTEST_SKIP() << GetParam().notifier << " is unavailable: " << reason;
  }
};
INSTANTIATE_TEST_SUITE_P(Rings, Streams, testing::ValuesIn(stream_cases()),
                         [](const auto& test) { return name_of(test.param); });

TEST_P(Streams, Conserve_items_and_marks_with_every_wait_strategy) {
  if (GetParam().ring == "split") {
    stream<test::SplitTxRing>(GetParam());
  } else {
    stream<test::SpscRing>(GetParam());
  }
}

// What is held back for a batch is handed over before a side waits, so nothing is stranded.
TEST(Streams, In_batches_conserve_items_and_end) {
  for (const std::uint32_t batch : {2U, 7U, 16U}) {
    for (const WaitKind wait : {WaitKind::poll, WaitKind::block}) {
      for (const auto& [producer_work, consumer_work] :
           {std::pair{0ns, 0ns}, std::pair{300ns, 700ns}, {700ns, 300ns}}) {
        SCOPED_TRACE(testing::Message() << "batch " << batch << ", wait " << static_cast<int>(wait) << ", work "
                                        << producer_work.count() << " and " << consumer_work.count());
        Rig<test::SplitTxRing> rig({.queue_size = 16,
                                    .batch = batch,
                                    .notifier = "futex",
                                    .producer = {.wait = wait, .work = producer_work},
                                    .consumer = {.wait = wait, .work = consumer_work}});
        const StreamRun run = rig.run(test::short_stream());
        ASSERT_NO_FATAL_FAILURE(expect_conserved(run));
        // What is left at the end is less than a batch: the consumer asks for it, the producer notifies anyway.
        const auto batches = [&](std::uint64_t items, const SideRecord& own, std::uint64_t round_up) {
          return (items - own.counters.early_items + round_up) / batch + own.counters.early_publishes;
        };
        EXPECT_EQ(run.producer.questions, batches(run.producer.items, rig.producer_record(), 0));
        EXPECT_EQ(run.consumer.questions, batches(run.consumer.items, rig.consumer_record(), batch - 1));
      }
    }
  }
}

template <class Ring>
void many_streams_in_a_row(const Setup& setup) {
  Rig<Ring> rig(setup);
  for (int i = 0; i < 50; ++i) {
    SCOPED_TRACE(testing::Message() << "stream " << i);
    ASSERT_NO_FATAL_FAILURE(expect_conserved(rig.run({.warm_up = {}, .measured = test::ticks(200us)})));
  }
}

// Signals of the stream before are still latched, and events stand where it left them.
TEST(Streams, Follow_each_other_over_the_same_ring_and_channels) {
  for (const char* notifier : {"eventfd", "futex"}) {
    for (const std::uint32_t size : {1U, 4U, 256U}) {
      SCOPED_TRACE(testing::Message() << notifier << ", queue size " << size);
      ASSERT_NO_FATAL_FAILURE(many_streams_in_a_row<test::SplitTxRing>({.queue_size = size, .notifier = notifier}));
      ASSERT_NO_FATAL_FAILURE(many_streams_in_a_row<test::SpscRing>({.queue_size = size, .notifier = notifier}));
    }
  }
}

// Suppressed is suppressed, also while a batch is being checked that the other side has taken already.
TEST(Streams, Polling_over_a_real_notifier_is_silent) {
  for (const std::uint32_t size : {4U, 256U, 8192U, 32768U}) {
    for (const auto& [producer_work, consumer_work] : {std::pair{0ns, 0ns}, std::pair{200ns, 20ns}, {20ns, 200ns}}) {
      SCOPED_TRACE(testing::Message() << "queue size " << size << ", work " << producer_work.count() << " and "
                                      << consumer_work.count());
      Rig<test::SplitTxRing> rig({.queue_size = size,
                                  .notifier = "futex",
                                  .producer = {.wait = WaitKind::poll, .work = producer_work},
                                  .consumer = {.wait = WaitKind::poll, .work = consumer_work}});
      const StreamRun run = rig.run({.warm_up = {}, .measured = test::ticks(30ms)});
      ASSERT_NO_FATAL_FAILURE(expect_conserved(run));
      // The largest queue leaves no index out of reach: one in 32768 (event_index.hpp). One more ends the stream.
      const std::uint64_t in_vain = size == 32768 ? run.producer.items / 32768 + 1 : 0;
      EXPECT_LE(rig.producer_record().counters.signals, in_vain + 1) << "of " << run.producer.items << " items";
      EXPECT_LE(rig.consumer_record().counters.signals, in_vain) << "of " << run.producer.items << " items";
    }
  }
}

TEST(Streams, Over_the_null_ring_end_and_wait_for_nothing) {
  Rig<test::NullRing> rig({.notifier = "none",
                           .producer = {.wait = WaitKind::poll, .work = 200ns},
                           .consumer = {.wait = WaitKind::poll, .work = 300ns}});
  const StreamRun run = rig.run(test::short_stream());
  ASSERT_FALSE(run.hung);
  EXPECT_EQ(run.producer.end, LoopEnd::finished);
  EXPECT_EQ(run.consumer.end, LoopEnd::finished);
  ASSERT_FALSE(run.consumer.marks.empty());
  EXPECT_EQ(run.consumer.marks.back(), (SeenMark{Mark::last, run.consumer.items - 1}));
  EXPECT_EQ(rig.producer_record().counters.empty_polls, 0U);
  EXPECT_EQ(rig.consumer_record().counters.empty_polls, 0U);
}

}  // namespace
}  // namespace kickbench
