#include "bench/measure/digest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "tests/bench/made_up.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench {
namespace {

using test::half_ns_clock;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr TickTime at(std::int64_t ticks) { return {ticks}; }

SideWindow window(std::int64_t begin, std::int64_t end) {
  SideWindow window;
  window.begin = at(begin);
  window.end = at(end);
  return window;
}
const SideWindow always = window(0, 1'000'000);

std::unique_ptr<SideRecord> signals(std::initializer_list<SignalRecord> records) {
  auto side = std::make_unique<SideRecord>();
  for (const SignalRecord& record : records) side->signals.push(record);
  return side;
}

std::unique_ptr<SideRecord> waits(std::initializer_list<WaitRecord> records) {
  auto side = std::make_unique<SideRecord>();
  for (const WaitRecord& record : records) side->waits.push(record);
  return side;
}

const std::unique_ptr<SideRecord> nothing = std::make_unique<SideRecord>();

NotificationFacts facts_of(const std::unique_ptr<SideRecord>& sender, const SideWindow& within,
                           const std::unique_ptr<SideRecord>& woken) {
  return digest_notifications({*sender, within}, {*woken, always}, half_ns_clock());
}

TEST(DigestNotifications, N_is_the_duration_of_each_signal_in_ns) {
  const auto sender = signals({{at(100), at(140), 1}, {at(200), at(201), 2}});
  EXPECT_THAT(facts_of(sender, always, nothing).notify, ElementsAre(Nanoseconds(20), Nanoseconds(0.5)));
}

TEST(DigestNotifications, S_runs_from_the_end_of_the_signal_to_the_look_and_may_be_negative) {
  const auto sender = signals({{at(100), at(140), 1}, {at(200), at(260), 2}});
  const auto woken = waits({{at(50), at(180), 1}, {at(190), at(250), 2}});
  EXPECT_THAT(facts_of(sender, always, woken).startup, ElementsAre(Nanoseconds(20), Nanoseconds(-5)));
}

TEST(DigestNotifications, Each_S_is_kept_with_the_N_that_it_came_of) {
  const auto sender = signals({{at(100), at(140), 1}, {at(200), at(260), 2}, {at(300), at(302), 3}});
  const auto woken = waits({{at(50), at(180), 1}, {at(190), at(250), 2}});
  const auto wakes = facts_of(sender, always, woken).wakes;
  ASSERT_EQ(wakes.size(), 2U) << "the third woke nobody";
  EXPECT_EQ(wakes[0].notify, Nanoseconds(20));
  EXPECT_EQ(wakes[0].startup, Nanoseconds(20));
  EXPECT_EQ(wakes[1].notify, Nanoseconds(30));
  EXPECT_EQ(wakes[1].startup, Nanoseconds(-5));
}

TEST(DigestNotifications, A_wait_that_no_notification_ended_has_no_S) {
  const auto sender = signals({{at(100), at(140), 1}, {at(200), at(260), 2}});
  const auto woken = waits({{at(50), at(180), 0}, {at(190), at(280), 2}, {at(300), at(310), 0}});
  EXPECT_THAT(facts_of(sender, always, woken).startup, ElementsAre(Nanoseconds(10)));
}

TEST(DigestNotifications, A_signal_that_no_longer_had_room_in_the_record_gives_no_S) {
  const auto sender = signals({{at(100), at(140), 1}});
  const auto woken = waits({{at(50), at(150), 1}, {at(190), at(280), 2}, {at(290), at(295), 1000}});
  EXPECT_THAT(facts_of(sender, always, woken).startup, ElementsAre(Nanoseconds(5)));
}

TEST(DigestNotifications, What_counts_is_whether_the_signal_began_in_the_window_edges_included) {
  const auto sender = signals({{at(99), at(150), 1},
                               {at(100), at(110), 3},
                               {at(150), at(190), 8},
                               {at(200), at(300), 9},
                               {at(201), at(202), 20}});
  const auto woken = waits({{at(0), at(150), 1}, {at(0), at(120), 2}, {at(0), at(500), 4}, {at(0), at(600), 5}});
  const NotificationFacts facts = facts_of(sender, window(100, 200), woken);
  EXPECT_THAT(facts.notify, ElementsAre(Nanoseconds(5), Nanoseconds(20), Nanoseconds(50)));
  EXPECT_THAT(facts.startup, ElementsAre(Nanoseconds(5), Nanoseconds(100)));
  EXPECT_THAT(facts.items_between, ElementsAre(5U, 1U));
}

TEST(DigestNotifications, One_notification_has_no_items_between_and_none_has_no_facts) {
  EXPECT_THAT(facts_of(signals({{at(1), at(2), 7}}), always, nothing).items_between, IsEmpty());
  const NotificationFacts facts = facts_of(nothing, always, waits({{at(1), at(2), 0}}));
  EXPECT_THAT(facts.notify, IsEmpty());
  EXPECT_THAT(facts.startup, IsEmpty());
}

TEST(DigestNotifications, Numbers_count_from_the_first_signal_of_the_stream_and_not_of_the_log) {
  const auto sender = signals({{at(100), at(140), 1}, {at(200), at(260), 2}});
  sender->signals_before = 40;
  const auto woken =
      waits({{at(0), at(90), 40}, {at(50), at(180), 41}, {at(190), at(250), 42}, {at(260), at(270), 43}});
  EXPECT_THAT(facts_of(sender, always, woken).startup, ElementsAre(Nanoseconds(20), Nanoseconds(-5)));
}

TEST(DigestNotifications, A_signal_that_ended_no_wait_is_spurious) {
  const auto sender = signals({{at(100), at(140), 1}, {at(200), at(260), 2}, {at(300), at(310), 3}});
  const auto woken = waits({{at(50), at(180), 1}, {at(190), at(250), 0}, {at(290), at(320), 3}});
  const NotificationFacts facts = facts_of(sender, always, woken);
  EXPECT_EQ(facts.watched, 3U);
  EXPECT_EQ(facts.spurious, 1U);
  EXPECT_EQ(facts_of(sender, always, nothing).spurious, 3U);
}

TEST(DigestNotifications, Spurious_are_only_those_since_the_log_of_the_peer_began) {
  const auto sender = signals({{at(100), at(110), 1},
                               {at(200), at(210), 2},
                               {at(300), at(310), 3},
                               {at(400), at(410), 4},
                               {at(500), at(510), 5}});
  const auto woken = waits({{at(320), at(415), 4}, {at(420), at(515), 5}});
  woken->complete_since = at(250);
  const NotificationFacts facts = facts_of(sender, window(100, 450), woken);
  EXPECT_EQ(facts.watched, 2U);
  EXPECT_EQ(facts.spurious, 1U) << "the third: what became of the first two is not in the log";
}

TEST(DigestNotifications, Where_the_log_of_waits_is_full_it_is_not_known_which_were_spurious) {
  const auto sender = signals({{at(100), at(110), 1}});
  auto woken = std::make_unique<SideRecord>();
  while (woken->waits.push({})) {
  }
  EXPECT_EQ(facts_of(sender, always, woken).watched, 0U);
  EXPECT_EQ(facts_of(sender, always, woken).spurious, 0U);
}

TEST(DigestNotifications, A_full_record_keeps_what_came_first) {
  auto sender = std::make_unique<SideRecord>();
  for (std::int64_t i = 0; i < std::int64_t{SideRecord::capacity}; ++i) {
    ASSERT_TRUE(sender->signals.push({at(10 * i), at(10 * i + 2), static_cast<std::uint64_t>(i)}));
  }
  EXPECT_FALSE(sender->signals.push({at(1), at(1000), 1}));
  const NotificationFacts facts = facts_of(sender, always, nothing);
  EXPECT_EQ(facts.notify.size(), SideRecord::capacity);
  EXPECT_EQ(facts.notify.back(), Nanoseconds(1));
  sender->clear();
  EXPECT_THAT(facts_of(sender, always, nothing).notify, IsEmpty());
}

TEST(DigestSleeps, Are_the_lengths_of_the_waits_that_began_in_the_window) {
  const auto side = waits({{at(99), at(150)}, {at(100), at(140)}, {at(200), at(900)}, {at(201), at(202)}});
  EXPECT_THAT(digest_sleeps({*side, window(100, 200)}, half_ns_clock()),
              ElementsAre(Nanoseconds(20), Nanoseconds(350)));
}

struct Stops {
  std::uint64_t producer, producer_with_consumer, consumer, consumer_with_producer;
  bool operator==(const Stops&) const = default;
};
void PrintTo(const Stops& s, std::ostream* out) {
  *out << s.producer << " (" << s.producer_with_consumer << "), " << s.consumer << " (" << s.consumer_with_producer
       << ")";
}

Stops stops_of(std::initializer_list<WaitRecord> producer, std::initializer_list<WaitRecord> consumer,
               const SideWindow& within = always, TickTime complete_since = {}) {
  const auto p = waits(producer);
  const auto c = waits(consumer);
  p->complete_since = c->complete_since = complete_since;
  const StopFacts facts = digest_stops({*p, within}, {*c, within});
  // The system has no preferred side: exchanged records give exchanged facts.
  const StopFacts mirrored = digest_stops({*c, within}, {*p, within});
  EXPECT_EQ(mirrored.producer_stops, facts.consumer_stops);
  EXPECT_EQ(mirrored.consumer_stops_with_producer_stopped, facts.producer_stops_with_consumer_stopped);
  return {facts.producer_stops, facts.producer_stops_with_consumer_stopped, facts.consumer_stops,
          facts.consumer_stops_with_producer_stopped};
}

TEST(DigestStops, Apart_from_each_other) {
  EXPECT_EQ(stops_of({{at(10), at(20)}, {at(50), at(60)}}, {{at(30), at(40)}, {at(70), at(80)}}), (Stops{2, 0, 2, 0}));
  EXPECT_EQ(stops_of({{at(10), at(20)}}, {}), (Stops{1, 0, 0, 0}));
}

TEST(DigestStops, The_one_that_begins_within_the_other_counts) {
  EXPECT_EQ(stops_of({{at(10), at(30)}}, {{at(20), at(40)}}), (Stops{1, 0, 1, 1})) << "overlapping";
  EXPECT_EQ(stops_of({{at(10), at(100)}}, {{at(20), at(40)}}), (Stops{1, 0, 1, 1})) << "nested";
  EXPECT_EQ(stops_of({{at(10), at(100)}}, {{at(20), at(40)}, {at(50), at(60)}, {at(90), at(200)}}), (Stops{1, 0, 3, 3}))
      << "several in one";
  EXPECT_EQ(stops_of({{at(10), at(30)}, {at(35), at(60)}}, {{at(20), at(40)}, {at(50), at(70)}}), (Stops{2, 1, 2, 2}))
      << "a chain";
}

TEST(DigestStops, A_stop_that_begins_as_the_other_side_looks_again_still_met_it_stopped) {
  EXPECT_EQ(stops_of({{at(10), at(30)}}, {{at(30), at(40)}}), (Stops{1, 0, 1, 1}));
  EXPECT_EQ(stops_of({{at(10), at(30)}}, {{at(31), at(40)}}), (Stops{1, 0, 1, 0}));
}

TEST(DigestStops, Of_two_that_begin_together_neither_met_the_other_stopped) {
  EXPECT_EQ(stops_of({{at(10), at(30)}}, {{at(10), at(20)}}), (Stops{1, 0, 1, 0}));
}

TEST(DigestStops, Only_those_that_begin_in_the_window_but_also_within_one_that_began_before_it) {
  EXPECT_EQ(stops_of({{at(50), at(150)}, {at(160), at(170)}, {at(201), at(300)}},
                     {{at(99), at(101)}, {at(120), at(130)}}, window(100, 200)),
            (Stops{1, 0, 1, 1}));
  EXPECT_EQ(stops_of({{at(100), at(110)}, {at(200), at(210)}}, {}, window(100, 200)), (Stops{2, 0, 0, 0})) << "edges";
}

TEST(DigestStops, Only_those_since_both_logs_lack_nothing) {
  EXPECT_EQ(stops_of({{at(10), at(15)}, {at(120), at(130)}, {at(190), at(195)}},
                     {{at(125), at(140)}, {at(210), at(215)}}, window(0, 200), at(100)),
            (Stops{2, 0, 1, 1}));
}

}  // namespace
}  // namespace kickbench::bench
