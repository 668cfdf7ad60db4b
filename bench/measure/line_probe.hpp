// Where the two threads are to each other, as the hardware has it, whatever the topology claims: how long a cache line
// takes from one to the other, and by how much their CPUs' counters differ. Taken before and after each slice of a
// measurement. The classes stand here because their bounds hold for this probe and for no other.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "notify/cpu.hpp"
#include "notify/side.hpp"
#include "ring/units.hpp"

namespace kickbench::bench::measure {

/// Classes of the line transfer time, one way. Figures of different classes are never mixed in one number.
enum class LineClass { unknown, near, mid, far };
/// None is "moved".
std::string_view name_of(std::optional<LineClass> line_class);
/// One line, "moved" included.
std::string_view describe(std::optional<LineClass> line_class);
LineClass classify(std::optional<Nanoseconds> one_way);

/// The class of what lies between two probes; none if they disagree: the threads moved in between.
std::optional<LineClass> class_between(std::optional<Nanoseconds> before, std::optional<Nanoseconds> after);

/// By how much the counter of the side that pongs is ahead of that of the side that pings. No message arrives before it
/// was sent, so each answered message bounds the difference on both sides, however long each way took.
struct OffsetBounds {
  TickSpan lower;
  TickSpan upper;

  TickSpan estimate() const noexcept { return {lower.count + (upper.count - lower.count) / 2}; }
  /// What is certain to be wrong with a difference of two stamps: 0 where the counters may well be in step.
  TickSpan correction() const noexcept { return lower.count <= 0 && upper.count >= 0 ? TickSpan{} : estimate(); }
};

/// Both cannot be true: one of the counters jumped, runs at another rate, or is another CPU's.
bool disagree(const OffsetBounds& before, const OffsetBounds& after) noexcept;

/// What one probe finds out, the same for both sides.
struct LineReading {
  TickSpan one_way;
  OffsetBounds offset;
};

/// Both threads move one line to and fro. ping() and pong() must run at the same time, each on a thread of its own;
/// either gives up when the stop flag is set.
///
/// The line's time is that of a compare-and-swap by each side in turn: one transfer each way. (A store after a load
/// moves the line twice, once to be read and once to be written.)
class LineProbe {
 public:
  static constexpr std::uint32_t bursts = 15;
  static constexpr std::uint32_t rounds = 64;  ///< in a burst, and to compare the counters

  /// Empty if stopped.
  std::optional<LineReading> ping(const StopFlag& stop) noexcept;
  std::optional<LineReading> pong(const StopFlag& stop) noexcept;

 private:
  bool swap_when(std::uint32_t token, const StopFlag& stop) noexcept;
  bool wait_for(std::uint32_t token, const StopFlag& stop) const noexcept;

  // Even: it is for ping() to move on, odd: for pong().
  alignas(line_pair_bytes) std::atomic<std::uint32_t> token_{0};
  std::atomic<std::int64_t> stamp_{0};                 // of the counter that pong() reads, on the line that brings it
  LineReading reading_;                                // for pong() to return
  alignas(line_pair_bytes) std::uint32_t pinged_ = 0;  // what ping() waits for next
  alignas(line_pair_bytes) std::uint32_t ponged_ = 1;  // what pong() waits for next
};

/// One way, of the times that bursts of rounds took: the median, so that a CPU that is away for less than half of them
/// does not show.
TickSpan one_way_of(std::span<const TickSpan> burst_times) noexcept;

}  // namespace kickbench::bench::measure
