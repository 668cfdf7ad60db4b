#include "bench/suite/suite.hpp"

#include <spdlog/spdlog.h>

#include <exception>
#include <functional>
#include <iostream>

#include "bench/measure/cancel.hpp"
#include "bench/suite/google_benchmark.hpp"
#include "bench/suite/reporter.hpp"
#include "bench/text/format.hpp"
#include "bench/text/progress.hpp"

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

std::string listing_text(const SuiteRequest& request, const std::vector<Cell>& cells, Format format) {
  if (format == Format::json) return output::dump(listing_of(request, cells));
  std::string lines = format == Format::csv ? "name\n" : "";
  for (const Cell& cell : cells) lines += cell.name + "\n";
  return lines;
}

/// To every report, whatever becomes of the others. `text_of`: a report's text. Throws the first OutputError.
void write(const std::vector<Report>& reports, const std::function<std::string(const Report&)>& text_of) {
  std::exception_ptr error;
  for (const Report& report : reports) {
    const std::string text = text_of(report);
    if (report.file == nullptr) {
      std::cout << text << std::flush;
      continue;
    }
    try {
      report.file->write(text);
    } catch (const output::OutputError&) {
      if (!error) error = std::current_exception();
    }
  }
  if (error) std::rethrow_exception(error);
}

std::vector<scenario::Scenario> scenarios_of(const std::vector<Cell>& cells) {
  std::vector<scenario::Scenario> scenarios;
  for (const Cell& cell : cells) scenarios.push_back(cell.scenario);
  return scenarios;
}

/// `where`: which round; `so_far`: how much of all rounds is done.
void tell(const Cell& cell, const experiment::CampaignCell& measured, const std::string& where,
          const std::string& so_far) {
  if (measured.failed()) {
    spdlog::error("{}: {}: {}", where, cell.name, measured.error);
  } else {
    const auto& slices = measured.measurement.repetitions.back().slices;
    spdlog::info("{}: {}: {} ns per item; {}", where, cell.name, text::ns(slices.back().ns_per_item), so_far);
  }
}

void keep_so_far(const SuiteRequest& request, const SuiteReporter& reporter) {
  for (const Report& report : request.reports) {
    if (report.format != Format::json || report.file == nullptr) continue;
    output::keep_so_far(*report.file, reporter.document({.complete = false}));
  }
}

/// All rounds, or those that were complete when the user wanted out.
void measure_cells(const SuiteRequest& request, const std::vector<Cell>& cells, const host::Clock& clock,
                   experiment::Campaign& campaign, const SuiteReporter& reporter) {
  experiment::FreshSessions sessions(request.placement, clock, request.flags.least_settling);
  const scenario::Effort effort{.duration = request.flags.repetition, .repetitions = request.flags.repetitions};
  text::Progress steps(cells.size() * effort.repetitions);
  try {
    for (std::uint32_t round = 1; round <= effort.repetitions; ++round) {
      const std::string where = "round " + std::to_string(round) + " of " + std::to_string(effort.repetitions);
      campaign.run_round(sessions, effort, [&](std::size_t number) {
        tell(cells[number], campaign.cells()[number], where, steps.step());
      });
      keep_so_far(request, reporter);
    }
  } catch (const measure::Cancelled&) {
  }
}

}  // namespace

SuiteOutcome run_suite(const SuiteRequest& request, const host::Clock& clock) {
  const std::vector<Cell> cells = select_cells(request.cells, request.flags.filter);
  SuiteOutcome outcome;
  outcome.matched = cells.size();
  if (cells.empty()) return outcome;
  if (request.flags.list_tests) {
    write(request.reports, [&](const Report& report) { return listing_text(request, cells, report.format); });
    return outcome;
  }
  experiment::Campaign campaign(scenarios_of(cells), 1);
  SuiteReporter reporter(request, cells, campaign.cells());
  measure_cells(request, cells, clock, campaign, reporter);
  replay(cells, campaign.cells(), request.flags.repetitions, reporter);
  outcome.interrupted = measure::cancel_requested();
  for (const experiment::CampaignCell& cell : campaign.cells()) outcome.failed += cell.failed() ? 1 : 0;
  write(request.reports, [&](const Report& report) { return reporter.text(report, !outcome.interrupted); });
  return outcome;
}

}  // namespace kickbench::bench::suite
