#include "bench/output/result_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tests/bench/made_up_measurement.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

using test::add_slice;
using test::measurement_of;
using test::repetition_of;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

std::string print(const Measurement& measurement) {
  std::ostringstream out;
  print_result(out, measurement, conclude(measurement));
  return out.str();
}

TEST(ResultText, Measured_stands_beside_predicted_with_the_error) {
  const std::string text = print(measurement_of({repetition_of({{LineClass::near, 110}})}));
  EXPECT_THAT(text, AllOf(HasSubstr("busy-wait/"), ContainsRegex("ns per item +110.0 +100.0 +10.0 %"),
                          ContainsRegex("regime +BW +BW"), ContainsRegex("CPUs 2 and 3"),
                          HasSubstr("slices: 1 near (110.0 ns)"), Not(HasSubstr("nan"))));
}

TEST(ResultText, A_part_of_a_prediction_that_is_far_off_is_said) {
  const Measurement measurement = measurement_of({repetition_of({{LineClass::near, 110}})});
  experiment::Result result = conclude(measurement);
  const auto printed = [&](double kicks) {
    result.figures.producer.signals = kicks;
    result.predicted.prediction->kicks_per_item = 0.6;
    std::ostringstream out;
    print_result(out, measurement, result);
    return out.str();
  };
  EXPECT_THAT(printed(0.2), AllOf(ContainsRegex("kicks per item +0.2000 +0.6000 +-66.7 %"),
                                  HasSubstr("off by more than half in kicks per item")));
  EXPECT_THAT(printed(0.5), AllOf(ContainsRegex("kicks per item +0.5000 +0.6000 +-16.7 %"), Not(HasSubstr("off by"))));
}

TEST(ResultText, Says_how_sure_it_is) {
  const std::string text = print(measurement_of(
      {repetition_of({{LineClass::near, 100}, {LineClass::near, 100}}), repetition_of({{LineClass::near, 200}})}));
  EXPECT_THAT(text, AllOf(HasSubstr("grade: spoiled: repetitions differ by +-33.3 %\n"),
                          HasSubstr("interference: unknown, W = 0"),
                          HasSubstr("spread: +-33.3 %, half of the within-run interval 100.0 .. 200.0 ns of the median "
                                    "of 2 repetitions (50.0 %)\n")));
}

TEST(ResultText, Undisturbed_is_called_a_correction) {
  Slice slice = test::plain_slice(1000, 2000);
  slice.producer.pace.work = slice.consumer.pace.work = TickSpan{200'000};
  slice.producer.pace.gap_time = TickSpan{200'000};  // 5 %
  slice.consumer.counters.waiting = TickSpan{1'000'000};
  Repetition repetition;
  for (int i = 0; i < 3; ++i) add_slice(repetition, LineClass::mid, slice);
  add_slice(repetition, LineClass::far, test::plain_slice(1000, 2500));
  EXPECT_THAT(print(measurement_of({repetition})),
              AllOf(HasSubstr("interference: 5.3 %, from gaps of the producer; without them 1900 ns per item (a "
                              "correction, not a measurement)\n"),
                    HasSubstr("spread: unknown, one repetition has no spread\n"),
                    HasSubstr("slices: 3 mid (2000 ns), 1 far (2500 ns)\n")));
}

TEST(ResultText, Places_that_differ_are_set_beside_the_spread) {
  std::vector<Repetition> repetitions;
  for (int i = 0; i < 3; ++i)
    repetitions.push_back(repetition_of({{LineClass::near, 100}, {LineClass::near, 100}, {LineClass::far, 150}}));
  repetitions[0].began = Nanoseconds(0);
  repetitions[1].began = repetitions[1].ended = Nanoseconds(10e9);
  repetitions[2].began = Nanoseconds(20e9);
  EXPECT_THAT(print(measurement_of(repetitions)),
              AllOf(HasSubstr("half of the interval 100.0"),
                    HasSubstr("slices: 6 near (100.0 ns), 3 far (150.0 ns); the places differ by 50.0 %, more than the "
                              "spread\n")));
}

TEST(ResultText, Without_a_ring_it_gives_the_overhead_of_the_harness_and_no_prediction) {
  Measurement measurement = measurement_of({repetition_of({{LineClass::near, 7}})});
  measurement.scenario.ring = RingKind::null;
  EXPECT_THAT(print(measurement),
              AllOf(HasSubstr("harness overhead: 7.00 ns per item on the producer's side, 7.00 ns on the consumer's"),
                    HasSubstr("prediction: without a ring"), ContainsRegex("regime +- +-")));
}

TEST(ResultText, Latency_by_both_conventions_stands_beside_what_was_to_be_expected) {
  Repetition repetition;
  Slice slice = test::plain_slice(1000, 100);
  slice.latencies.record(5, TickTime{1000}, TickTime{1400});
  slice.latencies.record(6, TickTime{1200}, TickTime{1600});
  slice.energy = {.joules = host::Fact<double>::known(2), .span = TickSpan{100'000'000}};
  add_slice(repetition, LineClass::near, slice);
  EXPECT_THAT(print(measurement_of({repetition})),
              AllOf(ContainsRegex("own: measured +200.0 ns +[0-9.]+ ns +- +200.0 ns +2"),
                    ContainsRegex("own: predicted +150.0 ns"), ContainsRegex("own: simulated +150.0 ns"),
                    ContainsRegex("service: measured +300.0 ns +[0-9.]+ ns +- +300.0 ns +1"),
                    ContainsRegex("service: predicted +- +- +- +250.0 ns"),
                    ContainsRegex("service: simulated +250.0 ns"), HasSubstr("package energy: 4.000 uJ per item")));
}

TEST(ResultText, A_bound_is_not_told_as_an_exact_latency) {
  Repetition repetition;
  Slice slice = test::plain_slice(1000, 100);
  slice.latencies.record(5, TickTime{1000}, TickTime{1400});
  add_slice(repetition, LineClass::near, slice);
  Measurement measurement = measurement_of({repetition});
  measurement.scenario = test::scenario_of(WaitKind::poll, 100, 100);  // lockstep: a full queue at most
  EXPECT_THAT(print(measurement), AllOf(ContainsRegex("service: predicted +- +- +- +<= 25.70 us"),
                                        HasSubstr("package energy: unknown (RAPL): not probed")));
}

TEST(ResultText, A_W_that_could_not_be_met_is_not_pretended) {
  Repetition repetition;
  Slice slice = test::plain_slice(1000, 200);
  slice.producer.pace.work = TickSpan{2 * 150'000};  // 150 ns an item where 100 were asked for
  slice.consumer.pace.work = TickSpan{2 * 50'000};   // as asked for
  add_slice(repetition, LineClass::near, slice);
  const std::string text = print(measurement_of({repetition}));
  EXPECT_THAT(text, AllOf(HasSubstr("note: --wp 100.0ns"), HasSubstr("W was 150.0 ns"), Not(HasSubstr("--wc"))));
}

}  // namespace
}  // namespace kickbench::bench
