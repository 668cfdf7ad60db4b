#pragma once

#include "ring/units.hpp"

namespace kickbench::model {

/// What one notification cost its sender and, from its end, the start-up of the side that it woke. The two hang
/// together: a woken side does not wait for a call that is slow to return.
struct Wake {
  Nanoseconds notify;   ///< N
  Nanoseconds startup;  ///< S of the peer
};

}  // namespace kickbench::model
