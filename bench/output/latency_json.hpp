#pragma once

#include "bench/output/result_json.hpp"

namespace kickbench::bench::output {

/// Latency by both conventions and energy: as measured, predicted and simulated.
void put_latency_and_energy(Json& row, const experiment::Result& result);

}  // namespace kickbench::bench::output
