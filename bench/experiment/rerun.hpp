// The one thing that is run again: a slice that is void.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "bench/measure/broken_run.hpp"

namespace kickbench::bench::experiment {

/// How many slices were void, by their reasons.
using VoidSlices = std::map<std::string, std::uint32_t>;

/// What `run_slice` returns once it does not throw VoidSlice. Each time that it does is counted in `void_slices`; the
/// fifth in a row is thrown on.
template <class RunSlice>
auto rerun_void(VoidSlices& void_slices, RunSlice run_slice) {
  constexpr int attempts_max = 5;
  for (int attempt = 1;; ++attempt) {
    try {
      return run_slice();
    } catch (const measure::VoidSlice& slice) {
      if (attempt == attempts_max) throw;
      ++void_slices[slice.what()];
    }
  }
}

}  // namespace kickbench::bench::experiment
