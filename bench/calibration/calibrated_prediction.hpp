// What a calibration lets one expect of a scenario, before anything of it is measured.
#pragma once

#include <optional>
#include <string>

#include "bench/calibration/calibration.hpp"
#include "bench/scenario/scenario.hpp"
#include "model/predict.hpp"

namespace kickbench::bench::calibration {

/// The closed form with W as asked for and N and S of a calibration, emulated extra costs added; or why there is none.
struct CalibratedPrediction {
  std::optional<model::Prediction> prediction;
  std::string reason;
  model::Parameters parameters{};
  const WakeCost* to_consumer = nullptr;  ///< the calibration's row of N_P and S_C
  const WakeCost* to_producer = nullptr;  ///< of N_C and S_P

  /// (measured - predicted) / predicted
  std::optional<double> error_pct(Nanoseconds measured) const;
};

/// Why a calibration has nothing to say of a scenario; empty if it has.
std::string why_not_calibrated(const scenario::Scenario& scenario);

/// The rows are those of the notifiers, of the notification from producer to consumer or back (whichever half of the
/// ring produces), and of the time for which the peer is idle in the regime that they lead to. `costs` must outlive the
/// result. Throws std::out_of_range for a notifier that was not calibrated.
CalibratedPrediction predict_from(const WakeCosts& costs, const scenario::Scenario& scenario);

}  // namespace kickbench::bench::calibration
