// What every measuring command does first: find the CPUs and the clock, hold the idle state.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/host/clock.hpp"
#include "bench/host/idle.hpp"
#include "bench/host/preemption.hpp"
#include "bench/host/topology.hpp"
#include "bench/output/result_json.hpp"
#include "bench/scenario/scenario.hpp"

namespace kickbench::bench::command {

/// A scenario cannot run on this host; what() says why. Exit code 77 when nothing else could run either.
class Skipped : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws Skipped where a notifier of the scenario does not work on this host.
void require_notifiers(const scenario::Scenario& scenario);

/// Made once per command, before anything is measured. Throws TooFewCpus, PlacementError, IdleError.
struct MeasuringHost {
  MeasuringHost(const std::string& place, host::IdleMode idle);

  host::Placement placement;
  std::unique_ptr<host::IdlePolling> idle_polling;  ///< held while this lives, where asked for
  std::optional<host::PollingEvidence> polled;      ///< whether it took hold on the consumer's CPU; none: not asked for
  host::Clock clock;
  host::Fact<std::vector<host::PreemptionProbe>> floor;  ///< what a thread that only spins misses on each of the CPUs
};

/// The head of the document of a command that measures.
output::Json document_head(const std::string& command, const MeasuringHost& measuring);

}  // namespace kickbench::bench::command
