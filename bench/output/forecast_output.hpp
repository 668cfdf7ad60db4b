// A measurement beside what a calibration let one expect of it, for people and for programs.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include "bench/calibration/forecast.hpp"
#include "bench/output/result_json.hpp"

namespace kickbench::bench::output {

/// The keys that a measured row has of it: null where there is none, with the reason, which may be that there was no
/// calibration. `measured`: the time per item over all slices, as for the models beside it.
void put_forecast(Json& row, const std::optional<calibration::Forecast>& forecast, Nanoseconds measured);

/// "FC, 3210 ns per item, measured is 2.1 % above", or why there is none.
std::string text_of(const calibration::Forecast& forecast, Nanoseconds measured);

/// The same, and what it reckons with, a line for each.
void print_forecast(std::ostream& out, const calibration::Forecast& forecast, Nanoseconds measured);

}  // namespace kickbench::bench::output
