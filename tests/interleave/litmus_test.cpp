// The modelled machine itself: it shows what x86 shows, and nothing else. Outcomes as in Owens, Sarkar, Sewell, "A
// better x86 memory model: x86-TSO" (2009).
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <utility>

#include "ring/atomic.hpp"
#include "tests/interleave/explorer.hpp"

namespace kickbench::interleave {
namespace {

struct Shared {
  std::uint64_t x = 0;
  std::uint64_t y = 0;
  std::uint32_t halves[2] = {};
};

using Seen = std::pair<std::uint64_t, std::uint64_t>;  // what producer and consumer read

/// Two threads that each read one value, and all pairs of values that they can read.
class Litmus final : public Program {
 public:
  using Thread = std::function<std::uint64_t(Shared&)>;
  Litmus(Thread producer, Thread consumer) : producer_(std::move(producer)), consumer_(std::move(consumer)) {}

  void begin() override { seen_ = {}; }
  void producer() override { seen_.first = producer_(shared_); }
  void consumer() override { seen_.second = consumer_(shared_); }
  void stop() override {}
  std::string complaint() const override {
    if (!machine().ended(Side::producer) || !machine().ended(Side::consumer)) return "a thread waits";
    outcomes_.insert(seen_);
    return "";
  }

  std::set<Seen> outcomes() {
    const Exploration all = explore(*this);
    EXPECT_TRUE(all.exhaustive);
    EXPECT_EQ(all.wrong, "");
    return outcomes_;
  }

