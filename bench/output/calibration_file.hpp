// A calibration in a file: what `calibrate` measured once, other commands reckon with. docs/measuring.md has the
// format.
#pragma once

#include <string>

#include "bench/calibration/calibration.hpp"
#include "bench/calibration/result.hpp"
#include "bench/output/result_json.hpp"

namespace kickbench::bench::output {

/// What is read back; the clock and the tool that the file names as well are for people.
struct Calibration {
  std::string fingerprint;  ///< of the host and build that it was measured with
  host::Placement placement;
  std::string idle;  ///< what idle CPUs did, as --idle spells it
  calibration::WakeCosts costs;
};

/// `head`: of schema, tool, fingerprint and clock, as document_head() makes it.
Json calibration_json(Json head, const calibration::CalibrationResult& result);

/// The reverse. Strict: unknown or missing keys, another schema, values that contradict each other are UsageErrors,
/// which begin with `where` and name the key.
Calibration calibration_from(const Json& document, const std::string& where);

/// Of one N ("N") or S ("S") among the file's distributions: "eventfd/kick/mid/20000ns/N".
std::string distribution_name(const calibration::WakeCost& cost, const std::string& quantity);

/// A row whose notification woke somebody, for people: "eventfd, kick, place mid, peer idle for 20 us".
std::string describe(const calibration::WakeCost& cost);

}  // namespace kickbench::bench::output
