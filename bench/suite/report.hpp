// Where the suite's results go, and as what.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bench/output/output_file.hpp"
#include "bench/suite/benchmark_flags.hpp"

namespace kickbench::bench::suite {

/// A report that an option asks for. "-" is standard output.
struct ReportRequest {
  std::string option;
  std::string path;
  Format format = Format::console;
};

/// What the flags and --json ask for, each once; a table on standard output where nothing else is asked for there.
/// Throws UsageError for two formats in one place, and for a format without a file.
std::vector<ReportRequest> requested_reports(const BenchmarkFlags& flags, const std::string& json_path);

struct Report {
  Format format = Format::console;
  std::unique_ptr<output::OutputFile> file;  ///< null: the process's standard output, at the end
  bool aggregates_only = false;
};

/// Finds out whether each can be written. Throws UsageError.
std::vector<Report> open_reports(const BenchmarkFlags& flags, const std::string& json_path);

}  // namespace kickbench::bench::suite
