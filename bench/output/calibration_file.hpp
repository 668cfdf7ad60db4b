// The document of `calibrate`: figures for people, and what other commands reckon with. docs/measuring.md has the
// format.
#pragma once

#include <string>

#include "bench/calibration/costs.hpp"
#include "bench/calibration/result.hpp"
#include "bench/output/result_json.hpp"

namespace kickbench::bench::output {

/// Of this format, apart from what all documents share. The first one had no version, and kept no N with its S.
inline constexpr int calibration_version = 2;

/// What is read back; the clock and the tool that the file names as well are for people.
struct Calibration {
  std::string fingerprint;  ///< of the host and build that it was measured with
  host::Placement placement;
  std::string idle;  ///< what idle CPUs did, as --idle spells it
  calibration::Costs costs;
};

/// Adds what was measured to a document that has its head.
void put_calibration(Json& document, const calibration::CalibrationResult& result);

/// What of it others reckon with. Strict: unknown or missing keys, another schema or version, a run that did not come
/// to its end, values that contradict each other are UsageErrors, which begin with `where` and name the key.
Calibration calibration_from(const Json& document, const std::string& where);

}  // namespace kickbench::bench::output
