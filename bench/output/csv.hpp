// A table for programs: comma-separated values after RFC 4180, one header line, lines that end in \n alone. Units are
// in the header's names. A value that does not exist is an empty cell, never 0.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "ring/units.hpp"

namespace kickbench::bench::output {

class Csv {
 public:
  /// `texts`: columns whose cells are always quoted unless they are empty, for readers that want it; others are where
  /// they have to be. Throws std::invalid_argument for a header without columns, a name that is empty, or one that
  /// comes twice.
  explicit Csv(const std::vector<std::string>& header, const std::vector<std::string>& texts = {});

  /// Throws std::invalid_argument unless there are as many cells as columns.
  void add(const std::vector<std::string>& cells);

  /// The header and all rows, each with its newline.
  const std::string& text() const { return text_; }

 private:
  std::vector<bool> is_text_;  ///< by column
  std::string text_;
};

/// The shortest digits that read back as the same number, without an exponent for all but the extremes. Empty where
/// there is none, or none that is finite.
std::string csv_cell(const std::optional<double>& value);
std::string csv_cell(const std::optional<Nanoseconds>& time);

}  // namespace kickbench::bench::output
