// The closed forms, told costs as they were seen in a run instead of one constant for each.
#pragma once

#include <span>

#include "model/parameters.hpp"
#include "model/predict.hpp"
#include "model/wake.hpp"

namespace kickbench::model {

/// What a run adds to the means of its costs.
struct Seen {
  /// Each N with the S that came of it, as often as it was seen; none: the means stand for all.
  std::span<const Wake> kicks{};       ///< N_P with S_C
  std::span<const Wake> interrupts{};  ///< N_C with S_P
  /// Time per item for which the CPU was away in the middle of W.
  Nanoseconds producer_gaps{0};
  Nanoseconds consumer_gaps{0};
};

/// The renewal form. Each time that the faster side is notified, the queue is as it was the last time: empty but for
/// k_P items, or full but for k_C. So T is the mean time from one such notification to the next over the mean number
/// of items in between: in FC W_P + E[N_P] / E[m(S_C)]. Where some start-ups are slow and others are not, cycles of
/// FC, SCS and SS take turns, and the regime is that of most of them. Exact for constant W_P != W_C and S >= 0, if N
/// and S do not hang on what came before. With W_P = W_C the means decide, and a lock (NL) must hold for every S that
/// was seen.
///
/// The gaps of the side that sets the pace, the slower one, come on top; in SS, where each waits for the other, those
/// of both. They change no batch: a side that is late by a gap is late once. An estimate, good for gaps that are rare.
///
/// `means` has W, k, L, Y and the means of N and S. Throws DomainError (see check_domain).
Prediction predict_seen(Sync sync, const Parameters& means, const Seen& seen);

}  // namespace kickbench::model
