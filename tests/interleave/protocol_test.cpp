// Arm, look again, wait; publish, ask, notify: over the real rings, loops and wait strategy, whatever the scheduler and
// the store buffers of x86 do.
#include <gtest/gtest.h>

#include <cstdint>
#include <span>
#include <string>

#include "tests/interleave/checked_rings.hpp"
#include "tests/interleave/source_line.hpp"

namespace kickbench::interleave {
namespace {

static_assert(accesses_are_modelled, "the rings must compile over the shadow of ring/atomic.hpp");

template <class Checked>
class Protocol : public testing::Test {};
TYPED_TEST_SUITE(Protocol, CheckedRings, RingName);

template <class Setup>
void expect_nothing_lost(std::span<const Sizes> tried, const Limits& limits) {
  std::uint64_t state_count = 0;
  for (const Sizes& sizes : tried) {
    const Exploration all = explore_at<Setup>(sizes, limits);
    EXPECT_EQ(all.wrong, "") << describe(all.way);
    EXPECT_TRUE(all.exhaustive) << name_of(sizes);
    EXPECT_GT(all.end_count, 0U);
    state_count += all.state_count;
  }
  testing::Test::RecordProperty("states", std::to_string(state_count));
}

/// At the smallest size: in a longer queue the next item may make up for a notification that was lost, where the flags
/// alone decide.
template <class Setup>
void expect_lost(const std::string& what) {
  EXPECT_EQ(explore_at<Setup>(all_sizes.front()).wrong, what);
}

TYPED_TEST(Protocol, Spec_2_7_7_2_7_10_no_notification_and_no_item_is_lost) {
  expect_nothing_lost<Real<typename TypeParam::Ring>>(all_sizes, {});
}

TYPED_TEST(Protocol, Nothing_is_lost_when_a_wait_returns_early) {
  // Two to three times as many states: the larger thresholds are left to the test above.
  expect_nothing_lost<Real<typename TypeParam::Ring>>(std::span(all_sizes).first(2), {.early_return_max = 1});
}

/// Waits without the look that must follow the request.
template <class Port>
class NeverLooksAgain : public Port {
 public:
  using Port::Port;
  ArmOutcome arm(std::uint32_t threshold) noexcept {
    Port::arm(threshold);
    return ArmOutcome::may_sleep;
  }
};

/// Asks whether the peer wants to be notified before what it should be notified of is visible.
template <class Port>
class AsksBeforeItPublishes : public Port {
 public:
  using Port::Port;
  void publish() noexcept {
    answer_ = Port::peer_wants_notification();
    Port::publish();
  }
  bool peer_wants_notification() noexcept { return answer_; }

 private:
  bool answer_ = false;
};

template <class Ring>
struct ConsumerNeverLooksAgain : Real<Ring> {
  using Consumer = NeverLooksAgain<typename Ring::Consumer>;
};
template <class Ring>
struct ProducerNeverLooksAgain : Real<Ring> {
  using Producer = NeverLooksAgain<typename Ring::Producer>;
};
template <class Ring>
struct ProducerAsksFirst : Real<Ring> {
  using Producer = AsksBeforeItPublishes<typename Ring::Producer>;
};
template <class Ring>
struct ConsumerAsksFirst : Real<Ring> {
  using Consumer = AsksBeforeItPublishes<typename Ring::Consumer>;
};

TYPED_TEST(Protocol, Without_its_second_look_the_consumer_is_not_woken) {
  expect_lost<ConsumerNeverLooksAgain<typename TypeParam::Ring>>("the consumer is not woken");
}

TYPED_TEST(Protocol, Without_its_second_look_the_producer_is_not_woken) {
  expect_lost<ProducerNeverLooksAgain<typename TypeParam::Ring>>("the producer is not woken");
}

TYPED_TEST(Protocol, A_producer_that_asks_before_it_publishes_does_not_wake) {
  expect_lost<ProducerAsksFirst<typename TypeParam::Ring>>("the consumer is not woken");
}

TYPED_TEST(Protocol, A_consumer_that_asks_before_it_publishes_does_not_wake) {
  expect_lost<ConsumerAsksFirst<typename TypeParam::Ring>>("the producer is not woken");
}

}  // namespace
}  // namespace kickbench::interleave
