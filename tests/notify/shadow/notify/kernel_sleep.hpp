// Stands in for notify/kernel_sleep.hpp: of the made-up clock a nanosecond is one tick, and a sleep is as long as
// asked.
#pragma once

#include <chrono>

#include "tests/notify/made_up_clock.hpp"

namespace kickbench {

inline void sleep_in_kernel(std::chrono::nanoseconds length) noexcept { test::made_up_clock.pass({length.count()}); }

}  // namespace kickbench
