// A document as text that people can read, too: what has no parts of its own stands on one line.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace kickbench::bench::output {

/// Indented by two; a list of numbers, and whatever else is flat and fits, is one line. With a final newline. What is
/// no UTF-8 is replaced.
std::string dump(const nlohmann::ordered_json& document);

}  // namespace kickbench::bench::output
