#pragma once

#include <iosfwd>

#include "bench/calibration/result.hpp"
#include "bench/output/result_json.hpp"

namespace kickbench::bench::output {

/// Figures for people: per notifier, direction and idle time N and S, notifiers compared, the least W; and what was
/// skipped.
void put_calibration_figures(Json& document, const calibration::CalibrationResult& result);

/// The same for people: per notifier and direction, N and S against the idle time of the peer.
void print_calibration(std::ostream& out, const host::Clock& clock, const host::ClockCheck& clock_check,
                       const calibration::CalibrationResult& result);

}  // namespace kickbench::bench::output
