// All that a validation found out, complete or so far.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "bench/host/topology.hpp"
#include "bench/validation/accuracy.hpp"

namespace kickbench::bench::validation {

struct ValidationReport {
  std::string grid;
  std::uint32_t seed = 1;  ///< of the order of the cells
  std::vector<host::Placement> placements;
  std::vector<std::pair<std::string, std::string>> skipped;  ///< what this host cannot run, and why
  std::size_t planned = 0;                                   ///< cells; 0: not known yet
  std::vector<ValidatedCell> cells;                          ///< in the order in which they were measured
};

}  // namespace kickbench::bench::validation
