// The regime that a queue was in, from who stopped and who slept, never from a prediction. One set of rules for what is
// measured and for what is simulated.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/parameters.hpp"
#include "model/regime.hpp"

namespace kickbench::model {

/// Who stopped while the peer was stopped: what tells the slow start-up regimes from the others. A side counts as
/// stopped until it looks at the queue again.
struct StopCounts {
  std::uint64_t producer_stops = 0;
  std::uint64_t producer_stops_with_consumer_stopped = 0;
  std::uint64_t consumer_stops = 0;
  std::uint64_t consumer_stops_with_producer_stopped = 0;
};

/// What both sides did over a number of items.
struct Conduct {
  Sync sync;
  std::uint32_t queue_size;
  std::uint64_t items;
  StopCounts stops;
  double producer_sleeps_per_item;
  double consumer_sleeps_per_item;
  std::optional<Nanoseconds> producer_work;  ///< mean W; none where it is not timed
  std::optional<Nanoseconds> consumer_work;
};

struct ObservedRegime {
  std::optional<Regime> regime;
  std::string reason;  ///< why it is this one, or why it is none: the counts that decided
};

ObservedRegime observe(const Conduct& conduct);

}  // namespace kickbench::model
