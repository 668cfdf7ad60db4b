#include "bench/experiment/comparison.hpp"

#include <algorithm>

#include "bench/experiment/slice_plan.hpp"

namespace kickbench::bench::experiment {

Comparison::Comparison(const std::vector<scenario::Scenario>& scenarios, const host::Placement& placement,
                       const host::Clock& clock) {
  for (const scenario::Scenario& scenario : scenarios) {
    experiments_.push_back(std::make_unique<Experiment>(scenario, placement, clock));
  }
}

void Comparison::run_round() {
  for (std::size_t i = 0; i < experiments_.size(); ++i) {
    experiments_[(first_ + i) % experiments_.size()]->repeat({.duration = slice_measured, .items = 0});
  }
  first_ = (first_ + 1) % experiments_.size();
}

std::vector<Measurement> Comparison::measurements() const {
  std::vector<Measurement> measurements;
  for (const auto& experiment : experiments_) measurements.push_back(experiment->measurement());
  return measurements;
}

std::optional<PairedRatio> paired_ratio(const Measurement& one, const Measurement& base) {
  std::vector<double> ratios;
  for (std::size_t round = 0; round < std::min(one.repetitions.size(), base.repetitions.size()); ++round) {
    const std::vector<SliceSummary>& mine = one.repetitions[round].slices;
    const std::vector<SliceSummary>& theirs = base.repetitions[round].slices;
    if (mine.empty() || theirs.empty() || !mine.front().line_class) continue;
    if (mine.front().line_class != theirs.front().line_class) continue;
    ratios.push_back(mine.front().ns_per_item / theirs.front().ns_per_item);
  }
  if (ratios.empty()) return std::nullopt;
  return PairedRatio{
      .rounds = ratios.size(), .median = *stats::median(ratios), .interval = stats::median_interval(ratios)};
}

}  // namespace kickbench::bench::experiment
