// What a calibration lets one expect of a scenario, without measuring it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/calibration/costs.hpp"
#include "bench/measure/slice.hpp"
#include "bench/scenario/scenario.hpp"
#include "model/simulate.hpp"

namespace kickbench::bench::calibration {

/// The simulator's answer: W as asked for, with the gaps of this host; N and S drawn together, for the time that the
/// woken side has been idle; sleeps with their overshoot; emulated costs added. Or why there is none.
struct Forecast {
  std::optional<Nanoseconds> per_item;
  std::optional<model::Interval> interval;  ///< 95 %, of the simulation alone
  std::optional<model::Regime> regime;
  std::vector<std::string> taken;  ///< which costs, a line for each
  std::string reason;

  /// (measured - forecast) / forecast
  std::optional<double> error_pct(Nanoseconds measured) const;
};

/// `line_class`: where the scenario ran, or is to run; N and S of another class are not taken for its own. None: the
/// class that was met most. Throws std::out_of_range for a notifier that was not calibrated.
Forecast forecast(const Costs& costs, const scenario::Scenario& scenario, std::optional<measure::LineClass> line_class);

/// True where the scenario's forecast needs N and S.
bool needs_wakes(const scenario::Scenario& scenario);

}  // namespace kickbench::bench::calibration
