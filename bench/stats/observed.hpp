// The regime that a run was in, from who stopped and who notified, never from the prediction.
#pragma once

#include <optional>
#include <string>

#include "bench/scenario/scenario.hpp"
#include "bench/stats/tally.hpp"
#include "model/regime.hpp"

namespace kickbench::bench {

struct ObservedRegime {
  std::optional<model::Regime> regime;
  std::string reason;  ///< why it is this one, or why it is none: the counts that decided
};

ObservedRegime observe_regime(const Scenario& scenario, const Figures& figures);

}  // namespace kickbench::bench
