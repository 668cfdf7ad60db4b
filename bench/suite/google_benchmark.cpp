#include "bench/suite/google_benchmark.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <functional>
#include <set>
#include <sstream>

#include "bench/suite/benchmark_flags.hpp"

namespace kickbench::bench::suite {
namespace {

using Body = std::function<void(::benchmark::State&, std::size_t cell)>;

/// Whatever the environment says, the library runs each benchmark as often as it is told to, shortly, in the order of
/// the cells, and writes nothing itself: what it reports was measured before.
void silence_flags() {
  static char program[] = "kickbench";  // whose address it keeps: Context::executable_name
  std::vector<std::string> texts;
  for (const FlagRow& row : flag_rows()) texts.push_back("--" + std::string(row.name) + "=" + std::string(row.neutral));
  std::vector<char*> arguments{program};
  for (std::string& text : texts) arguments.push_back(text.data());
  int count = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  ::benchmark::Initialize(&count, arguments.data());
}

void run_registered(const std::vector<Cell>& cells, const std::string& filter, std::uint32_t repetitions,
                    const Body& body, ::benchmark::BenchmarkReporter& reporter) {
  [[maybe_unused]] static const bool silent = (silence_flags(), true);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    auto* const registered = ::benchmark::RegisterBenchmark(cells[i].name.c_str(),
                                                            [&body, i](::benchmark::State& state) { body(state, i); });
    // One is what it runs without being told. Told, it adds the number to the name.
    if (repetitions > 1) registered->Repetitions(static_cast<int>(repetitions));
  }
  ::benchmark::RunSpecifiedBenchmarks(&reporter, filter);
  ::benchmark::ClearRegisteredBenchmarks();
}

/// Notes which benchmarks run, and what is wrong.
class Names final : public ::benchmark::BenchmarkReporter {
 public:
  Names() { SetErrorStream(&errors_); }
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) names_.insert(run.run_name.function_name);
  }
  bool contains(const std::string& name) const { return names_.contains(name); }
  std::string errors() const { return errors_.str(); }

 private:
  std::set<std::string> names_;
  std::ostringstream errors_;
};

/// A repetition that is complete, as one batch of iterations; an iteration is an item. All repetitions of a cell have
/// the same number of them, which Google Benchmark insists on: that of the first one's items.
void replay_repetition(::benchmark::State& state, const experiment::CampaignCell& cell, std::size_t index) {
  const auto& repetitions = cell.measurement.repetitions;
  const bool measured = index < repetitions.size() && repetitions[index].complete;
  const std::uint64_t items = repetitions.empty() ? 1 : repetitions.front().items();
  const auto batch = static_cast<::benchmark::IterationCount>(std::max<std::uint64_t>(items, 1));
  while (state.KeepRunningBatch(batch)) {
  }
  if (!measured) state.SkipWithError(cell.failed() ? cell.error.c_str() : "interrupted");
}

}  // namespace

bool is_filter(const std::string& filter) {
  Names names;
  run_registered({}, filter, 1, {}, names);
  return names.errors().find("Could not compile") == std::string::npos;
}

std::vector<Cell> select_cells(const std::vector<Cell>& cells, const std::string& filter) {
  Names names;
  const Body nothing = [](::benchmark::State& state, std::size_t) {
    while (state.KeepRunningBatch(1)) {
    }
  };
  run_registered(cells, filter, 1, nothing, names);
  std::vector<Cell> selected;
  std::ranges::copy_if(cells, std::back_inserter(selected),
                       [&](const Cell& cell) { return names.contains(cell.name); });
  return selected;
}

void replay(const std::vector<Cell>& cells, const std::vector<experiment::CampaignCell>& measured,
            std::uint32_t repetitions, SuiteReporter& reporter) {
  std::vector<std::size_t> calls(cells.size());
  const Body body = [&](::benchmark::State& state, std::size_t cell) {
    replay_repetition(state, measured[cell], calls[cell]++);
  };
  run_registered(cells, "all", repetitions, body, reporter);
}

}  // namespace kickbench::bench::suite
