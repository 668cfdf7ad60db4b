// Thresholds above 1: a side may have stopped with fewer items than it asked for, and the end of the stream must find
// it.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <sstream>
#include <string>
#include <utility>

#include "tests/loops/rig.hpp"

namespace kickbench {
namespace {

using namespace std::chrono_literals;
using test::Rig;
using test::StreamRun;

struct Thresholds {
  std::uint32_t queue_size;
  std::uint32_t for_consumer;  // k_P: items queued at which the producer notifies a stopped consumer
  std::uint32_t for_producer;  // k_C: slots free at which the consumer notifies a stopped producer
};

class Flush : public testing::TestWithParam<Thresholds> {};
INSTANTIATE_TEST_SUITE_P(ThresholdsOfTheQueue, Flush,
                         testing::Values(Thresholds{1, 1, 1}, Thresholds{2, 2, 2}, Thresholds{2, 1, 2},
                                         Thresholds{2, 2, 1}, Thresholds{256, 256, 256}, Thresholds{256, 251, 241},
                                         Thresholds{256, 7, 13}, Thresholds{256, 1, 256}, Thresholds{256, 256, 1}),
                         [](const auto& test) {
                           std::ostringstream name;
                           name << "L" << test.param.queue_size << "_kP" << test.param.for_consumer << "_kC"
                                << test.param.for_producer;
                           return name.str();
                         });

template <class Ring>
void flush(const Thresholds& thresholds, const std::string& notifier) {
  // A fast consumer stops often, with any number of items left below its threshold when the stream ends; then a fast
  // producer does; then nobody is held up and both do.
  for (const auto& [producer_work, consumer_work] : {std::pair{400ns, 50ns}, {50ns, 400ns}, {0ns, 0ns}}) {
    Rig<Ring> rig({.queue_size = thresholds.queue_size,
                   .notifier = notifier,
                   .producer = {.threshold = thresholds.for_producer, .work = producer_work},
                   .consumer = {.threshold = thresholds.for_consumer, .work = consumer_work}});
    for (int i = 0; i < 10; ++i) {
      const StreamRun run = rig.run({.warm_up = {}, .measured = test::ticks(500us)});
      ASSERT_FALSE(run.hung) << "stranded: " << run.producer.items << " items produced, " << run.consumer.items
                             << " consumed";
      ASSERT_EQ(run.producer.end, LoopEnd::finished);
      ASSERT_EQ(run.consumer.end, LoopEnd::finished);
      ASSERT_EQ(run.producer.items, run.consumer.items);
      ASSERT_EQ(run.producer.marks, run.consumer.marks);
    }
  }
}

TEST_P(Flush, End_of_stream_reaches_a_consumer_below_its_threshold) {
  for (const char* notifier : {"eventfd", "futex"}) {
    SCOPED_TRACE(notifier);
    ASSERT_NO_FATAL_FAILURE(flush<test::SplitTxRing>(GetParam(), notifier));
    ASSERT_NO_FATAL_FAILURE(flush<test::SpscRing>(GetParam(), notifier));
  }
}

TEST(FlushSpsc, Queue_sizes_that_are_no_power_of_two) {
  for (const std::uint32_t size : {3U, 5U, 100U}) {
    SCOPED_TRACE(size);
    ASSERT_NO_FATAL_FAILURE(flush<test::SpscRing>({size, size, size}, "futex"));
    ASSERT_NO_FATAL_FAILURE(flush<test::SpscRing>({size, 2, 3}, "futex"));
  }
}

// A consumer that waits for a full queue is woken once for each, not more often.
TEST(Flush, Threshold_of_the_queue_size_batches_notifications) {
  Rig<test::SplitTxRing> rig({.queue_size = 64,
                              .notifier = "futex",
                              .producer = {.threshold = 64, .work = 300ns},
                              .consumer = {.threshold = 64, .work = 20ns}});
  const StreamRun run = rig.run(test::short_stream());
  ASSERT_FALSE(run.hung);
  // Between two kicks that were asked for lie 64 items; the last kick is the flush.
  EXPECT_LE(rig.producer_record().counters.signals, run.producer.items / 64 + 1);
}

}  // namespace
}  // namespace kickbench
