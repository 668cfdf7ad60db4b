// Why a slice is void, and how one side's stamps become the other's.
#include "bench/measure/soundness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/bench/made_up.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

using test::half_ns_clock;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Soundness : public testing::Test {
 protected:
  void SetUp() override { producer.window_opened = consumer.window_opened = true; }

  std::string reason() const { return why_void(producer, consumer, placement, half_ns_clock()); }

  void offsets(const OffsetBounds& before, const OffsetBounds& after) {
    producer.line_before = LineReading{.one_way = {20}, .offset = before};
    producer.line_after = LineReading{.one_way = {20}, .offset = after};
  }

  SideReport producer;
  SideReport consumer;
  host::Placement placement{.producer_cpu = 2, .consumer_cpu = 3, .name = "l3", .reason = "made up"};
};

TEST_F(Soundness, Two_sides_that_kept_their_CPUs_and_saw_the_window_are_sound) {
  EXPECT_THAT(reason(), IsEmpty()) << "without line probes, where they share a CPU";
  offsets({.lower = {-30}, .upper = {40}}, {.lower = {-20}, .upper = {90}});
  EXPECT_THAT(reason(), IsEmpty());
}

TEST_F(Soundness, A_side_that_was_taken_off_its_CPU_is_named) {
  producer.cpu = CpuHold::lost;
  EXPECT_EQ(reason(), "the CPU set of the producer's thread, CPU 2, was changed from outside");
  consumer.cpu = CpuHold::refused;
  EXPECT_THAT(reason(), AllOf(HasSubstr("producer's thread, CPU 2"), HasSubstr("consumer's thread, CPU 3"),
                              HasSubstr("may no longer run there")));
  producer.cpu = CpuHold::kept;
  EXPECT_THAT(reason(), Not(HasSubstr("producer")));
  EXPECT_EQ(why_off_cpu(nullptr, &consumer, placement), reason()) << "a side that was lost has no report";
}

TEST_F(Soundness, The_lost_CPU_is_the_cause_where_the_window_was_missed_too) {
  consumer.window_opened = false;
  EXPECT_EQ(reason(), "the consumer did not get its CPU while the window was open");
  consumer.cpu = CpuHold::lost;
  EXPECT_THAT(reason(), HasSubstr("CPU set of the consumer's thread"));
}

TEST_F(Soundness, Counters_far_apart_cannot_be_trusted) {
  const OffsetBounds corrected{.lower = {99'000}, .upper = {100'900}};  // two ticks a nanosecond: 50 us
  offsets(corrected, corrected);
  EXPECT_THAT(reason(), IsEmpty());
  for (const std::int64_t sign : {1, -1}) {
    const OffsetBounds wild{.lower = {sign * 100'201 - 100}, .upper = {sign * 100'201 + 100}};
    offsets(wild, wild);
    EXPECT_EQ(reason(), "the counters of CPUs 2 and 3 differ by more than 50 us");
  }
}

TEST_F(Soundness, Counters_that_ran_apart_during_the_slice_are_found) {
  offsets({.lower = {-30}, .upper = {40}}, {.lower = {41}, .upper = {90}});
  EXPECT_EQ(reason(), "the counters of CPUs 2 and 3 ran apart while it lasted");
  producer.line_after.reset();
  EXPECT_THAT(reason(), IsEmpty());
}

TEST(SetBack, Takes_every_stamp_of_a_side_to_the_clock_of_the_other) {
  SideReport report;
  report.window.begin = {1000};
  report.window.end = {2000};
  report.window.cpu = Nanoseconds(7);
  report.record.signals.push({.begin = {1100}, .end = {1150}, .items = 5});
  report.record.signals.push({.begin = {1200}, .end = {1260}, .items = 6});
  report.record.waits.push({.begin = {1300}, .look = {1400}, .signal = 2});
  set_back(report, TickSpan{100});
  EXPECT_EQ(report.window.begin, TickTime{900});
  EXPECT_EQ(report.window.end, TickTime{1900});
  EXPECT_EQ(report.window.cpu, Nanoseconds(7));
  EXPECT_EQ(report.record.signals[0].begin, TickTime{1000});
  EXPECT_EQ(report.record.signals[1].end, TickTime{1160});
  EXPECT_EQ(report.record.signals[1].items, 6U);
  EXPECT_EQ(report.record.waits[0].begin, TickTime{1200});
  EXPECT_EQ(report.record.waits[0].look, TickTime{1300});
  EXPECT_EQ(report.record.waits[0].signal, 2U);
}

}  // namespace
}  // namespace kickbench::bench
