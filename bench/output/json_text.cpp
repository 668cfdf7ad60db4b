#include "bench/output/json_text.hpp"

#include <algorithm>

namespace kickbench::bench::output {
namespace {

using Json = nlohmann::ordered_json;

/// A flat object or list of texts that is longer has a line for each entry.
constexpr std::size_t line_chars_max = 100;

std::string scalar(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

bool is_flat(const Json& json) {
  return std::ranges::none_of(json, [](const Json& entry) { return entry.is_structured(); });
}

bool is_list_of_numbers(const Json& json) {
  return json.is_array() && std::ranges::all_of(json, [](const Json& entry) { return entry.is_number(); });
}

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

std::string text_of(const Json& json, const std::string& indent) {
  if (!json.is_structured()) return scalar(json);
  const auto enclosed = [&](const std::string& inner) {
    return json.is_object() ? "{" + inner + "}" : "[" + inner + "]";
  };
  if (json.empty()) return enclosed("");
  if (is_flat(json)) {
    const std::string line = enclosed(entries_of(json, " ", scalar).substr(1));
    if (line.size() <= line_chars_max || is_list_of_numbers(json)) return line;
  }
  const std::string deeper = indent + "  ";
  return enclosed(entries_of(json, deeper, [&](const Json& entry) { return text_of(entry, deeper); }) + indent);
}

}  // namespace

std::string dump(const Json& document) { return text_of(document, "\n") + "\n"; }

}  // namespace kickbench::bench::output
