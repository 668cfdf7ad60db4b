// What is kept of each slice, as JSON.
#pragma once

#include <optional>

#include "bench/experiment/rerun.hpp"
#include "bench/experiment/slice_summary.hpp"
#include "bench/output/result_json.hpp"

namespace kickbench::bench::output {

/// Null with the reason where both threads share a CPU.
void put_counter_offset(Json& entry, const std::optional<experiment::CounterOffset>& offset);

Json to_json(const experiment::SliceSummary& slice);

/// An entry for each reason.
Json to_json(const experiment::VoidSlices& slices);

}  // namespace kickbench::bench::output
