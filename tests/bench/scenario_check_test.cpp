#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/scenario/nearest_name.hpp"
#include "bench/scenario/scenario.hpp"
#include "tests/bench/made_up.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

using test::scenario_of;
using testing::AllOf;
using testing::HasSubstr;

template <class Change>
Scenario changed(Change change) {
  Scenario scenario = scenario_of(WaitKind::block, 1000, 2000);
  change(scenario);
  return scenario;
}

template <class Change>
std::string refusal_of(Change change) {
  try {
    check(changed(change));
  } catch (const UsageError& error) {
    return error.what();
  }
  return "accepted";
}

template <class Change>
void expect_accepted(Change change) {
  EXPECT_EQ(refusal_of(change), "accepted");
}

TEST(ScenarioCheck, The_default_can_be_run) { EXPECT_NO_THROW(check({})); }

TEST(ScenarioCheck, An_unknown_notifier_is_named_with_its_option_and_the_nearest_that_there_is) {
  EXPECT_THAT(refusal_of([](Scenario& s) { s.kick = "eventdf"; }),
              AllOf(HasSubstr("--kick"), HasSubstr("'eventdf'"), HasSubstr("did you mean 'eventfd'?"),
                    HasSubstr("Known: none, eventfd, futex")));
  EXPECT_THAT(refusal_of([](Scenario& s) { s.interrupt = "futx"; }),
              AllOf(HasSubstr("--interrupt"), HasSubstr("'futx'"), HasSubstr("did you mean 'futex'?")));
}

