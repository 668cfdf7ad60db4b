// The event rules of both layouts, against an interval that is walked entry by entry, and against the kernel's
// vring_need_event().
#include "ring/event.hpp"
#include "ring/packed_event.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#define VIRTIO_RING_NO_LEGACY
#include <linux/virtio_ring.h>

#include "ring/packed_events.hpp"
#include "ring/queue_shape.hpp"
#include "tests/ring/vring_oracle.h"

namespace kickbench {
namespace {

TEST(EventPassed, Spec_2_7_7_2_true_iff_the_event_is_among_the_entries_added_for_all_8_bit_triples) {
  for (unsigned old_idx = 0; old_idx < 256; ++old_idx) {
    std::array<bool, 256> added{};  // the entries old_idx, old_idx + 1, ... up to new_idx, which is not among them
    for (unsigned count = 0; count < 256; ++count) {
      const auto new_idx = static_cast<std::uint8_t>(old_idx + count);
      for (unsigned event = 0; event < 256; ++event) {
        const bool passed = event_passed(static_cast<std::uint8_t>(event), new_idx, static_cast<std::uint8_t>(old_idx));
        ASSERT_EQ(passed, added[event]) << "event " << event << ", [" << old_idx << ", " << unsigned{new_idx} << ")";
      }
      added[new_idx] = true;
    }
  }
}

TEST(EventPassed, Spec_2_7_10_agrees_with_the_kernel_on_16_bit_triples) {
  std::mt19937 random(20180601);
  const auto any = [&random] { return static_cast<std::uint16_t>(random()); };
  unsigned passed_count = 0;
  for (int i = 0; i < 2'000'000; ++i) {
    const std::uint16_t old_idx = any();
    // Half of the triples around the edges of the interval, where a wrong comparison shows.
    const bool near = i % 2 == 0;
    const auto new_idx = static_cast<std::uint16_t>(near ? old_idx + any() % 5 : any());
    const auto event = static_cast<std::uint16_t>(near ? old_idx + any() % 9 - 2 : any());
    const bool passed = event_passed(event, new_idx, old_idx);
    ASSERT_EQ(passed, oracle_need_event(event, new_idx, old_idx) != 0) << event << ' ' << new_idx << ' ' << old_idx;
    passed_count += passed ? 1 : 0;
  }
  EXPECT_GT(passed_count, 100'000U) << "the sample must hold both answers";
  EXPECT_LT(passed_count, 1'900'000U);
}

/// The same interval on the packed ring's circle of two laps: positions as the specification walks them.
TEST(PackedEventPassed, Spec_2_8_9_true_iff_the_event_is_among_the_descriptors_for_all_states_of_1_to_8) {
  for (std::uint32_t size = 1; size <= 8; ++size) {
    std::vector<PackedPosition> circle;
    for (const bool wrap_counter : {true, false}) {
      for (std::uint16_t index = 0; index < size; ++index) circle.push_back({index, wrap_counter});
    }
    for (std::size_t start = 0; start < circle.size(); ++start) {
      std::vector<PackedPosition> published;
      for (std::uint32_t count = 0; count <= 2 * size; ++count) {
        for (const PackedPosition event : circle) {
          const bool among = std::find(published.begin(), published.end(), event) != published.end();
          ASSERT_EQ(packed_event_passed(event, circle[start], count, size), among)
              << "queue size " << size << ", event " << event.index << (event.wrap_counter ? " wrap 1" : " wrap 0")
              << ", " << count << " from place " << start << " of the circle on";
        }
        published.push_back(circle[(start + count) % circle.size()]);
      }
    }
  }
}

TEST(PackedPosition, Spec_2_8_1_walks_the_circle_of_two_laps_for_all_states_of_1_to_8) {
  for (std::uint32_t size = 1; size <= 8; ++size) {
    for (const bool wrap_counter : {true, false}) {
      for (std::uint16_t index = 0; index < size; ++index) {
        PackedPosition walked{index, wrap_counter};
        for (std::uint32_t count = 0; count <= size; ++count) {
          ASSERT_EQ((PackedPosition{index, wrap_counter}.after(count, size)), walked) << size << ' ' << count;
          const bool wraps = walked.index + 1U == size;
          walked = {static_cast<std::uint16_t>(wraps ? 0 : walked.index + 1), walked.wrap_counter != wraps};
        }
      }
    }
  }
}

TEST(PackedPeerRequest, Spec_2_8_14_all_words_of_an_event_structure_are_obeyed_or_refused) {
  constexpr std::uint32_t size = 5;
  const QueueShape with_event_idx{.queue_size = size, .features = {Feature::event_idx}};
  const QueueShape flags_only{.queue_size = size, .features = {}};
  for (std::uint32_t flags = 0; flags <= 0xffff; flags = flags < 8 ? flags + 1 : flags * 2 + 1) {
    for (std::uint32_t off_wrap = 0; off_wrap <= 0xffff; ++off_wrap) {
      const std::uint32_t word = flags << 16 | off_wrap;
      const std::uint32_t offset = off_wrap & 0x7fff;
      for (const QueueShape& shape : {with_event_idx, flags_only}) {
        PackedPeerRequest request(&word, shape);
        request.passed(2);  // descriptors 0 and 1, on the lap whose wrap counter is 1
        std::optional<bool> expected;
        if (flags == VRING_PACKED_EVENT_FLAG_ENABLE) expected = true;
        if (flags == VRING_PACKED_EVENT_FLAG_DISABLE) expected = false;
        if (flags == VRING_PACKED_EVENT_FLAG_DESC && shape.features.has(Feature::event_idx) && offset < size) {
          expected = offset < 2 && off_wrap >> VRING_PACKED_EVENT_F_WRAP_CTR == 1;
        }
        ASSERT_EQ(request.wants({2, true}), expected) << "flags " << flags << " off_wrap " << off_wrap;
      }
    }
  }
}

TEST(EventPassed, An_index_of_64_bits_is_passed_once) {
  const std::uint64_t event = 1000;
  for (std::uint64_t idx = 0; idx < 5000; ++idx) {
    EXPECT_EQ(event_passed(event, idx + 1, idx), idx == event);
    EXPECT_FALSE(event_passed(event, idx, idx)) << "nothing was added";
  }
  const std::uint64_t never = ~std::uint64_t{0};
  EXPECT_FALSE(event_passed(never, std::uint64_t{1} << 62, std::uint64_t{0}));
}

}  // namespace
}  // namespace kickbench
