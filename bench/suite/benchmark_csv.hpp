// Rows as Google Benchmark writes them to CSV, with columns of our own at the end.
#pragma once

#include <string>

#include "bench/output/result_json.hpp"

namespace kickbench::bench::suite {

/// `rows`: as in the JSON document. What a row does not have, or is null there, is an empty cell.
std::string benchmark_csv(const output::Json& rows);

}  // namespace kickbench::bench::suite
