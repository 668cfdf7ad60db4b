// The suite's results for people: a line for each cell, and what to think of it below.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "bench/experiment/measurement.hpp"
#include "bench/output/table.hpp"

namespace kickbench::bench::suite {

class SuiteTable {
 public:
  SuiteTable();

  void add(const std::string& name, const scenario::Scenario& scenario, const experiment::Result& result);
  void add_failure(const std::string& name, const std::string& error);

  /// Nothing where nothing was added.
  void print(std::ostream& out) const;

 private:
  output::Table table_;
  std::vector<std::string> notes_;
};

}  // namespace kickbench::bench::suite
