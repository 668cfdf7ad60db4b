#include "bench/output/slice_json.hpp"

#include <string>

namespace kickbench::bench::output {
namespace {

/// One side in one slice.
void put_side(Json& entry, const std::string& role, const experiment::SideSummary& side) {
  entry[role + "_ns_per_item"] = side.ns_per_item.count();
  entry[role + "_gaps_count"] = side.gaps;
  entry[role + "_gap_time_ns"] = side.gap_time.count();
  entry[role + "_voluntary_switches_count"] = side.switches.voluntary;
  entry[role + "_involuntary_switches_count"] = side.switches.involuntary;
}

}  // namespace

void put_counter_offset(Json& entry, const std::optional<experiment::CounterOffset>& offset) {
  const auto of = [&](Nanoseconds experiment::CounterOffset::*field) {
    return offset ? std::optional(*offset.*field) : std::nullopt;
  };
  put(entry, "counter_offset_ns", of(&experiment::CounterOffset::estimate), "both threads share a CPU");
  put(entry, "counter_offset_uncertainty_ns", of(&experiment::CounterOffset::uncertainty), "both threads share a CPU");
  entry["counter_offset_corrected"] = offset && offset->corrected;
}

Json to_json(const experiment::SliceSummary& slice) {
  Json entry;
  entry["line_class"] = name_of(slice.line_class);
  entry["items_count"] = slice.items;
  put(entry, "ns_per_item", slice.ns_per_item, "");
  entry["measured_ns"] = slice.measured.count();
  put_side(entry, "producer", slice.producer);
  put_side(entry, "consumer", slice.consumer);
  entry["cycles_count"] = slice.cycles.count;
  entry["cycles_are_whole"] = slice.cycles.whole;
  entry["warm_up_cycles_count"] = slice.cycles.warm_up;
  put(entry, "line_transfer_before_ns", slice.line_before, "both threads share a CPU");
  put(entry, "line_transfer_after_ns", slice.line_after, "both threads share a CPU");
  put_counter_offset(entry, slice.counter_offset);
  return entry;
}

Json to_json(const experiment::VoidSlices& slices) {
  Json entries = Json::array();
  for (const auto& [reason, count] : slices) entries.push_back({{"reason", reason}, {"slices_count", count}});
  return entries;
}

}  // namespace kickbench::bench::output
