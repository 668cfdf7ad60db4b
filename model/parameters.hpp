// What the model is told: the costs of both parties, the queue between them, and how they wait for each other.
// Source: G. Lettieri, V. Maffione, L. Rizzo, "A Study of I/O Performance of Virtual Machines",
// The Computer Journal 61(6), 2018, doi 10.1093/comjnl/bxx092.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>

#include "ring/units.hpp"

namespace kickbench::model {

/// One side's costs: the paper's W, N, S, k and Y with this party's index.
struct Party {
  Nanoseconds work;  ///< W: one item, ring operations included
  Nanoseconds notify{
      0};  ///< N: what this side loses when *it* notifies (the producer's kick, the consumer's interrupt)
  Nanoseconds startup{0};  ///< S: from the end of the peer's notification to this side's first look; may be negative
  /// k: how much must be ready for a stopped peer (items for the consumer, free slots for the producer) before this
  /// side notifies it.
  std::uint32_t notify_threshold = 1;
  Nanoseconds sleep{0};  ///< Y: length of one sleep
  /// The part of S that this side is busy; none: all of it, as in the paper.
  std::optional<Nanoseconds> startup_busy{};
};

inline Nanoseconds busy_startup(const Party& party) { return party.startup_busy.value_or(party.startup); }

struct Parameters {
  Party producer;
  Party consumer;
  std::uint32_t queue_size = 256;  ///< L: slots that are really usable
  Nanoseconds sleep_energy{0};     ///< Y_E: energy of one sleep and wake-up, as busy time
};

/// How a party that has nothing to do waits for its peer.
enum class Sync { busy_wait, notification, sleep };

/// No time may be longer: up to here (104 days) a double holds every whole nanosecond, so that floors and strict
/// inequalities between whole nanoseconds are decided exactly.
inline constexpr Nanoseconds longest_time{9007199254740992.0};

/// A time that must be positive is at least this long (a femtosecond), so that no quotient overflows.
inline constexpr Nanoseconds shortest_positive_time{1e-6};

/// A parameter lies outside the model's domain. what() names it as the command line spells it, with its value, the
/// domain and the remedy.
class DomainError : public std::domain_error {
 public:
  using std::domain_error::domain_error;
};

/// Throws DomainError for the first parameter that `sync` uses and the model does not cover; nothing is ever clamped.
/// Parameters that `sync` does not use (thresholds under busy waiting, say) are not looked at.
void check_domain(Sync sync, const Parameters& parameters);

/// The same system with the parties exchanged: free slots take the part of items, interrupts that of kicks.
Parameters mirrored(const Parameters& parameters);

}  // namespace kickbench::model
