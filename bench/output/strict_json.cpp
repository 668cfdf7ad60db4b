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

void require_keys(const Json& json, const std::string& where, const std::vector<std::string>& keys,
                  const std::vector<std::string>& optional) {
  if (!json.is_object()) throw scenario::UsageError(where + ": must be an object");
  std::vector<std::string> all = keys;
  all.insert(all.end(), optional.begin(), optional.end());
  for (const auto& [key, value] : json.items()) {
    if (std::ranges::find(all, key) == all.end()) {
      throw scenario::UsageError(scenario::unknown_name(
          where + ": key", key, all, [](const std::string& known) { return std::string_view(known); }));
    }
  }
  for (const std::string& key : keys) {
    if (!json.contains(key)) throw scenario::UsageError(where + ": key '" + key + "' is missing");
  }
}

void require_complete(const Json& document, const std::string& where, const std::string& remedy) {
  const auto says = [&](const char* key, bool value) { return document.contains(key) && document[key] == value; };
  if (!document.is_object() || (!says("complete", false) && !says("interrupted", true))) return;
  throw scenario::UsageError(where + ": is of a run that " +
                             (says("interrupted", true) ? "was interrupted" : "did not come to its end") + ": " +
                             remedy);
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
