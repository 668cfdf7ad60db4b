// What a run measured of N, S and sleeps, as histograms that `simulate` draws from. docs/measuring.md has the names.
#pragma once

#include <string>

#include "bench/output/result_json.hpp"

namespace kickbench::bench::output {

/// Adds "producer_notify" (N_P), "producer_startup" (S_P), "producer_oversleep" (by how much its sleeps were longer
/// than asked for) and the consumer's, each behind `prefix`. What never happened is null, with the reason.
void put_distributions(Json& distributions, const std::string& prefix, const scenario::Scenario& scenario,
                       const stats::Figures& figures);

}  // namespace kickbench::bench::output
