#include "bench/output/histogram_json.hpp"

#include "bench/output/strict_json.hpp"
#include "bench/scenario/nearest_name.hpp"
#include "bench/scenario/scenario.hpp"

namespace kickbench::bench::output {
namespace {

using Json = nlohmann::ordered_json;
using model::Histogram;

Histogram::Bin bin_from(const Json& json, const std::string& where) {
  require_keys(json, where, {"from_ns", "to_ns", "count"});
  const Histogram::Bin bin{time_from(json["from_ns"], where + "/from_ns"), time_from(json["to_ns"], where + "/to_ns"),
                           count_from(json["count"], where + "/count")};
  if (bin.from > bin.to) throw scenario::UsageError(where + ": from_ns is above to_ns");
  return bin;
}

}  // namespace

Json counts_json(const std::map<std::uint64_t, std::uint64_t>& counts) {
  Json list = Json::array();
  for (const auto& [items, count] : counts) list.push_back({{"items", items}, {"count", count}});
  return list;
}

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
  if (!bins.is_array() || bins.empty())
    throw scenario::UsageError(where + "/bins: must be an array of at least one bin");
  Histogram histogram;
  std::uint64_t count = 0;
  for (const Json& entry : bins) {
    const std::string path = where + "/bins/" + std::to_string(histogram.bins.size());
    const Histogram::Bin bin = bin_from(entry, path);
    if (!histogram.bins.empty() && bin.from < histogram.bins.back().to) {
      throw scenario::UsageError(path + ": begins before the bin before it ends");
    }
    count += bin.count;
    histogram.bins.push_back(bin);
  }
  if (count != count_from(json["count"], where + "/count")) {
    throw scenario::UsageError(where + "/count: is not the sum of the bins, " + std::to_string(count));
  }
  return histogram;
}

Histogram read_histogram(const std::string& option, const std::string& path, const std::string& name) {
  const std::string where = option + " " + path;
  const Json document = parse_file(where, path);
  require_complete(document, where, "measure it again");
  if (!document.is_object() || !document.contains("distributions") || !document["distributions"].is_object()) {
    throw scenario::UsageError(where + ": has no object 'distributions'");
  }
  const Json& distributions = document["distributions"];
  const Json absent = distributions.value("absent", Json::object());
  if (!distributions.contains(name)) {
    std::vector<std::string> names;
    for (const auto& [known, value] : distributions.items()) {
      if (value.is_object() && known != "absent") names.push_back(known);
    }
    if (names.empty()) throw scenario::UsageError(where + ": 'distributions' holds no histogram");
    throw scenario::UsageError(scenario::unknown_name(
        where + ": distribution", name, names, [](const std::string& known) { return std::string_view(known); }));
  }
  const std::string at = where + ": /distributions/" + name;
  if (absent.contains(name)) {
    throw scenario::UsageError(at + ": there is none: " + absent[name].dump());
  }
  return histogram_from(distributions[name], at);
}

}  // namespace kickbench::bench::output
