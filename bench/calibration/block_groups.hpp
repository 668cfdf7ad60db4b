// The blocks of a calibration, by what can be put together in one number.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bench/calibration/wake_block.hpp"
#include "bench/measure/slice.hpp"

namespace kickbench::bench::calibration {

/// A block whose sender's CPU was away for more of the time says little of an undisturbed one.
inline constexpr double away_share_max = 0.05;

/// Blocks of one notifier, one way, where the line was of one class.
struct BlockGroup {
  std::string notifier;
  Notification notification;
  std::optional<measure::LineClass> line_class;  ///< none: the threads moved during them
  std::vector<const WakeBlock*> blocks;          ///< the undisturbed ones; the others where there are no such
  std::size_t disturbed = 0;                     ///< how many there were
  double away_share = 0;                         ///< mean over `blocks`
};

/// By notifier, way and class. They point into `blocks`.
std::vector<BlockGroup> groups_of(std::span<const WakeBlock> blocks);

/// True where a sample is that much longer than the others that a CPU was away in the middle of it: beyond ten times
/// their median, and beyond 100 us. Such absences are counted apart (Gaps), for they come whatever is measured.
bool has_absence(Nanoseconds sample, Nanoseconds median);

/// The samples that have none; of wakes, neither in N nor in N and S together.
std::vector<Nanoseconds> without_absences(const std::vector<Nanoseconds>& samples);
std::vector<model::Wake> without_absences(const std::vector<model::Wake>& wakes);

}  // namespace kickbench::bench::calibration
