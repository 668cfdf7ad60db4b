// A measurement beside what a calibration let one expect of it, for people and for programs.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include "bench/calibration/calibrated_prediction.hpp"
#include "bench/output/result_json.hpp"

namespace kickbench::bench::output {

/// The keys that a measured row has of it: null where there is none, with the reason, which may be that there was no
/// calibration.
void put_calibrated(Json& row, const std::optional<calibration::CalibratedPrediction>& calibrated,
                    Nanoseconds measured);

/// "FC, 3210 ns per item, measured is 2.1 % above", or why there is none.
std::string text_of(const calibration::CalibratedPrediction& calibrated, Nanoseconds measured);

/// The same, and which rows N and S are of, a line for each.
void print_calibrated(std::ostream& out, const calibration::CalibratedPrediction& calibrated, Nanoseconds measured);

}  // namespace kickbench::bench::output
