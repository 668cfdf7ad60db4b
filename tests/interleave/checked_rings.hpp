// The rings under the check, the sizes it runs at, and how it reports.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <set>
#include <string>

#include "tests/interleave/explorer.hpp"
#include "tests/interleave/programs.hpp"
#include "tests/ring/rings.hpp"

namespace kickbench::interleave {

/// Every combination of thresholds, and a stream that fills the queue at least twice.
inline constexpr std::array all_sizes{
    Sizes{.queue_size = 1, .for_consumer = 1, .for_producer = 1, .item_count = 4},
    Sizes{.queue_size = 2, .for_consumer = 1, .for_producer = 1, .item_count = 5},
    Sizes{.queue_size = 2, .for_consumer = 2, .for_producer = 1, .item_count = 5},
    Sizes{.queue_size = 2, .for_consumer = 1, .for_producer = 2, .item_count = 5},
    Sizes{.queue_size = 2, .for_consumer = 2, .for_producer = 2, .item_count = 5},
};

inline std::string name_of(const Sizes& sizes) {
  return "queue of " + std::to_string(sizes.queue_size) + ", k_P " + std::to_string(sizes.for_consumer) + ", k_C " +
         std::to_string(sizes.for_producer) + ", " + std::to_string(sizes.item_count) + " items";
}

/// Explores one setup at one size and prints how much that was.
template <class Setup>
Exploration explore_at(const Sizes& sizes, const Limits& limits = {}) {
  Stream<Setup> stream(sizes);
  Exploration found = explore(stream, limits);
  std::printf("%s: %llu states, %llu moves, %s\n", name_of(sizes).c_str(),
              static_cast<unsigned long long>(found.state_count), static_cast<unsigned long long>(found.move_count),
              !found.wrong.empty() ? found.wrong.c_str()
              : found.exhaustive   ? "exhaustive"
                                   : "cut short");
  return found;
}

/// A ring, and the labels of its full fences, as "file label".
template <class RingType>
struct Split {
  using Ring = RingType;
  static std::set<std::string> fences() {
    return {"split_driver.hpp D2", "split_driver.hpp D4", "split_device.hpp V3", "split_device.hpp V4"};
  }
};

template <class RingType>
struct Packed {
  using Ring = RingType;
  static std::set<std::string> fences() {
    return {"packed_driver.hpp P2", "packed_driver.hpp P6", "packed_device.hpp P2", "packed_device.hpp P6"};
  }
};

struct Spsc {
  using Ring = test::Spsc;
  static std::set<std::string> fences() { return {"spsc.hpp S3", "spsc.hpp S4"}; }
};

using CheckedRings =
    testing::Types<Split<test::SplitTx>, Split<test::SplitRx>, Split<test::FlagsOnly<SplitLayout, true>>,
                   Packed<test::PackedTx>, Packed<test::PackedRx>, Packed<test::FlagsOnly<PackedLayout, true>>, Spsc>;

struct RingName {
  template <class Checked>
  static std::string GetName(int) {
    return Checked::Ring::name();
  }
};

}  // namespace kickbench::interleave
