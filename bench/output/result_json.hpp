// Results as JSON. Strict: no NaN or infinity; what is unknown is null, with the reason in `<key>_reason`. Every
// numeric key ends in its unit.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "bench/experiment/measurement.hpp"
#include "bench/host/clock.hpp"
#include "bench/host/topology.hpp"
#include "bench/scenario/scenario.hpp"

namespace kickbench::bench {

inline constexpr int schema_version = 1;

using Json = nlohmann::ordered_json;

/// object[key] = value in ns, or null and a reason.
void put(Json& object, const std::string& key, const std::optional<Nanoseconds>& value, const std::string& reason);
void put(Json& object, const std::string& key, const std::optional<double>& value, const std::string& reason);

/// The head of every result file: schema, tool, host, clock.
Json document_head(const std::string& command, const host::Clock& clock);

Json to_json(const Scenario& scenario);
Json to_json(const host::Placement& placement);
Json to_json(const std::optional<Spread>& spread);

/// The keys of one measured cell, the same in `run` and in each row of `bench`.
Json row_of(const Measurement& measurement, const Result& result);

/// All that a measurement holds, slice by slice.
Json raw_of(const Measurement& measurement);

/// With a final newline.
std::string dump(const Json& document);

}  // namespace kickbench::bench
