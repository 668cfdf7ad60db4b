// What every notifier that works here costs: measured before the cells, whose parameters are derived from it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bench/command/measuring_host.hpp"
#include "bench/output/calibration_file.hpp"

namespace kickbench::bench::command {

struct NotifierCostsHere {
  std::vector<std::string> notifiers;
  calibration::Costs costs;
  std::vector<std::pair<std::string, std::string>> skipped;  ///< "notifier <name>", reason
};

/// Costs of every notifier that works here. Measured in so many rounds, unless they are `known`: then a notifier that
/// is not among them is skipped. Throws Cancelled or BrokenRun.
NotifierCostsHere notifier_costs(const MeasuringHost& measuring, const std::optional<output::Calibration>& known,
                                 std::uint32_t rounds);

}  // namespace kickbench::bench::command
