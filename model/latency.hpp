// The latency part of a prediction. Thresholds above 1 are outside it: the paper's formulas are for k_P = 1.
#pragma once

#include "model/predict.hpp"

namespace kickbench::model {

/// Fills the latency fields of a prediction whose regime is known; leaves empty what has no formula.
void add_latency(Sync sync, const Parameters& parameters, Prediction& prediction);

}  // namespace kickbench::model
