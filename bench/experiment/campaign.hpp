// Many cells measured so that each repetition of a cell is of another time: rounds of one repetition of every cell.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/experiment/measurement.hpp"
#include "bench/host/clock.hpp"
#include "model/distribution.hpp"

namespace kickbench::bench::experiment {

/// What a campaign measures with.
class Measurer {
 public:
  virtual ~Measurer() = default;
  /// Measures one more repetition of `measurement.scenario` and adds it. Throws Cancelled, or what is wrong with the
  /// cell; the slices that were complete before are kept as a repetition that is not complete.
  virtual void repeat(Measurement& measurement, const scenario::Effort& effort) = 0;
};

/// A session of its own for each repetition: what a session happens to get (pages, threads, where they run first) is
/// drawn anew, and however many cells there are, two threads live at a time.
class FreshSessions final : public Measurer {
 public:
  /// `least_settling`: how long each session runs, at the least, before it is measured.
  FreshSessions(const host::Placement& placement, const host::Clock& clock, Nanoseconds least_settling = {})
      : placement_(placement), clock_(clock), least_settling_(least_settling) {}

  void repeat(Measurement& measurement, const scenario::Effort& effort) override;

 private:
  const host::Placement& placement_;
  const host::Clock& clock_;
  Nanoseconds least_settling_;
};

struct CampaignCell {
  Measurement measurement;
  std::string error;  ///< why it was given up; what was complete before is kept. Empty where nothing is wrong

  bool failed() const { return !error.empty(); }
};

class Campaign {
 public:
  /// `seed`: of the order within the rounds, the same for the same seed anywhere.
  Campaign(const std::vector<scenario::Scenario>& scenarios, std::uint32_t seed);

  /// One repetition of every cell that has not failed, in an order drawn for this round: each cell is among the same
  /// quarter of the cells, so that at least about three quarters of a round lie between its repetitions.
  /// After each of them `after` is called with its number. What is wrong with a cell is the cell's own. Throws
  /// Cancelled.
  void run_round(Measurer& measurer, const scenario::Effort& effort, const std::function<void(std::size_t)>& after);

  /// In the order of the scenarios.
  const std::vector<CampaignCell>& cells() const { return cells_; }

 private:
  void draw_order();
  void shuffle(std::size_t begin, std::size_t end);

  std::vector<CampaignCell> cells_;
  std::vector<std::size_t> order_;
  model::RandomBits random_;
};

}  // namespace kickbench::bench::experiment
