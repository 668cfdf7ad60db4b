// The one thing that is run again: a slice of which nothing was measured.
#pragma once

#include <cstdint>

#include "bench/measure/broken_run.hpp"

namespace kickbench::bench::experiment {

/// What `run_slice` returns once it does not throw MissedWindow. Each time that it does adds one to `missed_slices`;
/// the fifth in a row is thrown on.
template <class RunSlice>
auto rerun_missed(std::uint32_t& missed_slices, RunSlice run_slice) {
  constexpr int attempts_max = 5;
  for (int attempt = 1;; ++attempt) {
    try {
      return run_slice();
    } catch (const measure::MissedWindow&) {
      if (attempt == attempts_max) throw;
      ++missed_slices;
    }
  }
}

}  // namespace kickbench::bench::experiment
