#include "bench/command/notifier_costs.hpp"

#include <spdlog/spdlog.h>

#include "notify/notifier.hpp"

namespace kickbench::bench::command {

NotifierCostsHere notifier_costs(const MeasuringHost& measuring, const std::optional<output::Calibration>& known) {
  constexpr int blocks = 4;
  NotifierCostsHere result;
  if (known) result.costs = known->costs;
  const auto is_known = [&](const std::string& name) {
    return known->costs.notifiers(calibration::Notification::to_consumer).contains(name) &&
           known->costs.notifiers(calibration::Notification::to_producer).contains(name);
  };
  for (const NotifierKind& kind : notifier_kinds()) {
    const std::string name(kind.name);
    if (name == "none") continue;
    std::string reason = kind.unavailable_reason();
    if (reason.empty() && known && !is_known(name)) reason = "it is not in the calibration";
    if (!reason.empty()) {
      result.skipped.emplace_back("notifier " + name, reason);
      spdlog::warn("skipping everything with notifier '{}': {}", name, reason);
      continue;
    }
    result.notifiers.push_back(name);
    if (known) continue;
    for (const calibration::Notification notification :
         {calibration::Notification::to_consumer, calibration::Notification::to_producer}) {
      result.costs.add(
          calibration::measure_wake_cost(name, notification, measuring.placement, measuring.clock, blocks));
    }
  }
  return result;
}

}  // namespace kickbench::bench::command
