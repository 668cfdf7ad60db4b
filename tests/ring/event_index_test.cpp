// A half's own event index: a suppressed one is never passed, a requested one is left alone.
#include "ring/event_index.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>

#include "ring/event.hpp"

namespace kickbench {
namespace {

constexpr std::uint32_t proven_queue_size_max = 8192;  // beyond, a batch under way may reach back to a suppressed event

std::uint16_t idx16(std::uint64_t idx) { return static_cast<std::uint16_t>(idx); }

/// Whether any publication that is still to be checked passes `event`, while this half stands at `next`: windows begin
/// at most a queue behind, because the check of a batch that was taken already may be under way, and end at most a
/// queue ahead.
bool can_be_passed(std::uint16_t event, std::uint64_t next, std::uint32_t queue_size) {
  return event_passed(event, idx16(next + queue_size), idx16(next - queue_size));
}

class EventIndexSizes : public testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(QueueSizes, EventIndexSizes, testing::Values(1U, 2U, 4U, 64U, 256U, 1024U, 4096U, 8192U));

TEST_P(EventIndexSizes, Starts_suppressed) {
  std::uint16_t word = 0;
  const EventIndex event(&word, GetParam());
  EXPECT_FALSE(can_be_passed(word, 0, GetParam()));
}

TEST_P(EventIndexSizes, Request_is_passed_by_the_publication_that_contains_it_and_by_no_other) {
  const std::uint32_t size = GetParam();
  std::uint16_t word = 0;
  EventIndex event(&word, size);
  for (std::uint32_t next = 0; next < (1U << 16); next += 251) {
    for (const std::uint32_t count : {1U, 2U, size / 2, size - 1, size}) {
      if (count < 1 || count > size) continue;
      event.request(idx16(next + count - 1));
      ASSERT_TRUE(event_passed(word, idx16(next + count), idx16(next + count - 1)));
      ASSERT_FALSE(event_passed(word, idx16(next + count - 1), idx16(next)));
      ASSERT_FALSE(event_passed(word, idx16(next + count + size), idx16(next + count)));
    }
  }
}

/// A request for `count`, withdrawn when the peer was seen `pending` entries ahead.
void withdraw_at(EventIndex& event, const std::uint16_t& word, std::uint32_t size, std::uint64_t next,
                 std::uint32_t count, std::uint32_t pending) {
  const std::uint16_t requested = idx16(next + count - 1);
  event.request(requested);
  event.withdraw(idx16(next), idx16(next + pending));
  if (pending >= count) {
    // The peer has passed it, or is about to tell that it did: left where it is, it will not be passed again.
    ASSERT_EQ(word, requested) << "next " << next << " count " << count << " pending " << pending;
    ASSERT_FALSE(event_passed(word, idx16(next + pending + size), idx16(next + pending)));
  } else {
    ASSERT_FALSE(can_be_passed(word, next, size)) << "next " << next << " count " << count << " pending " << pending;
  }
}

TEST_P(EventIndexSizes, Withdrawn_request_is_passed_by_no_publication_up_to_the_queue_size) {
  const std::uint32_t size = GetParam();
  std::uint16_t word = 0;
  EventIndex event(&word, size);
  // Every position of the index, with a few counts each; and every count and pending number, at a few positions.
  for (std::uint32_t next = 0; next < (1U << 16); ++next) {
    for (const std::uint32_t count : {1U, size / 2 + 1, size}) {
      for (const std::uint32_t pending : {0U, count - 1, count, size}) {
        ASSERT_NO_FATAL_FAILURE(withdraw_at(event, word, size, next, count, std::min(pending, size)));
      }
    }
  }
  const std::uint32_t step = size <= 256 ? 1 : size / 128 - 1;
  for (const std::uint64_t next : {0U, 1U, 0x7fffU, 0x8000U, 0xfffeU, 0xffffU}) {
    for (std::uint32_t count = 1; count <= size; count += step) {
      for (std::uint32_t pending = 0; pending <= size; pending += step) {
        ASSERT_NO_FATAL_FAILURE(withdraw_at(event, word, size, next, count, pending));
      }
    }
  }
}

TEST_P(EventIndexSizes, Withdrawing_twice_or_without_a_request_leaves_it_suppressed) {
  const std::uint32_t size = GetParam();
  std::uint16_t word = 0;
  EventIndex event(&word, size);
  for (std::uint64_t next = 0; next < (1U << 17); next += size) {
    event.withdraw(idx16(next), idx16(next));
    event.withdraw(idx16(next), idx16(next + size));
    ASSERT_FALSE(can_be_passed(word, next, size)) << next;
    event.stay_behind(idx16(next));
  }
}

/// A half that moves on by `steps()` between its looks, for many laps of 16 bits, and never asks for anything.
template <class Steps>
void move_on_suppressed(std::uint32_t size, Steps steps) {
  std::uint16_t word = 0;
  EventIndex event(&word, size);
  std::uint64_t next = 0;
  while (next < 10 * (1U << 16)) {
    event.stay_behind(idx16(next));
    // Until the next look this half takes at most what it has seen, and the peer publishes at most what that frees.
    const std::uint32_t step = steps();
    ASSERT_FALSE(event_passed(word, idx16(next + step + size), idx16(next - size))) << "next " << next;
    next += step;
  }
}

TEST_P(EventIndexSizes, Left_behind_it_is_never_caught_up_with) {
  const std::uint32_t size = GetParam();
  std::mt19937 random(size);
  move_on_suppressed(size, [] { return 1U; });
  move_on_suppressed(size, [size] { return size; });
  move_on_suppressed(size, [size] { return size / 2 + 1; });
  for (int run = 0; run < 20; ++run)
    move_on_suppressed(size, [&] { return static_cast<std::uint32_t>(random() % size) + 1; });
}

TEST_P(EventIndexSizes, Once_passed_it_is_never_passed_again) {
  const std::uint32_t size = GetParam();
  std::uint16_t word = 0;
  for (const std::uint32_t count : {1U, size / 2 + 1, size}) {
    for (const std::uint32_t step : {1U, size / 2 + 1, size}) {
      EventIndex event(&word, size);
      event.request(idx16(count - 1));
      event.withdraw(0, idx16(size));
      // From here on the peer publishes behind the queue that it had filled.
      for (std::uint64_t next = 0; next < 4 * (1U << 16); next += step) {
        event.stay_behind(idx16(next));
        ASSERT_FALSE(event_passed(word, idx16(next + step + size), idx16(next + size)))
            << "count " << count << " step " << step << " next " << next;
      }
    }
  }
}

TEST(EventIndex, Request_ahead_is_never_suppressed_by_stay_behind) {
  std::uint16_t word = 0;
  EventIndex event(&word, 32768);
  for (const std::uint64_t next : {0U, 1U, 12345U, 0x7fffU, 0x8000U, 0xffffU}) {
    for (std::uint32_t count = 1; count <= 32768; ++count) {
      const std::uint16_t requested = idx16(next + count - 1);
      event.request(requested);
      event.stay_behind(idx16(next));
      ASSERT_EQ(word, requested) << "next " << next << " count " << count;
    }
  }
}

TEST(EventIndex, Queue_of_16384_is_out_of_reach_but_for_a_batch_that_was_taken_before_its_check) {
  constexpr std::uint32_t size = 16384;
  std::uint16_t word = 0;
  EventIndex event(&word, size);
  for (std::uint32_t next = 0; next < (1U << 16); next += 13) {
    event.request(idx16(next + size - 1));
    event.withdraw(idx16(next), idx16(next));
    ASSERT_FALSE(event_passed(word, idx16(next + size), idx16(next - size / 2))) << next;
  }
}

TEST(EventIndex, Queue_of_32768_is_out_of_reach_of_what_is_published_after_a_look) {
  constexpr std::uint32_t size = 32768;
  std::uint16_t word = 0;
  EventIndex event(&word, size);
  for (std::uint32_t next = 0; next < (1U << 16); next += 13) {
    event.stay_behind(idx16(next));
    ASSERT_FALSE(event_passed(word, idx16(next + size), idx16(next))) << next;
  }
}

}  // namespace
}  // namespace kickbench
