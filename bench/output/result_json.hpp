// Results as JSON. Strict: no NaN or infinity; what is unknown is null, with the reason under its key in the
// `absent` of its object. Every numeric key ends in its unit.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>

#include "bench/experiment/measurement.hpp"
#include "bench/host/clock.hpp"
#include "bench/host/topology.hpp"
#include "bench/output/json_text.hpp"
#include "bench/output/output_file.hpp"
#include "bench/scenario/scenario.hpp"

namespace kickbench::bench::output {

inline constexpr int schema_version = 1;

using Json = nlohmann::ordered_json;

/// object[key] = null, and why: in object["absent"][key].
void put_absent(Json& object, const std::string& key, const std::string& reason);
/// object[key] = value in ns, or null and a reason.
void put(Json& object, const std::string& key, const std::optional<Nanoseconds>& value, const std::string& reason);
void put(Json& object, const std::string& key, const std::optional<double>& value, const std::string& reason);
/// The name of it.
template <class Named>
requires std::is_enum_v<Named>
void put(Json& object, const std::string& key, const std::optional<Named>& value, const std::string& reason) {
  value ? void(object[key] = std::string(name_of(*value))) : put_absent(object, key, reason);
}
void put(Json& object, const std::string& key, const std::optional<stats::Spread>& spread, const std::string& reason);

/// The head of every document: schema, tool, fingerprint of host and build.
Json document_head(const std::string& command);
/// And of one with measurements: environment and clock besides.
Json document_head(const std::string& command, const host::Clock& clock);

Json to_json(const scenario::Scenario& scenario);
Json to_json(const host::Placement& placement);
Json to_json(const host::ClockCheck& check);
/// As texts: {"producer": "0x7f...", "consumer": "0x7f..."}.
Json to_json(const measure::QueueAddresses& addresses);
Json to_json(const std::optional<stats::Spread>& spread);

/// The keys of one measured cell, the same in `run` and in each row of `bench`.
Json row_of(const experiment::Measurement& measurement, const experiment::Result& result);

/// Where each slice ran, how fast, and what was stolen meanwhile.
Json raw_of(const experiment::Measurement& measurement);

/// Writes what is complete so far, where it can be replaced later. Trouble with the disk does not end a measurement:
/// the room may come back, and the last write decides.
void keep_so_far(const OutputFile& file, const Json& document);

}  // namespace kickbench::bench::output
