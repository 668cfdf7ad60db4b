// The latency part of a prediction. Thresholds above 1 are outside it: the paper's formulas are for k_P = 1.
#pragma once

#include <string>

#include "model/predict.hpp"

namespace kickbench::model {

/// Fills the latency fields of a prediction whose regime is known; leaves empty what has no formula.
void add_latency(Sync sync, const Parameters& parameters, Prediction& prediction);

/// Why a prediction lacks a figure that another regime has.
inline constexpr const char* no_formula = "the model has no formula for it in this regime";
/// Why it has no longest latency.
std::string why_no_latency(Sync sync, const Parameters& parameters, Regime regime);

}  // namespace kickbench::model
