// Notifications by the half of the ring that sent them: the driver kicks, the device interrupts. Which of the two
// produces is the direction.
#pragma once

#include "bench/scenario/scenario.hpp"
#include "bench/stats/tally.hpp"

namespace kickbench::bench::stats {

inline double kicks_per_item(const scenario::Scenario& scenario, const Figures& figures) {
  return scenario.direction == scenario::Direction::tx ? figures.producer.signals : figures.consumer.signals;
}

inline double interrupts_per_item(const scenario::Scenario& scenario, const Figures& figures) {
  return scenario.direction == scenario::Direction::tx ? figures.consumer.signals : figures.producer.signals;
}

}  // namespace kickbench::bench::stats
