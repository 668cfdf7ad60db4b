// Stands in for notify/cpu.hpp: the same functions, over a made-up clock. Each read takes one tick, so that whatever is
// paced by the clock ends at an instant that the test knows beforehand. Paces, waits and loops compile against this
// header unchanged, because its folder comes first in the include path.
#pragma once

#include <string_view>

#include "ring/units.hpp"
#include "tests/notify/made_up_clock.hpp"

namespace kickbench {

inline TickTime read_ticks() noexcept {
  ++test::made_up_clock.reads;
  test::made_up_clock.pass({1});
  return test::made_up_clock.now;
}

constexpr std::string_view tick_source() { return "made up"; }

inline void relax() noexcept { test::made_up_clock.pass({1}); }

}  // namespace kickbench