TEST(ScenarioCheck, Queue_size_of_a_split_ring_is_a_power_of_two) {
  for (const std::uint32_t size : {0U, 3U, 255U, 32'767U, 65'536U}) {
    EXPECT_THAT(refusal_of([=](Scenario& s) { s.shape.queue_size = size; }),
                AllOf(HasSubstr("--queue-size " + std::to_string(size)), HasSubstr("power of two from 1 to 32768")));
  }
  for (std::uint32_t size = 1; size <= 32'768; size *= 2)
    expect_accepted([=](Scenario& s) { s.shape.queue_size = size; });
}

TEST(ScenarioCheck, Queue_size_of_the_other_rings_is_from_1_to_32768) {
  for (const RingKind ring : {RingKind::spsc, RingKind::null}) {
    for (const std::uint32_t size : {0U, 32'769U}) {
      EXPECT_THAT(refusal_of([=](Scenario& s) {
                    s.ring = ring;
                    s.shape.queue_size = size;
                  }),
                  AllOf(HasSubstr("--queue-size " + std::to_string(size)), HasSubstr("1 to 32768")));
    }
    for (const std::uint32_t size : {1U, 3U, 32'768U}) {
      expect_accepted([=](Scenario& s) {
        s.ring = ring;
        s.shape.queue_size = size;
      });
    }
  }
}

TEST(ScenarioCheck, A_threshold_is_from_1_to_the_queue_size) {
  for (const std::uint32_t k : {0U, 257U}) {
    EXPECT_THAT(refusal_of([=](Scenario& s) { s.producer.notify_threshold = k; }),
                AllOf(HasSubstr("--kp " + std::to_string(k)), HasSubstr("256")));
    EXPECT_THAT(refusal_of([=](Scenario& s) { s.consumer.notify_threshold = k; }),
                AllOf(HasSubstr("--kc " + std::to_string(k)), HasSubstr("256")));
  }
  expect_accepted([](Scenario& s) { s.producer.notify_threshold = s.consumer.notify_threshold = 256; });
}

TEST(ScenarioCheck, A_threshold_above_1_needs_event_idx) {
  EXPECT_THAT(refusal_of([](Scenario& s) {
                s.shape.features = {};
                s.producer.notify_threshold = 2;
              }),
              AllOf(HasSubstr("--kp 2"), HasSubstr("event_idx")));
}

TEST(ScenarioCheck, A_chain_is_from_1_to_the_queue_size_and_needs_descriptors) {
  for (const std::uint32_t chain : {0U, 257U}) {
    EXPECT_THAT(refusal_of([=](Scenario& s) { s.shape.chain = chain; }),
                AllOf(HasSubstr("--chain " + std::to_string(chain)), HasSubstr("256")));
  }
  EXPECT_THAT(refusal_of([](Scenario& s) {
                s.ring = RingKind::spsc;
                s.shape.chain = 2;
              }),
              AllOf(HasSubstr("--chain"), HasSubstr("spsc")));
  EXPECT_THAT(refusal_of([](Scenario& s) {
                s.shape = {.queue_size = 32768, .features = {Feature::indirect_desc}, .chain = 256};
              }),
              AllOf(HasSubstr("--chain 256"), HasSubstr("64 MB")));
  expect_accepted([](Scenario& s) { s.shape.chain = 256; });
}

TEST(ScenarioCheck, Chains_without_indirect_leave_fewer_slots) {
  EXPECT_THAT(refusal_of([](Scenario& s) {
                s.shape.chain = 3;
                s.producer.notify_threshold = 86;
              }),
              AllOf(HasSubstr("--kp 86"), HasSubstr("chains that fit, 85")));
}

TEST(ScenarioCheck, A_batch_is_from_1_to_the_slots) {
  for (const std::uint32_t batch : {0U, 257U}) {
    EXPECT_THAT(refusal_of([=](Scenario& s) { s.batch = batch; }),
                AllOf(HasSubstr("--batch " + std::to_string(batch)), HasSubstr("256")));
  }
}

TEST(ScenarioCheck, A_side_that_blocks_needs_the_notifier_towards_it) {
  for (const WaitKind wait : {WaitKind::block, WaitKind::spin_block}) {
    const auto producer_unreachable = [=](Scenario& s) {
      s.producer.wait = wait;
      s.interrupt = "none";
    };
    EXPECT_THAT(refusal_of(producer_unreachable), AllOf(HasSubstr("--producer-wait " + std::string(name_of(wait))),
                                                        HasSubstr("'none'"), HasSubstr("--notify")));
    const auto consumer_unreachable = [=](Scenario& s) {
      s.consumer.wait = wait;
      s.kick = "none";
    };
    EXPECT_THAT(refusal_of(consumer_unreachable),
                AllOf(HasSubstr("--consumer-wait " + std::string(name_of(wait))), HasSubstr("'none'")));
  }
}

TEST(ScenarioCheck, A_side_that_does_not_block_needs_no_notifier) {
  expect_accepted([](Scenario& s) {
    s.kick = "none";
    s.consumer.wait = WaitKind::poll;  // the producer is still reached by the interrupt
  });
  expect_accepted([](Scenario& s) {
    s.kick = s.interrupt = "none";
    s.producer.wait = WaitKind::poll;
    s.consumer.wait = WaitKind::sleep;
    s.consumer.sleep = Nanoseconds(1);
  });
}

TEST(ScenarioCheck, A_side_that_sleeps_needs_a_length) {
  for (const double length_ns : {0.0, -1.0}) {
    const auto producer_sleeps = [=](Scenario& s) {
      s.producer.wait = WaitKind::sleep;
      s.producer.sleep = Nanoseconds(length_ns);
    };
    EXPECT_THAT(refusal_of(producer_sleeps), AllOf(HasSubstr("--producer-wait sleep"), HasSubstr("--yp 50us")));
    const auto consumer_sleeps = [=](Scenario& s) {
      s.consumer.wait = WaitKind::sleep;
      s.consumer.sleep = Nanoseconds(length_ns);
    };
    EXPECT_THAT(refusal_of(consumer_sleeps), AllOf(HasSubstr("--consumer-wait sleep"), HasSubstr("--yc 50us")));
  }
}

}  // namespace
}  // namespace kickbench::bench
