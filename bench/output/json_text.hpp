// A document as text that people can read, too: what has no parts of its own stands on one line.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace kickbench::bench::output {

/// Indented by two. One line: each entry of a list of objects, a list of anything else, an object that fits. With a
/// final newline. What is no UTF-8 is replaced.
std::string dump(const nlohmann::ordered_json& document);

}  // namespace kickbench::bench::output
