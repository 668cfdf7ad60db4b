// Several scenarios side by side, for people and for programs.
#pragma once

#include <iosfwd>
#include <vector>

#include "bench/calibration/forecast.hpp"
#include "bench/experiment/comparison.hpp"
#include "bench/output/result_json.hpp"

namespace kickbench::bench::output {

/// What a calibration let one expect of each; none without one.
using Forecasts = std::vector<std::optional<calibration::Forecast>>;

/// One row per scenario; ratios are to the first.
void print_comparison(std::ostream& out, const std::vector<experiment::Measurement>& measurements,
                      const Forecasts& forecasts);

/// document["rings"]: rows as `run` has them, each with its scenario and its ratio to the first. And
/// document["distributions"], each behind its ring's name: "split/producer_notify"; a ring that was named before is
/// "split:2".
void put_comparison(Json& document, const std::vector<experiment::Measurement>& measurements,
                    const Forecasts& forecasts);

}  // namespace kickbench::bench::output
