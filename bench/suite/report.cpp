#include "bench/suite/report.hpp"

#include <algorithm>
#include <filesystem>

#include "bench/scenario/scenario.hpp"

namespace kickbench::bench::suite {
namespace {

bool same_place(const std::string& a, const std::string& b) {
  const bool a_is_output = output::is_standard_output(a);
  const bool b_is_output = output::is_standard_output(b);
  if (a_is_output || b_is_output) return a_is_output && b_is_output;
  const auto canonical = [](const std::string& path) {
    std::error_code ignored;
    return std::filesystem::weakly_canonical(std::filesystem::absolute(path), ignored);
  };
  return canonical(a) == canonical(b);
}

/// One place takes one format.
void add(std::vector<ReportRequest>& all, ReportRequest request) {
  for (const ReportRequest& other : all) {
    if (!same_place(request.path, other.path)) continue;
    if (request.format == other.format) return;
    const std::string place = output::is_standard_output(request.path) ? "on standard output" : "in " + request.path;
    throw scenario::UsageError(other.option + " and " + request.option + " would mix " +
                               std::string(name_of(other.format)) + " and " + std::string(name_of(request.format)) +
                               " " + place + ": name another file for one of them");
  }
  all.push_back(std::move(request));
}

}  // namespace

std::vector<ReportRequest> requested_reports(const BenchmarkFlags& flags, const std::string& json_path) {
  if (flags.out_format && flags.out.empty()) {
    throw scenario::UsageError("--benchmark_out_format=" + std::string(name_of(*flags.out_format)) +
                               " is of the file that --benchmark_out=FILE names: give that one, too");
  }
  std::vector<ReportRequest> all;
  if (!json_path.empty()) add(all, {"--json", json_path, Format::json});
  if (!flags.out.empty()) add(all, {"--benchmark_out", flags.out, flags.out_format.value_or(Format::json)});
  const bool is_taken = std::ranges::any_of(all, output::is_standard_output, &ReportRequest::path);
  if (flags.format || !is_taken) add(all, {"--benchmark_format", "-", flags.format.value_or(Format::console)});
  return all;
}

std::vector<Report> open_reports(const BenchmarkFlags& flags, const std::string& json_path) {
  std::vector<Report> reports;
  for (const ReportRequest& request : requested_reports(flags, json_path)) {
    const bool is_displayed = output::is_standard_output(request.path);
    Report& report = reports.emplace_back();
    report.format = request.format;
    report.aggregates_only = flags.aggregates_only || (is_displayed && flags.display_aggregates_only);
    if (!is_displayed) report.file = std::make_unique<output::OutputFile>(request.option, request.path);
  }
  return reports;
}

}  // namespace kickbench::bench::suite
