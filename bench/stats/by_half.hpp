// Notifications by the half of the ring that sent them: the driver kicks, the device interrupts. Which of the two
// produces is the direction. And those that were not sent, because the peer did not ask for them.
#pragma once

#include <algorithm>
#include <optional>
#include <string>

#include "bench/scenario/scenario.hpp"
#include "bench/stats/tally.hpp"

namespace kickbench::bench::stats {

inline double kicks_per_item(const scenario::Scenario& scenario, const Figures& figures) {
  return scenario.direction == scenario::Direction::tx ? figures.producer.signals : figures.consumer.signals;
}

inline double interrupts_per_item(const scenario::Scenario& scenario, const Figures& figures) {
  return scenario.direction == scenario::Direction::tx ? figures.consumer.signals : figures.producer.signals;
}

/// A side asks once for each publish whether its peer wants to know: after each batch, and before it waits with less
/// than one. A window may begin within a batch, so what is left of a question at its edges is not below 0.
/// None without a notifier: nobody is asked then.
inline std::optional<double> suppressed_per_item(const SideFigures& side, std::uint32_t batch,
                                                 const std::string& notifier) {
  if (notifier == "none") return std::nullopt;
  const double questions = (1 - side.early_items) / batch + side.early_publishes;
  return std::max(0.0, questions - side.signals);
}

}  // namespace kickbench::bench::stats
