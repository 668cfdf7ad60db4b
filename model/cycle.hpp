// What a queue with notifications repeats: from one notification of the faster side to the next.
#pragma once

#include "model/parameters.hpp"
#include "model/predict.hpp"
#include "model/regime.hpp"

namespace kickbench::model {

/// One turn, or a sum of turns. Rates are quotients of its fields.
struct Cycle {
  Nanoseconds time{0};
  double items = 0;
  double kicks = 0;
  double interrupts = 0;

  Cycle& operator+=(const Cycle& more);
  friend Cycle operator*(double factor, const Cycle& cycle);

  Nanoseconds per_item() const { return time / items; }
};

/// The cycle that a cold start (queue empty, consumer stopped) leads to. In EQ it is one item.
Cycle cycle_of(Regime regime, const Parameters& parameters);

/// NL: a consumer that is no faster than the producer is locked to its kicks. A lock that is not the consumer's is the
/// producer's.
bool consumer_locks(const Parameters& parameters);

/// The system with producer and consumer exchanged.
Cycle mirrored(const Cycle& cycle);

/// What follows from the mean of cycles, apart from latency. N and S of `means` are what a notification costs in busy
/// time.
Prediction prediction_of(Regime regime, const Cycle& cycle, const Parameters& means);

}  // namespace kickbench::model
