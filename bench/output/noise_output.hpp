// How sure a result is, for people and for programs; and how quiet the host was before.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "bench/experiment/measurement.hpp"
#include "bench/host/preemption.hpp"
#include "bench/output/result_json.hpp"

namespace kickbench::bench::output {

/// The keys of a row: interval, interference, spread, place, grade.
void put_noise(Json& row, const experiment::Result& result);

/// The same in sentences.
void print_noise(std::ostream& out, const experiment::Result& result);

/// "usable: repetitions differ by +-3.1 %".
std::string grade_text(const stats::Graded& graded);

/// What a thread that only spins misses on each of the CPUs.
Json floor_json(const std::vector<host::PreemptionProbe>& floor);
void print_floor(std::ostream& out, const host::Fact<std::vector<host::PreemptionProbe>>& floor);

}  // namespace kickbench::bench::output
