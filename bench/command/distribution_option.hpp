// A cost on the command line: a time, or a distribution by its name.
#pragma once

#include <string>

#include "model/distribution.hpp"

namespace kickbench::bench::command {

/// What COST means in the help of a command.
inline constexpr const char* cost_help =
    "COST is a time such as 1500ns, 2us, 0.5ms (exact), or a distribution:\n"
    "  exp:MEAN  normal:MEAN:DEVIATION  lognormal:MEAN:DEVIATION  uniform:FROM:TO\n"
    "  bimodal:FIRST:SECOND:P (SECOND with probability P)  file:FILE#NAME (a histogram; see docs/model.md)";

/// A constant for a plain time. Throws UsageError that names `option`, for a file also the key in it. Does not look at
/// the domain of the parameter.
model::Distribution parse_cost(const std::string& option, const std::string& text);

}  // namespace kickbench::bench::command
