// Reading JSON that a person may have written or changed: whatever is not as expected is a UsageError that names the
// place.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "ring/units.hpp"

namespace kickbench::bench::output {

/// The document in the file. Throws UsageError that begins with `where` for a file that cannot be read or is no JSON.
nlohmann::ordered_json parse_file(const std::string& where, const std::string& path);

/// Throws UsageError unless this is an object with these keys, and no other than `optional` beside them.
void require_keys(const nlohmann::ordered_json& json, const std::string& where, const std::vector<std::string>& keys,
                  const std::vector<std::string>& optional = {});

/// Throws UsageError for a document that says itself that its run did not come to its end; `remedy` ends the text.
void require_complete(const nlohmann::ordered_json& document, const std::string& where, const std::string& remedy);

/// A number that is finite, in ns. Throws UsageError.
Nanoseconds time_from(const nlohmann::ordered_json& json, const std::string& where);

/// A whole number, at least 1. Throws UsageError.
std::uint64_t count_from(const nlohmann::ordered_json& json, const std::string& where);

}  // namespace kickbench::bench::output
