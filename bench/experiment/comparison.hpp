// Several scenarios side by side: a slice of each in turn, so that all see the same minutes of the machine.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "bench/experiment/experiment.hpp"

namespace kickbench::bench::experiment {

class Comparison {
 public:
  /// Sets all up, on the same two CPUs; whoever is not measured waits. Throws as Experiment does.
  Comparison(const std::vector<scenario::Scenario>& scenarios, const host::Placement& placement,
             const host::Clock& clock);

  /// One slice of each, beginning with another one each time. Throws Cancelled or BrokenRun; earlier rounds are kept.
  void run_round();

  /// In the order of the scenarios. Each repetition is one slice.
  std::vector<Measurement> measurements() const;

 private:
  std::vector<std::unique_ptr<Experiment>> experiments_;
  std::size_t first_ = 0;
};

/// T of `one` as a share of T of `base`, over the rounds in which both found a line in the same class.
struct PairedRatio {
  std::uint64_t rounds = 0;
  double median = 0;
  std::optional<stats::MedianInterval> interval;
};
/// None without such a round.
std::optional<PairedRatio> paired_ratio(const Measurement& one, const Measurement& base);

}  // namespace kickbench::bench::experiment
