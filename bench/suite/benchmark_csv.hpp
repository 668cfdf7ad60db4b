// Rows as Google Benchmark writes them to CSV, with columns of our own at the end.
#pragma once

#include <map>
#include <string>

#include "bench/output/result_json.hpp"

namespace kickbench::bench::suite {

/// `rows`: as in the JSON document. What a row does not have, or is null there, is an empty cell. `context`: what the
/// user adds, by key; a column for each, the same in every row.
std::string benchmark_csv(const output::Json& rows, const std::map<std::string, std::string>& context);

}  // namespace kickbench::bench::suite
