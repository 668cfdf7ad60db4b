#include "bench/experiment/campaign.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "bench/experiment/experiment.hpp"
#include "bench/measure/cancel.hpp"

namespace kickbench::bench::experiment {
namespace {

/// So many groups of neighbours keep their turns in every round; within its group, a cell's turn is drawn.
constexpr std::size_t groups = 4;

/// Adds what one session measured.
void append(Measurement& all, Measurement one) {
  all.placement = std::move(one.placement);
  all.queue_addresses = one.queue_addresses;
  all.warm_up_per_slice = one.warm_up_per_slice;
  all.warm_up_capped = all.warm_up_capped || one.warm_up_capped;
  all.settled = one.settled && (all.settled || all.repetitions.empty());
  all.settling_slices += one.settling_slices;
  for (const auto& [reason, count] : one.void_slices) all.void_slices[reason] += count;
  for (Repetition& repetition : one.repetitions) all.repetitions.push_back(std::move(repetition));
}

}  // namespace

void FreshSessions::repeat(Measurement& measurement, const scenario::Effort& effort) {
  Experiment experiment(measurement.scenario, placement_, clock_, least_settling_);
  try {
    experiment.repeat(effort);
  } catch (...) {
    append(measurement, std::move(experiment).measurement());
    throw;
  }
  append(measurement, std::move(experiment).measurement());
}

Campaign::Campaign(const std::vector<scenario::Scenario>& scenarios, std::uint32_t seed)
    : cells_(scenarios.size()), order_(scenarios.size()), random_(seed, 0) {
  for (std::size_t i = 0; i < scenarios.size(); ++i) cells_[i].measurement.scenario = scenarios[i];
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  shuffle(0, order_.size());
}

void Campaign::shuffle(std::size_t begin, std::size_t end) {
  for (; end - begin > 1; --end) std::swap(order_[end - 1], order_[begin + random_.next() % (end - begin)]);
}

void Campaign::draw_order() {
  const std::size_t group = std::max<std::size_t>(1, order_.size() / groups);
  for (std::size_t begin = 0; begin < order_.size(); begin += group) {
    shuffle(begin, std::min(begin + group, order_.size()));
  }
}

void Campaign::run_round(Measurer& measurer, const scenario::Effort& effort,
                         const std::function<void(std::size_t)>& after) {
  if (order_.empty()) return;
  draw_order();
  for (const std::size_t number : order_) {
    CampaignCell& cell = cells_[number];
    if (cell.failed()) continue;
    try {
      measurer.repeat(cell.measurement, effort);
    } catch (const measure::Cancelled&) {
      throw;
    } catch (const std::exception& error) {
      cell.error = error.what();
    }
    after(number);
  }
}

}  // namespace kickbench::bench::experiment
