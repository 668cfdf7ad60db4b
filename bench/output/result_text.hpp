#pragma once

#include <iosfwd>

#include "bench/experiment/measurement.hpp"

namespace kickbench::bench {

/// One scenario's result for people: measured beside predicted, and what to think of it.
void print_result(std::ostream& out, const Measurement& measurement, const Result& result);

}  // namespace kickbench::bench
