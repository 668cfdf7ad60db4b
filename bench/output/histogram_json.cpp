#include "bench/output/histogram_json.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

#include "bench/scenario/nearest_name.hpp"
#include "bench/scenario/scenario.hpp"

namespace kickbench::bench {
namespace {

using Json = nlohmann::ordered_json;
using model::Histogram;

/// An object with exactly these keys.
void require_keys(const Json& json, const std::string& where, const std::vector<std::string>& keys) {
  if (!json.is_object()) throw UsageError(where + ": must be an object");
  for (const auto& [key, value] : json.items()) {
    if (std::ranges::find(keys, key) == keys.end()) {
      throw UsageError(
          unknown_name(where + ": key", key, keys, [](const std::string& known) { return std::string_view(known); }));
    }
  }
  for (const std::string& key : keys) {
    if (!json.contains(key)) throw UsageError(where + ": key '" + key + "' is missing");
  }
}

Nanoseconds time_from(const Json& json, const std::string& where) {
  if (!json.is_number()) throw UsageError(where + ": must be a number");
  return Nanoseconds(json.get<double>());
}

std::uint64_t count_from(const Json& json, const std::string& where) {
  if (!json.is_number_unsigned() || json.get<std::uint64_t>() == 0) {
    throw UsageError(where + ": must be a whole number, at least 1");
  }
  return json.get<std::uint64_t>();
}

Histogram::Bin bin_from(const Json& json, const std::string& where) {
  require_keys(json, where, {"from_ns", "to_ns", "count"});
  const Histogram::Bin bin{time_from(json["from_ns"], where + "/from_ns"), time_from(json["to_ns"], where + "/to_ns"),
                           count_from(json["count"], where + "/count")};
  if (bin.from > bin.to) throw UsageError(where + ": from_ns is above to_ns");
  return bin;
}

Json parsed(const std::string& where, const std::string& path) {
  std::ifstream file(path);
  if (!file) throw UsageError(where + ": cannot be read: " + std::strerror(errno));
  try {
    return Json::parse(file);
  } catch (const Json::parse_error& error) {
    throw UsageError(where + ": is no JSON: " + error.what());
  }
}

}  // namespace

Json to_json(const Histogram& histogram) {
  std::uint64_t count = 0;
  Json bins = Json::array();
  for (const auto& bin : histogram.bins) {
    count += bin.count;
    bins.push_back({{"from_ns", bin.from.count()}, {"to_ns", bin.to.count()}, {"count", bin.count}});
  }
  return {{"count", count}, {"bins", std::move(bins)}};
}

Histogram histogram_from(const Json& json, const std::string& where) {
  require_keys(json, where, {"count", "bins"});
  const Json& bins = json["bins"];
  if (!bins.is_array() || bins.empty()) throw UsageError(where + "/bins: must be an array of at least one bin");
  Histogram histogram;
  std::uint64_t count = 0;
  for (const Json& entry : bins) {
    const std::string place = where + "/bins/" + std::to_string(histogram.bins.size());
    const Histogram::Bin bin = bin_from(entry, place);
    if (!histogram.bins.empty() && bin.from < histogram.bins.back().to) {
      throw UsageError(place + ": begins before the bin before it ends");
    }
    count += bin.count;
    histogram.bins.push_back(bin);
  }
  if (count != count_from(json["count"], where + "/count")) {
    throw UsageError(where + "/count: is not the sum of the bins, " + std::to_string(count));
  }
  return histogram;
}

Histogram read_histogram(const std::string& option, const std::string& path, const std::string& name) {
  const std::string where = option + " " + path;
  const Json document = parsed(where, path);
  if (!document.is_object() || !document.contains("distributions") || !document["distributions"].is_object()) {
    throw UsageError(where + ": has no object 'distributions'");
  }
  const Json& distributions = document["distributions"];
  if (!distributions.contains(name)) {
    std::vector<std::string> names;
    for (const auto& [known, value] : distributions.items()) names.push_back(known);
    if (names.empty()) throw UsageError(where + ": 'distributions' is empty");
    throw UsageError(unknown_name(where + ": distribution", name, names,
                                  [](const std::string& known) { return std::string_view(known); }));
  }
  return histogram_from(distributions[name], where + ": /distributions/" + name);
}

}  // namespace kickbench::bench
