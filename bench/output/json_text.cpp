#include "bench/output/json_text.hpp"

#include <algorithm>

namespace kickbench::bench::output {
namespace {

using Json = nlohmann::ordered_json;

/// An object that is longer has a line for each entry.
constexpr std::size_t line_chars_max = 100;

std::string scalar(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// Entries with `between` before each; the first one has it without the comma.
std::string entries_of(const Json& json, const std::string& between, auto text_of) {
  std::string text;
  for (const auto& [key, value] : json.items()) {
    text += (text.empty() ? "" : ",") + between;
    if (json.is_object()) text += scalar(Json(key)) + ": ";
    text += text_of(value);
  }
  return text;
}

std::string enclosed(const Json& json, const std::string& inner) {
  return json.is_object() ? "{" + inner + "}" : "[" + inner + "]";
}

std::string one_line(const Json& json) {
  if (!json.is_structured()) return scalar(json);
  if (json.empty()) return enclosed(json, "");
  return enclosed(json, entries_of(json, " ", one_line).substr(1));
}

bool has_lists_of_objects(const Json& json) {
  return json.is_structured() && std::ranges::any_of(json, [&](const Json& entry) {
           return (json.is_array() && entry.is_object()) || has_lists_of_objects(entry);
         });
}

std::string text_of(const Json& json, const std::string& indent) {
  if (!json.is_structured() || json.empty()) return one_line(json);
  const std::string deeper = indent + "  ";
  if (json.is_array()) {
    const bool is_list_of_objects = std::ranges::any_of(json, [](const Json& entry) { return entry.is_object(); });
    return is_list_of_objects ? enclosed(json, entries_of(json, deeper, one_line) + indent) : one_line(json);
  }
  if (!has_lists_of_objects(json)) {
    std::string line = one_line(json);
    if (line.size() <= line_chars_max) return line;
  }
  return enclosed(json, entries_of(json, deeper, [&](const Json& entry) { return text_of(entry, deeper); }) + indent);
}

}  // namespace

std::string dump(const Json& document) { return text_of(document, "\n") + "\n"; }

}  // namespace kickbench::bench::output
