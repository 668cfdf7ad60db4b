// What each wait strategy of notify/wait/kind.hpp is.
#pragma once

#include <variant>

#include "notify/wait/block.hpp"
#include "notify/wait/kind.hpp"
#include "notify/wait/poll.hpp"
#include "notify/wait/sleep.hpp"
#include "notify/wait/spin_block.hpp"

namespace kickbench {

using AnyWait = std::variant<PollWait, SleepWait, BlockWait, SpinBlockWait>;

}  // namespace kickbench
