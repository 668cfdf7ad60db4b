#include "bench/output/forecast_output.hpp"

#include <cmath>
#include <ostream>

#include "bench/text/format.hpp"

namespace kickbench::bench::output {
namespace {

std::string name_or_none(const std::optional<model::Regime>& regime) {
  return regime ? std::string(model::name_of(*regime)) : "no regime";
}

}  // namespace

void put_forecast(Json& row, const std::optional<calibration::Forecast>& forecast, Nanoseconds measured) {
  const std::string reason = forecast ? forecast->reason : "no --calibration is given";
  put(row, "regime_forecast", forecast ? forecast->regime : std::nullopt,
      reason.empty() ? "what is simulated fits no regime" : reason);
  put(row, "forecast_ns_per_item", forecast ? forecast->per_item : std::nullopt, reason);
  put(row, "forecast_error_pct", forecast ? forecast->error_pct(measured) : std::nullopt, reason);
  row["forecast_costs"] = forecast ? forecast->taken : std::vector<std::string>();
}

std::string text_of(const calibration::Forecast& forecast, Nanoseconds measured) {
  if (!forecast.per_item) return "nothing: " + forecast.reason;
  const double error = *forecast.error_pct(measured);
  return name_or_none(forecast.regime) + ", " + text::ns(*forecast.per_item) + " ns per item, measured is " +
         text::fixed(std::abs(error), 1) + " % " + (error < 0 ? "below" : "above");
}

void print_forecast(std::ostream& out, const calibration::Forecast& forecast, Nanoseconds measured) {
  out << "forecast from the calibration: " << text_of(forecast, measured) << "\n";
  for (const std::string& cost : forecast.taken) out << "  " << cost << "\n";
}

}  // namespace kickbench::bench::output
