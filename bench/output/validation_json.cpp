#include "bench/output/forecast_output.hpp"
#include "bench/output/validation_output.hpp"
#include "bench/validation/diagnosis.hpp"

namespace kickbench::bench::output {
namespace {

Json share_json(const validation::Share& share) {
  Json json{{"cells_count", share.part}, {"of_count", share.whole}};
  put(json, "share_pct", share.pct(), "there is no such cell");
  return json;
}

Json errors_json(const validation::ErrorSpread& errors) {
  Json json{{"cells_count", errors.cells}, {"mean_pct", errors.mean}, {"median_pct", errors.median}};
  put(json, "p90_pct", errors.p90, stats::why_no_quantile(0.9, errors.cells));
  json["max_pct"] = errors.max;
  return json;
}

Json accuracy_json(const validation::Accuracy& accuracy) {
  Json json{{"cells_count", accuracy.cells},
            {"regime_observed_as_predicted", share_json(accuracy.regime_predicted)},
            {"regime_observed_as_simulated", share_json(accuracy.regime_simulated)},
            {"identity_residuals_under_1_pct", share_json(accuracy.consistent)},
            {"residuals_under_1_pct", share_json(accuracy.small_residuals)}};
  const auto put_errors = [&](const std::string& key, const std::optional<validation::ErrorSpread>& errors) {
    errors ? void(json[key] = errors_json(*errors)) : put_absent(json, key, "no such cell has a time to compare with");
  };
  put_errors("closed_form_error", accuracy.closed_form);
  put_errors("simulator_error", accuracy.simulator);
  put_errors("forecast_error", accuracy.forecast);
  return json;
}

Json summary_json(const validation::Summary& summary) {
  Json json;
  if (summary.regime) json["regime_intended"] = model::name_of(*summary.regime);
  json["not_spoiled"] = accuracy_json(summary.sound);
  json["spoiled"] = accuracy_json(summary.spoiled);
  json["failed_count"] = summary.failed;
  return json;
}

Json cell_json(const validation::ValidatedCell& cell) {
  Json row{{"name", cell.name},
           {"regime_intended", model::name_of(cell.intended)},
           {"placement", to_json(cell.measurement.placement)},
           {"scenario", to_json(cell.measurement.scenario)}};
  if (cell.failed()) {
    row["error"] = cell.error;
    return row;
  }
  row.update(row_of(cell.measurement, cell.result));
  put_forecast(row, cell.forecast, cell.result.figures.ns_per_item);
  const char* const untimed = "time is not taken on this path";
  put(row, "producer_identity_residual_pct", validation::identity_residual_pct(cell.result.figures.producer), untimed);
  put(row, "consumer_identity_residual_pct", validation::identity_residual_pct(cell.result.figures.consumer), untimed);
  row["broken_assumptions"] = Json::array();
  for (const auto& [name, evidence] : validation::diagnose(cell.measurement.scenario, cell.result)) {
    row["broken_assumptions"].push_back({{"name", name}, {"evidence", evidence}});
  }
  return row;
}

}  // namespace

void add_to_document(Json& document, const validation::ValidationReport& report) {
  document["grid"] = report.grid;
  document["seed"] = report.seed;
  document["placements"] = Json::array();
  for (const host::Placement& placement : report.placements) document["placements"].push_back(to_json(placement));
  document["skipped"] = Json::array();
  for (const auto& [what, reason] : report.skipped) {
    document["skipped"].push_back({{"name", what}, {"reason", reason}});
  }
  document["planned_count"] = report.planned;
  document["regimes"] = Json::array();
  const std::vector<validation::Summary> summaries = validation::summaries_of(report.cells);
  for (const validation::Summary& summary : summaries) {
    if (summary.regime) document["regimes"].push_back(summary_json(summary));
  }
  document["all"] = summary_json(summaries.back());
  document["targets"] = Json::array();
  for (const validation::Target& target : validation::targets_of(summaries.back().sound)) {
    Json json{{"name", target.what}, {"cells_count", target.cells}};
    put(json, "value_pct", target.value_pct, "no cell was measured that is not spoiled");
    json[target.at_least ? "at_least_pct" : "at_most_pct"] = target.bound_pct;
    target.holds() ? void(json["holds"] = *target.holds())
                   : put_absent(json, "holds", "no cell was measured that is not spoiled");
    document["targets"].push_back(std::move(json));
  }
  document["cells"] = Json::array();
  for (const validation::ValidatedCell& cell : report.cells) document["cells"].push_back(cell_json(cell));
}

}  // namespace kickbench::bench::output
