// Notifications and busy wait: values worked out by hand, the boundaries between regimes, and the model's surprises.
#include <gtest/gtest.h>

#include <cmath>

#include "model/predict.hpp"
#include "tests/model/event_oracle.hpp"
#include "tests/model/exact.hpp"
#include "tests/model/sampler.hpp"

namespace kickbench::model {
namespace {

/// FC with a batch of floor(2500 / 1000) + 1 = 3.
Parameters fast_consumer() {
  return {.producer = {.work = Nanoseconds{2000}, .notify = Nanoseconds{1000}, .startup = Nanoseconds{3000}},
          .consumer = {.work = Nanoseconds{1000}, .notify = Nanoseconds{500}, .startup = Nanoseconds{2500}},
          .queue_size = 8};
}

Prediction notified(const Parameters& p) { return predict(Sync::notification, p); }

void expect_near(std::optional<Nanoseconds> actual, double expected_ns) {
  ASSERT_TRUE(actual.has_value());
  EXPECT_NEAR(actual->count(), expected_ns, 1e-9);
}

TEST(BusyWait, the_slower_party_sets_the_pace_and_both_burn) {
  const Prediction p = predict(Sync::busy_wait, fast_consumer());
  EXPECT_EQ(p.regime, Regime::BW);
  EXPECT_EQ(p.per_item, Nanoseconds{2000});
  EXPECT_EQ(p.busy_per_item, Nanoseconds{4000});
  EXPECT_EQ(p.kicks_per_item, 0);
  EXPECT_FALSE(p.items_per_notification.has_value());
  EXPECT_EQ(predict(Sync::busy_wait, mirrored(fast_consumer())).per_item, Nanoseconds{2000});
}

TEST(BusyWait, with_a_single_slot_the_parties_take_turns) {
  Parameters p = fast_consumer();
  p.queue_size = 1;
  EXPECT_EQ(predict(Sync::busy_wait, p).per_item, Nanoseconds{3000});
  EXPECT_EQ(predict(Sync::busy_wait, p).busy_per_item, Nanoseconds{6000});
}

TEST(Notification, FC_spreads_one_kick_over_the_batch) {
  const Prediction p = notified(fast_consumer());
  EXPECT_EQ(p.regime, Regime::FC);
  EXPECT_EQ(p.items_per_notification, 3);
  expect_near(p.per_item, 2000 + 1000.0 / 3);
  EXPECT_DOUBLE_EQ(p.kicks_per_item.value(), 1.0 / 3);
  EXPECT_EQ(p.interrupts_per_item, 0);
  expect_near(p.busy_per_item, 3000 + 3500.0 / 3);
}

TEST(Notification, FC_batch_grows_with_the_threshold) {
  Parameters p = fast_consumer();
  p.producer.notify_threshold = 3;
  EXPECT_EQ(notified(p).items_per_notification, 7);  // floor((2500 + 2 * 1000) / 1000) + 3
}

TEST(Notification, FP_is_FC_seen_from_the_other_side) {
  const Prediction p = notified(mirrored(fast_consumer()));
  EXPECT_EQ(p.regime, Regime::FP);
  EXPECT_EQ(p.items_per_notification, 3);
  expect_near(p.per_item, 2000 + 1000.0 / 3);
  EXPECT_EQ(p.kicks_per_item, 0);
  EXPECT_DOUBLE_EQ(p.interrupts_per_item.value(), 1.0 / 3);
}

TEST(Notification, SS_shows_both_startups_once_per_queue) {
  Parameters p = fast_consumer();
  p.queue_size = 4;
  p.producer.startup = p.consumer.startup = Nanoseconds{20'000};
  const Prediction predicted = notified(p);
  EXPECT_EQ(predicted.regime, Regime::SS);
  EXPECT_EQ(predicted.per_item, Nanoseconds{11'125});  // (2000 + 1000 + 1000 + 500 + 40000) / 4
  EXPECT_EQ(predicted.items_per_notification, 4);
  EXPECT_EQ(predicted.kicks_per_item, 0.25);
  EXPECT_EQ(predicted.interrupts_per_item, 0.25);
  EXPECT_EQ(predicted.busy_per_item, Nanoseconds{13'375});  // 3000 + 21000 / 4 + 20500 / 4
}

TEST(Notification, SCS_fills_and_drains_once_per_L_plus_m_items) {
  Parameters p = fast_consumer();
  p.consumer.startup = Nanoseconds{20'000};
  const Prediction predicted = notified(p);
  EXPECT_EQ(predicted.regime, Regime::SCS);
  EXPECT_EQ(predicted.items_per_notification, 11);  // 8 + floor((7 * 1000 - 3000 - 2000) / 1000) + 1
  expect_near(predicted.per_item, 33'500.0 / 11);   // 20000 + 1000 + 500 + 3000 + 4 * 2000 + 1000
  EXPECT_DOUBLE_EQ(predicted.kicks_per_item.value(), 1.0 / 11);
  EXPECT_DOUBLE_EQ(predicted.interrupts_per_item.value(), 1.0 / 11);
  const Prediction twin = notified(mirrored(p));
  EXPECT_EQ(twin.regime, Regime::SPS);
  expect_near(twin.per_item, 33'500.0 / 11);
}

TEST(Notification, EQ_needs_no_notification) {
  Parameters p = fast_consumer();
  p.consumer.work = p.producer.work;
  const Prediction predicted = notified(p);
  EXPECT_EQ(predicted.regime, Regime::EQ);
  EXPECT_EQ(predicted.per_item, Nanoseconds{2000});
  EXPECT_FALSE(predicted.items_per_notification.has_value());
  EXPECT_EQ(predicted.kicks_per_item, 0);
  EXPECT_EQ(predicted.busy_per_item, Nanoseconds{4000});
}

TEST(Notification, equal_work_with_two_slow_startups_is_SS) {
  Parameters p = fast_consumer();
  p.consumer.work = p.producer.work;
  p.producer.startup = p.consumer.startup = Nanoseconds{20'000};
  EXPECT_EQ(notified(p).regime, Regime::SS);
}

TEST(Notification, a_startup_that_just_fits_the_queue_is_not_slow) {
  Parameters p = fast_consumer();
  p.consumer.startup = Nanoseconds{13'000};  // 13000 + 1000 = (8 - 1) * 2000
  EXPECT_FALSE(slow_consumer(p));
  EXPECT_EQ(notified(p).regime, Regime::FC);
  p.consumer.startup = Nanoseconds{13'001};
  EXPECT_TRUE(slow_consumer(p));
  EXPECT_EQ(notified(p).regime, Regime::SCS);
  EXPECT_FALSE(slow_producer(p));
  EXPECT_TRUE(slow_producer(mirrored(p)));
}

TEST(Notification, slow_means_a_queue_below_the_critical_length) {
  oracle::Sampler sampler(21);
  for (int set = 0; set < 20'000; ++set) {
    const Parameters p = sampler.notification();
    const double critical =
        p.producer.notify_threshold + std::ceil((p.consumer.startup + p.consumer.work) / p.producer.work);
    ASSERT_EQ(slow_consumer(p), p.queue_size < critical) << ::testing::PrintToString(p);
  }
}

TEST(Notification, a_faster_consumer_makes_fast_consumer_slower) {
  Parameters p = fast_consumer();
  const auto before = notified(p).per_item;
  p.consumer.work = Nanoseconds{500};
  EXPECT_EQ(notified(p).regime, Regime::FC);
  EXPECT_GT(notified(p).per_item, before);
}

TEST(Notification, a_slower_startup_makes_fast_consumer_faster_until_the_queue_fills) {
  Parameters p = fast_consumer();
  const auto before = notified(p).per_item;
  p.consumer.startup = Nanoseconds{13'000};
  const auto just_fits = notified(p).per_item;
  EXPECT_LT(just_fits, before);
  p.consumer.startup = Nanoseconds{13'001};
  EXPECT_GT(notified(p).per_item, just_fits);
}

TEST(Notification, SS_is_at_best_serial) {
  oracle::Sampler sampler(22);
  int seen = 0;
  for (int set = 0; set < 20'000; ++set) {
    const Parameters p = sampler.notification();
    const Prediction predicted = notified(p);
    if (predicted.regime != Regime::SS) continue;
    ++seen;
    const double L = p.queue_size;
    const Nanoseconds serial =
        (p.producer.notify + p.consumer.notify + (L - 1) * (p.producer.work + p.consumer.work)) / L;
    ASSERT_GT(predicted.per_item.value(), serial) << ::testing::PrintToString(p);
  }
  EXPECT_GE(seen, 1000);
}

TEST(Notification, swapping_the_parties_swaps_the_prediction) {
  oracle::Sampler sampler(23);
  for (int set = 0; set < 20'000; ++set) {
    const Parameters p = sampler.notification();
    const Prediction one = notified(p);
    const Prediction other = notified(mirrored(p));
    ASSERT_EQ(other.regime, mirrored(one.regime)) << ::testing::PrintToString(p);
    ASSERT_EQ(other.per_item, one.per_item) << ::testing::PrintToString(p);
    ASSERT_EQ(other.items_per_notification, one.items_per_notification);
    ASSERT_EQ(other.kicks_per_item, one.interrupts_per_item);
    ASSERT_EQ(other.interrupts_per_item, one.kicks_per_item);
    ASSERT_DOUBLE_EQ(other.busy_per_item->count(), one.busy_per_item->count());
  }
}

TEST(NotifyLock, kicks_for_every_batch_although_the_consumer_is_slower) {
  Parameters p = fast_consumer();
  p.producer = {.work = Nanoseconds{1000}, .notify = Nanoseconds{4000}};
  p.consumer = {.work = Nanoseconds{3000}, .startup = Nanoseconds{-2500}};
  const Prediction predicted = notified(p);
  EXPECT_EQ(predicted.regime, Regime::NL);
  EXPECT_EQ(predicted.per_item, Nanoseconds{5000});
  EXPECT_EQ(predicted.items_per_notification, 1);
  EXPECT_EQ(predicted.kicks_per_item, 1);
  EXPECT_EQ(predicted.busy_per_item, Nanoseconds{5500});
  EXPECT_FALSE(predicted.latency_service_max.has_value());
  p.consumer.startup = Nanoseconds{-2000};  // -2000 + 3000 = W_P: the next item is there in time
  EXPECT_EQ(notified(p).regime, Regime::FP);
}

TEST(NotifyLock, needs_the_producer_to_have_stopped_once_when_it_is_the_producer_that_locks) {
  Parameters p = fast_consumer();
  p.producer = {.work = Nanoseconds{3000}, .startup = Nanoseconds{-2500}};
  p.consumer = {.work = Nanoseconds{1000}, .notify = Nanoseconds{4000}, .startup = Nanoseconds{100'000}};
  const Prediction predicted = notified(p);
  EXPECT_EQ(predicted.regime, Regime::NL);
  EXPECT_EQ(predicted.per_item, Nanoseconds{5000});
  EXPECT_EQ(predicted.interrupts_per_item, 1);
  EXPECT_EQ(predicted.kicks_per_item, 0);
  p.consumer.startup = Nanoseconds{0};  // from a cold start the queue never fills, so nobody interrupts
  EXPECT_EQ(notified(p).regime, Regime::FC);
}

TEST(NotifyLock, of_a_faster_consumer_is_FC_with_the_smallest_batch) {
  Parameters p = fast_consumer();
  p.producer.notify = Nanoseconds{4000};
  p.producer.notify_threshold = 2;
  p.consumer.startup = Nanoseconds{-1500};
  EXPECT_EQ(notified(p).regime, Regime::FC);  // floor((-1500 + 1000) / 1000) + 2 = 1, below the threshold
  EXPECT_EQ(notified(p).items_per_notification, 2);
  EXPECT_EQ(notified(p).per_item, Nanoseconds{4000});
}

TEST(NotifyLock, happens_at_the_full_threshold_too_if_a_slot_is_free_before_the_kick_returns) {
  const Parameters p{.producer = {.work = Nanoseconds{3}, .notify = Nanoseconds{37}, .notify_threshold = 2},
                     .consumer = {.work = Nanoseconds{10}, .startup = Nanoseconds{-18}},
                     .queue_size = 2};
  EXPECT_EQ(notified(p).regime, Regime::NL);
  expect_near(notified(p).per_item, 43.0 / 2);
  const oracle::Steady seen = oracle::run(Sync::notification, p);
  EXPECT_EQ(seen.elapsed * 2, seen.items * 43);
}

}  // namespace
}  // namespace kickbench::model
