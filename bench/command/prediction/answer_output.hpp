// An answer for programs and for people.
#pragma once

#include <iosfwd>

#include "bench/command/prediction/answer.hpp"
#include "bench/output/result_json.hpp"

namespace kickbench::bench::command {

output::Json to_json(const model::Parameters& parameters);

/// The document of a single prediction.
output::Json to_json(const Answer& answer);

/// A table of the numbers, then one of the distances.
void print(std::ostream& out, const Answer& answer);

/// "2100", or "2012 to 2921" where the model has bounds only.
std::string time_per_item_text(const model::Prediction& prediction);

}  // namespace kickbench::bench::command
