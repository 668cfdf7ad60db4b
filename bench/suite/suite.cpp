#include "bench/suite/suite.hpp"

#include <spdlog/spdlog.h>

#include <iostream>

#include "bench/measure/cancel.hpp"
#include "bench/suite/google_benchmark.hpp"
#include "bench/suite/reporter.hpp"
#include "bench/text/format.hpp"

namespace kickbench::bench::suite {
namespace {

/// What --benchmark_list_tests lists, as a document: names and scenarios, nothing measured.
output::Json listing_of(const SuiteRequest& request, const std::vector<Cell>& cells) {
  output::Json document = request.head;
  document["placement"] = output::to_json(request.placement);
  document["benchmarks"] = output::Json::array();
  for (const Cell& cell : cells) {
    document["benchmarks"].push_back({{"name", cell.name}, {"scenario", output::to_json(cell.scenario)}});
  }
  return document;
}

std::vector<scenario::Scenario> scenarios_of(const std::vector<Cell>& cells) {
  std::vector<scenario::Scenario> scenarios;
  for (const Cell& cell : cells) scenarios.push_back(cell.scenario);
  return scenarios;
}

void tell(const Cell& cell, const experiment::CampaignCell& measured, const std::string& where) {
  if (measured.failed()) {
    spdlog::error("{}: {}: {}", where, cell.name, measured.error);
  } else {
    const auto& slices = measured.measurement.repetitions.back().slices;
    spdlog::info("{}: {}: {} ns per item", where, cell.name, text::ns(slices.back().ns_per_item));
  }
}

/// All rounds, or those that were complete when the user wanted out.
void measure_cells(const SuiteRequest& request, const Selection& selection, const host::Clock& clock,
                   experiment::Campaign& campaign, const SuiteReporter& reporter) {
  experiment::FreshSessions sessions(request.placement, clock, request.least_settling);
  const scenario::Effort effort{.duration = request.repetition, .repetitions = selection.repetitions};
  try {
    for (std::uint32_t round = 1; round <= effort.repetitions; ++round) {
      const std::string where = "round " + std::to_string(round) + " of " + std::to_string(effort.repetitions);
      campaign.run_round(sessions, effort,
                         [&](std::size_t number) { tell(selection.cells[number], campaign.cells()[number], where); });
      if (request.json != nullptr) keep_so_far(*request.json, reporter.document(false));
    }
  } catch (const measure::Cancelled&) {
  }
}

}  // namespace

SuiteOutcome run_suite(const SuiteRequest& request, const host::Clock& clock) {
  const Selection selection = select_cells(request.cells);
  SuiteOutcome outcome;
  outcome.matched = selection.cells.size();
  outcome.only_listed = !selection.listing.empty();
  if (outcome.only_listed) {
    if (request.print_table) std::cout << selection.listing;
    if (request.json != nullptr) request.json->write(output::dump(listing_of(request, selection.cells)));
    return outcome;
  }
  if (outcome.matched == 0) return outcome;
  experiment::Campaign campaign(scenarios_of(selection.cells), 1);
  SuiteReporter reporter(request, selection.cells, campaign.cells());
  measure_cells(request, selection, clock, campaign, reporter);
  replay(selection.cells, campaign.cells(), reporter);
  outcome.interrupted = measure::cancel_requested();
  for (const experiment::CampaignCell& cell : campaign.cells()) outcome.failed += cell.failed() ? 1 : 0;
  if (request.csv != nullptr) request.csv->write(reporter.csv());
  if (request.table != nullptr) request.table->write(reporter.table());
  if (request.json != nullptr) request.json->write(output::dump(reporter.document(!outcome.interrupted)));
  return outcome;
}

}  // namespace kickbench::bench::suite
