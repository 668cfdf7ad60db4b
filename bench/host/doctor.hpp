// What on this host will disturb the numbers: cause, effect on which number, and what to do.
#pragma once

#include <string>
#include <vector>

#include "bench/host/clock.hpp"
#include "bench/host/competitors.hpp"
#include "bench/host/environment.hpp"
#include "bench/host/preemption.hpp"
#include "bench/host/topology.hpp"

namespace kickbench::host {

struct Finding {
  enum class Level {
    ok,       // nothing to mind; effect and fix are empty
    note,     // part of the result, or a measurement that is skipped
    warning,  // figures will be off or spread out
  };
  Level level = Level::ok;
  std::string topic;   // a slug, one finding each
  std::string cause;   // what it is, with its value
  std::string effect;  // what it does to which number
  std::string fix;     // what to do, or how the measurement copes
};

/// One finding per topic, always the same topics in the same order. Looks at nothing but its arguments.
std::vector<Finding> diagnose(const Environment& environment, const Topology& topology, const Clock& clock,
                              const ClockCheck& clock_check, const PreemptionProbe& probe,
                              const Fact<std::vector<Competitor>>& competitors);

}  // namespace kickbench::host
