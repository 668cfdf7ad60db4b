// The event-index rule, against an interval that is walked entry by entry, and against the kernel's vring_need_event().
#include "ring/event.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <random>

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
