// How far a measurement is, and how long it may take: "3 of 35, about 1 min left".
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "ring/units.hpp"

namespace kickbench::bench::text {

/// Of steps that take as long as each other, `done` of which took `elapsed`. At least one is done.
std::string progress(std::size_t done, std::size_t total, Nanoseconds elapsed);

/// Begins when it is made.
class Progress {
 public:
  explicit Progress(std::size_t total) : total_(total) {}

  /// One more step is done. Never more than `total`.
  std::string step();

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::size_t done_ = 0;
  std::size_t total_;
};

}  // namespace kickbench::bench::text