 private:
  Thread producer_;
  Thread consumer_;
  Shared shared_;
  Seen seen_;
  mutable std::set<Seen> outcomes_;
};

std::uint64_t nothing(Shared&) { return 0; }

TEST(ModelledMemory, Store_buffering_both_may_read_the_old_value) {
  Litmus test(
      [](Shared& shared) {
        store_relaxed(shared.x, std::uint64_t{1});
        return load_relaxed(shared.y);
      },
      [](Shared& shared) {
        store_relaxed(shared.y, std::uint64_t{1});
        return load_relaxed(shared.x);
      });
  EXPECT_EQ(test.outcomes(), (std::set<Seen>{{0, 0}, {0, 1}, {1, 0}, {1, 1}}));
}

TEST(ModelledMemory, Store_buffering_with_both_fences_one_reads_the_new_value) {
  Litmus test(
      [](Shared& shared) {
        store_relaxed(shared.x, std::uint64_t{1});
        full_fence();
        return load_relaxed(shared.y);
      },
      [](Shared& shared) {
        store_relaxed(shared.y, std::uint64_t{1});
        full_fence();
        return load_relaxed(shared.x);
      });
  EXPECT_EQ(test.outcomes(), (std::set<Seen>{{0, 1}, {1, 0}, {1, 1}}));
}

TEST(ModelledMemory, Store_buffering_with_one_fence_is_as_without) {
  Litmus test(
      [](Shared& shared) {
        store_relaxed(shared.x, std::uint64_t{1});
        full_fence();
        return load_relaxed(shared.y);
      },
      [](Shared& shared) {
        store_relaxed(shared.y, std::uint64_t{1});
        return load_relaxed(shared.x);
      });
  EXPECT_EQ(test.outcomes(), (std::set<Seen>{{0, 0}, {0, 1}, {1, 0}, {1, 1}}));
}

TEST(ModelledMemory, Message_passing_stores_are_seen_in_order) {
  Litmus test(
      [](Shared& shared) {
        store_relaxed(shared.x, std::uint64_t{1});
        store_relaxed(shared.y, std::uint64_t{1});
        return 0;
      },
      [](Shared& shared) {
        const std::uint64_t y = load_relaxed(shared.y);
        return 10 * y + load_relaxed(shared.x);
      });
  EXPECT_EQ(test.outcomes(), (std::set<Seen>{{0, 0}, {0, 1}, {0, 11}})) << "10: the flag without the message";
}

TEST(ModelledMemory, Load_buffering_no_load_sees_a_later_store) {
  Litmus test(
      [](Shared& shared) {
        const std::uint64_t y = load_relaxed(shared.y);
        store_relaxed(shared.x, std::uint64_t{1});
        return y;
      },
      [](Shared& shared) {
        const std::uint64_t x = load_relaxed(shared.x);
        store_relaxed(shared.y, std::uint64_t{1});
        return x;
      });
  EXPECT_EQ(test.outcomes(), (std::set<Seen>{{0, 0}, {0, 1}, {1, 0}}));
}

TEST(ModelledMemory, A_thread_sees_its_own_store_while_it_waits) {
  Litmus test(
      [](Shared& shared) {
        store_relaxed(shared.x, std::uint64_t{1});
        const std::uint64_t x = load_relaxed(shared.x);
        return 10 * x + load_relaxed(shared.y);
      },
      [](Shared& shared) {
        store_relaxed(shared.y, std::uint64_t{1});
        const std::uint64_t y = load_relaxed(shared.y);
        return 10 * y + load_relaxed(shared.x);
      });
  EXPECT_EQ(test.outcomes(), (std::set<Seen>{{10, 10}, {10, 11}, {11, 10}, {11, 11}}));
}

TEST(ModelledMemory, Coherence_both_agree_on_who_wrote_last) {
  const auto write_and_read = [](std::uint64_t value) {
    return [value](Shared& shared) {
      store_relaxed(shared.x, value);
      full_fence();
      return load_relaxed(shared.x);
    };
  };
  Litmus test(write_and_read(1), write_and_read(2));
  EXPECT_EQ(test.outcomes(), (std::set<Seen>{{1, 1}, {1, 2}, {2, 2}})) << "2, 1: each saw the other's store last";
}

TEST(ModelledMemory, Halves_written_apart_are_read_as_one_word) {
  Litmus test(
      [](Shared& shared) {
        store_relaxed(shared.halves[0], std::uint32_t{1});
        store_relaxed(shared.halves[1], std::uint32_t{2});
        return machine().load(shared.halves, 8, {});
      },
      [](Shared& shared) { return machine().load(shared.halves, 8, {}); });
  const std::uint64_t both = 0x200000001;
  EXPECT_EQ(test.outcomes(), (std::set<Seen>{{both, 0}, {both, 1}, {both, both}}));
}

TEST(ModelledMemory, A_signal_drains_the_buffer_and_ends_a_wait) {
  Litmus test(
      [](Shared& shared) {
        store_relaxed(shared.x, std::uint64_t{1});
        machine().signal(Side::consumer, {});
        return 0;
      },
      [](Shared& shared) {
        machine().wait({});
        return load_relaxed(shared.x);
      });
  EXPECT_EQ(test.outcomes(), (std::set<Seen>{{0, 1}}));
}

TEST(Explorer, Finds_a_wait_that_nobody_ends) {
  Litmus test(nothing, [](Shared&) {
    machine().wait({});
    return 0;
  });
  const Exploration found = explore(test);
  EXPECT_EQ(found.wrong, "a thread waits");
  EXPECT_FALSE(found.exhaustive);
}

TEST(Explorer, Lets_a_wait_return_early_as_often_as_allowed) {
  Litmus test(nothing, [](Shared&) {
    machine().wait({});
    machine().wait({});
    return 0;
  });
  EXPECT_EQ(explore(test, {.early_return_max = 1}).wrong, "a thread waits");
  EXPECT_EQ(explore(test, {.early_return_max = 2}).wrong, "");
}

TEST(Explorer, Says_when_it_did_not_see_everything) {
  Litmus test([](Shared& shared) { return load_relaxed(shared.x); },
              [](Shared& shared) { return load_relaxed(shared.x); });
  const Exploration all = explore(test);
  EXPECT_TRUE(all.exhaustive);
  EXPECT_EQ(all.state_count, 4U) << "neither, one, the other, or both have read";
  EXPECT_EQ(all.move_count, 4U);
  EXPECT_EQ(all.end_count, 1U);
  EXPECT_FALSE(explore(test, {.state_count_max = 2}).exhaustive);
}

}  // namespace
}  // namespace kickbench::interleave
