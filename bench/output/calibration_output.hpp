#pragma once

#include <iosfwd>

#include "bench/calibration/result.hpp"
#include "bench/output/result_json.hpp"

namespace kickbench::bench::output {

/// Adds what was found to a document that has its head already.
void add_to_document(Json& document, const calibration::CalibrationResult& result);

/// The same for people: per notifier and direction, N and S against the idle time of the peer.
void print_calibration(std::ostream& out, const host::Clock& clock, const host::ClockCheck& clock_check,
                       const calibration::CalibrationResult& result);

}  // namespace kickbench::bench::output
