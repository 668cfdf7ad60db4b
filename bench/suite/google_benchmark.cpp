#include "bench/suite/google_benchmark.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <functional>
#include <map>
#include <sstream>

#include "bench/scenario/nearest_name.hpp"
#include "bench/suite/suite.hpp"

namespace kickbench::bench::suite {
namespace {

using Body = std::function<void(::benchmark::State&, std::size_t cell)>;

void run_registered(const std::vector<Cell>& cells, const Body& body, ::benchmark::BenchmarkReporter& reporter) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    ::benchmark::RegisterBenchmark(cells[i].name.c_str(), [&body, i](::benchmark::State& state) {
      body(state, i);
    })->UseManualTime();
  }
  ::benchmark::RunSpecifiedBenchmarks(&reporter);
  ::benchmark::ClearRegisteredBenchmarks();
}

/// Notes which benchmarks run, and how often.
class Names final : public ::benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) repetitions_[run.run_name.function_name] = static_cast<std::uint32_t>(run.repetitions);
  }
  /// 0 for a benchmark that does not run.
  std::uint32_t repetitions_of(const std::string& name) const {
    const auto found = repetitions_.find(name);
    return found == repetitions_.end() ? 0 : found->second;
  }

 private:
  std::map<std::string, std::uint32_t> repetitions_;
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
  // What the reporter writes comes from the campaign; any time will do here.
  state.SetIterationTime(1);
  if (!measured) state.SkipWithError(cell.failed() ? cell.error.c_str() : "interrupted");
}

}  // namespace

// Google Benchmark wants a modifiable argument vector, and takes the flags that it knows out of it.
void give_flags_to_benchmark(const std::vector<std::string>& flags) {
  static char program[] = "kickbench";  // whose address it keeps: Context::executable_name
  std::vector<std::string> texts = flags;
  // Whatever is run is significant at once, in the order of the cells: what it stands for was measured before.
  for (const char* flag : {"--benchmark_min_time=0", "--benchmark_enable_random_interleaving=false"}) {
    texts.emplace_back(flag);
  }
  std::vector<char*> arguments{program};
  for (std::string& text : texts) arguments.push_back(text.data());
  int count = static_cast<int>(arguments.size());
  arguments.push_back(nullptr);
  ::benchmark::Initialize(&count, arguments.data());
  if (count > 1) {
    throw scenario::UsageError(
        std::string(arguments[1]) +
        " is not a flag that Google Benchmark understands, or its value is wrong; its user guide lists them");
  }
}

Selection select_cells(const std::vector<Cell>& cells) {
  Names names;
  std::ostringstream listed;
  names.SetOutputStream(&listed);
  const Body nothing = [](::benchmark::State& state, std::size_t) {
    while (state.KeepRunningBatch(1)) {
    }
    state.SetIterationTime(1);
  };
  run_registered(cells, nothing, names);
  Selection selection{.cells = {}, .repetitions = 0, .listing = listed.str()};
  for (const Cell& cell : cells) {
    // A name is listed with the suffix that says how it is timed.
    const bool is_listed = ("\n" + selection.listing).find("\n" + cell.name + "/manual_time\n") != std::string::npos;
    const std::uint32_t repetitions = names.repetitions_of(cell.name);
    if (repetitions == 0 && !is_listed) continue;
    selection.cells.push_back(cell);
    selection.repetitions = repetitions;
  }
  return selection;
}

void replay(const std::vector<Cell>& cells, const std::vector<experiment::CampaignCell>& measured,
            SuiteReporter& reporter) {
  std::vector<std::size_t> calls(cells.size());
  const Body body = [&](::benchmark::State& state, std::size_t cell) {
    replay_repetition(state, measured[cell], calls[cell]++);
  };
  run_registered(cells, body, reporter);
}

}  // namespace kickbench::bench::suite
