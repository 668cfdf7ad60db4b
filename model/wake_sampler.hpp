// Draws wakes from a table, for the idle time of the side that is woken.
#pragma once

#include <vector>

#include "model/distribution.hpp"
#include "model/wake.hpp"

namespace kickbench::model {

class WakeSampler {
 public:
  WakeSampler(WakeTable table, RandomBits random);

  bool empty() const { return table_.empty(); }
  /// Not of an empty table.
  const Wake& draw(Nanoseconds idle);

 private:
  const IdleRung& rung(Nanoseconds idle);

  WakeTable table_;
  RandomBits random_;
};

}  // namespace kickbench::model
