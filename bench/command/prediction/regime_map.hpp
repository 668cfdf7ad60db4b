#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "bench/command/model_options.hpp"
#include "bench/command/options.hpp"

namespace kickbench::bench::command {

/// A grid with more points is shown as a map of its regimes; the figures are for a file.
inline constexpr std::size_t table_rows_max = 40;

/// Whether the rows of a grid are printed one by one: few, and in no file that the user named.
bool wants_rows(std::size_t points, const OutputOptions& output);

/// Where each regime lies, over one or two axes. `regimes`: one for each point, the last axis fastest; empty for a
/// point without an answer. At most 20 lines and as many columns as the page of `out` has room for: a grid with more
/// points is shown at points that lie evenly between the first and the last.
void print_regime_map(std::ostream& out, const std::vector<Axis>& axes, const std::vector<std::string>& regimes);

}  // namespace kickbench::bench::command
