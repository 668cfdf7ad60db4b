// What notifications cost, for people: medians over the rounds, with intervals and grades; and notifiers compared with
// each other, round by round.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/calibration/block_groups.hpp"
#include "bench/stats/grade.hpp"
#include "bench/stats/quantile.hpp"

namespace kickbench::bench::calibration {

/// Longer than anybody waits.
inline constexpr Nanoseconds endless{1e18};

/// What the peer does when it is notified.
struct PeerState {
  std::string_view name;
  Nanoseconds idle_from;  ///< for how long it has waited
  Nanoseconds idle_to;    ///< the same as `idle_from`: it runs, and nobody is woken
  bool waits() const { return idle_to > idle_from; }
};
std::span<const PeerState> peer_states();

/// The three times of a notification. Handover: from the sender's begin to the woken side's first look, N + S.
enum class Quantity { notify, startup, handover };
inline constexpr std::array quantities{Quantity::notify, Quantity::startup, Quantity::handover};
std::string_view symbol_of(Quantity quantity);

/// Median of one round, and of how many samples.
struct RoundMedian {
  std::uint32_t round;
  std::uint64_t samples;
  Nanoseconds median;
};

/// Median of the rounds' medians.
struct Estimate {
  double median;
  std::optional<stats::MedianInterval> interval;  ///< distribution-free, over the rounds
  std::uint64_t rounds;
  std::uint64_t samples;
  stats::Graded graded;
};

/// System calls for one notification, mean.
struct CallsPerNotification {
  double sender = 0;
  double waiter = 0;
};

struct WakeFigure {
  std::string notifier;
  Notification notification;
  std::optional<measure::LineClass> line_class;
  PeerState state;
  Quantity quantity;
  Estimate estimate;           ///< in ns
  CallsPerNotification calls;  ///< of all that found the peer waiting, or of all that found it running
};

/// None where a round has too few samples of it; S and handover only where somebody was woken.
std::vector<WakeFigure> figures_of(std::span<const WakeBlock> blocks);

/// One notifier's cost as a multiple of another's, in the rounds in which both met the line in the same class.
struct NotifierRatio {
  std::string notifier;
  std::string base;
  Notification notification;
  std::optional<measure::LineClass> line_class;
  PeerState state;
  Quantity quantity;
  Estimate ratio;

  /// False: the interval includes 1, or there is none.
  bool resolved() const { return ratio.interval && (ratio.interval->lower > 1 || ratio.interval->upper < 1); }
};

/// Of every notifier to `base`. None where a median is not above 0, as S may be.
std::vector<NotifierRatio> ratios_of(std::span<const WakeBlock> blocks, const std::string& base);

}  // namespace kickbench::bench::calibration
