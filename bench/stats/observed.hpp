// The regime that a run was in, by the rules of model/observed.hpp.
#pragma once

#include "bench/scenario/scenario.hpp"
#include "bench/stats/tally.hpp"
#include "model/observed.hpp"

namespace kickbench::bench::stats {

using model::ObservedRegime;

ObservedRegime observe_regime(const scenario::Scenario& scenario, const Figures& figures);

}  // namespace kickbench::bench::stats
