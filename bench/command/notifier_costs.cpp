#include "bench/command/notifier_costs.hpp"

#include <spdlog/spdlog.h>

#include "notify/notifier.hpp"

namespace kickbench::bench::command {

NotifierCostsHere notifier_costs(const MeasuringHost& measuring, const std::optional<output::Calibration>& known,
                                 std::uint32_t rounds) {
  NotifierCostsHere result;
  const auto is_known = [&](const std::string& name) {
    return known->costs.wakes.notifiers(calibration::Notification::to_consumer).contains(name) &&
           known->costs.wakes.notifiers(calibration::Notification::to_producer).contains(name);
  };
  for (const NotifierKind& kind : notifier_kinds()) {
    const std::string name(kind.name);
    if (name == "none") continue;
    std::string reason = kind.unavailable_reason();
    if (reason.empty() && known && !is_known(name)) reason = "it is not in the calibration";
    if (reason.empty()) {
      result.notifiers.push_back(name);
    } else {
      result.skipped.emplace_back("notifier " + name, reason);
      spdlog::warn("skipping everything with notifier '{}': {}", name, reason);
    }
  }
  if (known) {
    result.costs = known->costs;
    return result;
  }
  calibration::Calibrator calibrator(result.notifiers, measuring.placement, measuring.clock);
  for (std::uint32_t round = 0; round < rounds; ++round) calibrator.run_round();
  result.costs = calibration::costs_of(calibrator.facts());
  return result;
}

}  // namespace kickbench::bench::command
