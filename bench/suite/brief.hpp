// What the suite's document leaves out unless every slice is asked for, too.
#pragma once

#include "bench/output/result_json.hpp"

namespace kickbench::bench::suite {

/// Of a row with all figures: without the finer ones (of each side: windows, waits by kind, counts of records; latency
/// as simulated; histograms; evidence).
void leave_out_details(output::Json& row);

/// Of a repetition or of another aggregate, where a median row has the figures: what Google Benchmark's rows have, and
/// the headline.
void leave_headline(output::Json& row);

/// Every number that is no whole one with seven digits: more than any measurement is worth.
void round_figures(output::Json& json);

}  // namespace kickbench::bench::suite
