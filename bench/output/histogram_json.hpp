// Histograms of costs in files: what one command measured, another one draws from. docs/model.md has the format.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "model/distribution.hpp"

namespace kickbench::bench::output {

/// [{"items", "count"}, ...]: how often each number of items was seen.
nlohmann::ordered_json counts_json(const std::map<std::uint64_t, std::uint64_t>& counts);

/// {"count": n, "bins": [{"from_ns", "to_ns", "count"}, ...]}
nlohmann::ordered_json to_json(const model::Histogram& histogram);

/// The reverse. Strict: unknown or missing keys, bins out of order and counts that do not add up are UsageErrors, which
/// begin with `where`.
model::Histogram histogram_from(const nlohmann::ordered_json& json, const std::string& where);

/// The histogram of that name in the file's object "distributions", whatever else the file holds. Throws UsageError
/// that begins with `option`.
model::Histogram read_histogram(const std::string& option, const std::string& path, const std::string& name);

}  // namespace kickbench::bench::output
