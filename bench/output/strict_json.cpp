#include "bench/output/strict_json.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

#include "bench/scenario/nearest_name.hpp"
#include "bench/scenario/scenario.hpp"

namespace kickbench::bench::output {

using Json = nlohmann::ordered_json;

Json parse_file(const std::string& where, const std::string& path) {
  std::ifstream file(path);
  if (!file) throw scenario::UsageError(where + ": cannot be read: " + std::strerror(errno));
  try {
    return Json::parse(file);
  } catch (const Json::exception& error) {
    throw scenario::UsageError(where + ": is no JSON: " + error.what());
  }
}

void require_keys(const Json& json, const std::string& where, const std::vector<std::string>& keys) {
  if (!json.is_object()) throw scenario::UsageError(where + ": must be an object");
  for (const auto& [key, value] : json.items()) {
    if (std::ranges::find(keys, key) == keys.end()) {
      throw scenario::UsageError(scenario::unknown_name(
          where + ": key", key, keys, [](const std::string& known) { return std::string_view(known); }));
    }
  }
  for (const std::string& key : keys) {
    if (!json.contains(key)) throw scenario::UsageError(where + ": key '" + key + "' is missing");
  }
}

Nanoseconds time_from(const Json& json, const std::string& where) {
  if (!json.is_number()) throw scenario::UsageError(where + ": must be a number");
  return Nanoseconds(json.get<double>());
}

std::uint64_t count_from(const Json& json, const std::string& where) {
  if (!json.is_number_unsigned() || json.get<std::uint64_t>() == 0) {
    throw scenario::UsageError(where + ": must be a whole number, at least 1");
  }
  return json.get<std::uint64_t>();
}

}  // namespace kickbench::bench::output
