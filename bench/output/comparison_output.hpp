// Several scenarios side by side, for people and for programs.
#pragma once

#include <iosfwd>
#include <vector>

#include "bench/experiment/comparison.hpp"
#include "bench/output/result_json.hpp"

namespace kickbench::bench {

/// One row per scenario; ratios are to the first.
void print_comparison(std::ostream& out, const std::vector<Measurement>& measurements);

/// An array of rows as `run` has them, each with its scenario and its ratio to the first.
Json comparison_json(const std::vector<Measurement>& measurements);

}  // namespace kickbench::bench
