#include "bench/output/latency_json.hpp"

#include "model/latency.hpp"

namespace kickbench::bench::output {
namespace {

/// Measured or simulated. `few`: why there is no p99 where there is a mean.
template <class Summary>
void put_summary(Json& row, const std::string& key, const std::optional<Summary>& summary, const std::string& reason,
                 const std::string& few = {}) {
  const auto put_one = [&](const char* name, auto figure) {
    const auto value = summary ? std::optional<Nanoseconds>((*summary).*figure) : std::nullopt;
    put(row, key + name, value, summary ? few : reason);
  };
  put_one("_mean_ns", &Summary::mean);
  put_one("_p50_ns", &Summary::p50);
  put_one("_p99_ns", &Summary::p99);
  put_one("_max_ns", &Summary::max);
}

void put_measured(Json& row, const std::string& key, const stats::LatencyFigures& latency, const std::string& reason) {
  put_summary(row, key, latency.summary, reason, stats::why_no_quantile(0.99, latency.samples));
  row[key + "_samples_count"] = latency.samples;
}

void put_predicted(Json& row, const stats::PredictionBeside& beside) {
  const auto& prediction = beside.prediction;
  const std::string no_formula = prediction ? model::no_formula : beside.reason;
  const auto longest = prediction ? prediction->latency_service_max : std::nullopt;
  put(row, "predicted_latency_own_mean_ns", prediction ? prediction->latency_own_mean : std::nullopt, no_formula);
  put(row, "predicted_latency_service_max_ns", longest, beside.latency_reason);
  const char* const is_exact = "predicted_latency_service_max_is_exact";
  longest ? void(row[is_exact] = prediction->latency_is_exact) : put_absent(row, is_exact, beside.latency_reason);
  put(row, "predicted_busy_ns_per_item", prediction ? prediction->busy_per_item : std::nullopt, beside.reason);
}

}  // namespace

void put_latency_and_energy(Json& row, const experiment::Result& result) {
  const stats::Figures& figures = result.figures;
  const stats::SimulationBeside& simulated = result.simulated;
  put_measured(row, "latency_own", figures.latency_own, "no item was stamped");
  put_measured(row, "latency_service", figures.latency_service, "no two items in a row were stamped");
  put(row, "busy_ns_per_item", figures.busy, "");
  put_predicted(row, result.predicted);
  put_summary(row, "simulated_latency_own", simulated.latency_own, simulated.reason);
  put_summary(row, "simulated_latency_service", simulated.latency_service, simulated.reason);
  put(row, "simulated_busy_ns_per_item", simulated.busy_per_item, simulated.reason);
  const host::Fact<double> joules = experiment::package_joules_per_item(result);
  put(row, "package_joules_per_item", joules.value, joules.reason);
}

}  // namespace kickbench::bench::output
