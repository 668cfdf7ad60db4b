// A clock that a test makes up: time passes only where the test says so. tests/notify/shadow/ puts it in the place of
// the CPU's counter and of the kernel's sleep.
#pragma once

#include <cstdint>

#include "ring/units.hpp"

namespace kickbench::test {

struct MadeUpClock {
  TickTime now;
  std::uint64_t reads = 0;

  void pass(TickSpan span) noexcept { now += span; }
};
inline MadeUpClock made_up_clock;

}  // namespace kickbench::test
