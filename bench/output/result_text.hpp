#pragma once

#include <iosfwd>
#include <string>

#include "bench/experiment/measurement.hpp"
#include "bench/host/topology.hpp"

namespace kickbench::bench::output {

/// "CPU 1's is 7.0 ns ahead of CPU 0's, give or take 20 ns: no offset is certain, none is taken off".
std::string text_of(const experiment::CounterOffset& offset, const host::Placement& placement);

/// One scenario's result for people: measured beside predicted, and what to think of it.
void print_result(std::ostream& out, const experiment::Measurement& measurement, const experiment::Result& result);

}  // namespace kickbench::bench::output
