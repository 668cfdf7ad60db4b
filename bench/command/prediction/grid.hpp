// One prediction for each point of a grid over one or two parameters.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "bench/command/prediction/answer.hpp"
#include "bench/output/result_json.hpp"

namespace kickbench::bench::command {

/// A point outside of the model's domain has no answer but a reason; the other points stay.
struct GridRow {
  std::vector<double> values;  ///< one for each axis
  Question question;
  std::optional<Answer> answer;
  std::string reason;
};

struct Grid {
  std::vector<Axis> axes;     ///< none: a single row
  std::vector<GridRow> rows;  ///< the last axis moves fastest
};

/// Throws UsageError: a grid that cannot be read or is too large, or no point in the model's domain.
Grid ask_model_over_grid(const ModelOptions& options);

/// The rows, or a map of their regimes.
void print(std::ostream& out, const Grid& grid, bool with_rows);
output::Json to_json(const Grid& grid);
/// A column for each parameter that is used, for the regime and each number, and for the reason of a row without them.
std::string to_csv(const Grid& grid);

}  // namespace kickbench::bench::command
