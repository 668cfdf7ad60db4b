#include "bench/output/calibrated_output.hpp"

#include <cmath>
#include <ostream>

#include "bench/output/calibration_file.hpp"
#include "bench/text/format.hpp"

namespace kickbench::bench::output {
namespace {

/// "N_P 12047 and S_C 9061 ns: eventfd, to_consumer, line far, peer idle for 1 us", and the same for N_C and S_P.
std::vector<std::string> costs_of(const calibration::CalibratedPrediction& calibrated) {
  if (!calibrated.prediction) return {};
  const auto& [producer, consumer, queue_size, sleep_energy] = calibrated.parameters;
  const auto text = [](const char* n, Nanoseconds notify, const char* s, Nanoseconds startup,
                       const calibration::WakeCost& row) {
    return std::string(n) + " " + text::ns(notify) + " and " + s + " " + text::ns(startup) + " ns: " + describe(row);
  };
  return {text("N_P", producer.notify, "S_C", consumer.startup, *calibrated.to_consumer),
          text("N_C", consumer.notify, "S_P", producer.startup, *calibrated.to_producer)};
}

}  // namespace

void put_calibrated(Json& row, const std::optional<calibration::CalibratedPrediction>& calibrated,
                    Nanoseconds measured) {
  const auto prediction = calibrated ? calibrated->prediction : std::nullopt;
  const std::string reason = calibrated ? calibrated->reason : "no --calibration is given";
  row["regime_calibrated"] = prediction ? Json(model::name_of(prediction->regime)) : Json(nullptr);
  if (!prediction) row["regime_calibrated_reason"] = reason;
  put(row, "calibrated_ns_per_item", prediction ? prediction->per_item : std::nullopt, reason);
  put(row, "calibrated_error_pct", calibrated ? calibrated->error_pct(measured) : std::nullopt, reason);
  row["calibrated_costs"] = calibrated ? costs_of(*calibrated) : std::vector<std::string>();
}

std::string text_of(const calibration::CalibratedPrediction& calibrated, Nanoseconds measured) {
  if (!calibrated.prediction) return "nothing: " + calibrated.reason;
  const double error = *calibrated.error_pct(measured);
  return std::string(model::name_of(calibrated.prediction->regime)) + ", " +
         text::ns(*calibrated.prediction->per_item) + " ns per item, measured is " + text::fixed(std::abs(error), 1) +
         " % " + (error < 0 ? "below" : "above");
}

void print_calibrated(std::ostream& out, const calibration::CalibratedPrediction& calibrated, Nanoseconds measured) {
  out << "from the calibration: " << text_of(calibrated, measured) << "\n";
  for (const std::string& cost : costs_of(calibrated)) out << "  " << cost << "\n";
}

}  // namespace kickbench::bench::output
