#pragma once

#include <stdexcept>

namespace kickbench::bench::measure {

/// The run broke a promise: an item was lost, a wake-up was lost, the ring refused its peer, a side's process ended.
/// The measurement is void from there on. Exit code 3.
class BrokenRun : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Nothing broke, but of this slice there is nothing to report, for the reason that what() gives. The session is still
/// good.
class VoidSlice : public BrokenRun {
 public:
  using BrokenRun::BrokenRun;
};

}  // namespace kickbench::bench::measure
