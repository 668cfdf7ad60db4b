// Which of the model's assumptions did not hold while a cell was measured, with the numbers that show it.
#pragma once

#include <string>
#include <vector>

#include "bench/experiment/measurement.hpp"
#include "bench/scenario/scenario.hpp"

namespace kickbench::bench::validation {

struct BrokenAssumption {
  std::string name;      ///< a slug: "heavy-tail"
  std::string evidence;  ///< what was counted or measured
};

/// All that is seen to break, in the order in which the model states what it assumes. Empty: none is.
std::vector<BrokenAssumption> diagnose(const scenario::Scenario& scenario, const experiment::Result& result);

/// What is left to go by where nothing is seen to break: what the model was told, and what does not add up.
std::string what_is_left(const scenario::Scenario& scenario, const experiment::Result& result);

}  // namespace kickbench::bench::validation
