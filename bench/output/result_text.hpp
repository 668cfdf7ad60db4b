#pragma once

#include <iosfwd>

#include "bench/experiment/measurement.hpp"

namespace kickbench::bench::output {

/// One scenario's result for people: measured beside predicted, and what to think of it.
void print_result(std::ostream& out, const experiment::Measurement& measurement, const experiment::Result& result);

}  // namespace kickbench::bench::output
