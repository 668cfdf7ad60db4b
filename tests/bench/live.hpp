// Sessions on this machine's CPUs. Short, and nothing that depends on its speed.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>

#include "bench/host/clock.hpp"
#include "bench/host/topology.hpp"
#include "bench/measure/session.hpp"
#include "bench/scenario/scenario.hpp"
#include "notify/notifier.hpp"
#include "tests/bench/names.hpp"

namespace kickbench::bench::test {

inline const host::Clock& live_clock() {
  static const host::Clock clock = host::Clock::calibrate();
  return clock;
}

/// Skips, with the reason, where two threads cannot run side by side.
class TwoCpus : public testing::Test {
 protected:
  void SetUp() override {
    try {
      placement_ = host::Topology::probe().place("auto");
    } catch (const host::TooFewCpus& error) {
      GTEST_SKIP() << error.what();
    }
  }

  Slice run(const Scenario& scenario, const SlicePlan& plan) const {
    check(scenario);
    return Session(scenario, placement_, live_clock()).run(plan);
  }

  host::Placement placement_;
};

inline constexpr SlicePlan short_slice{.warm_up = Nanoseconds(1e6), .measured = Nanoseconds(6e6)};

inline std::string unavailable_reason(std::string_view notifier) {
  return find_notifier(notifier)->unavailable_reason();
}

inline TickSpan span_of(const SideWindow& window) { return window.end - window.begin; }

}  // namespace kickbench::bench::test
