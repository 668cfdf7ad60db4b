// A validation for people and for programs.
#pragma once

#include <iosfwd>

#include "bench/output/result_json.hpp"
#include "bench/validation/report.hpp"

namespace kickbench::bench::output {

/// Accuracy by regime, the targets, and the worst cells with what broke in them.
void print_validation(std::ostream& out, const validation::ValidationReport& report);

/// Adds the same, and every cell's row, to a document that has its head already.
void add_to_document(Json& document, const validation::ValidationReport& report);

}  // namespace kickbench::bench::output
