// What decides the regime: comparisons of what one side still has before it with what its peer gets done meanwhile.
// Each is linear in every single parameter, so where it tips is a closed form.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "model/parameters.hpp"
#include "model/regime.hpp"

namespace kickbench::model {

/// Each compares left with right; the second of a pair is the first on the mirrored system.
enum class Condition {
  work,              ///< W_C with W_P
  consumer_startup,  ///< S_C + W_C with (L - k_P) W_P: slowC if more
  producer_startup,  ///< S_P + W_P with (L - k_C) W_C: slowP if more
  consumer_batch,    ///< S_C + k_P W_C with W_P: if less, the consumer is done before the next item is there
  producer_batch,    ///< S_P + k_C W_P with W_C
  consumer_sleep,    ///< Y_C + W_C with (L - 1) W_P: if not more, the queue hides a faster consumer's sleep
  producer_sleep,    ///< Y_P + W_P with (L - 1) W_C
};

inline constexpr std::array all_conditions{
    Condition::work,           Condition::consumer_startup, Condition::producer_startup, Condition::consumer_batch,
    Condition::producer_batch, Condition::consumer_sleep,   Condition::producer_sleep};

/// The parameters on which regimes depend. N and Y_E decide none.
enum class Parameter { wp, wc, sp, sc, kp, kc, yp, yc, queue_size };

inline constexpr std::array all_parameters{Parameter::wp, Parameter::wc, Parameter::sp,
                                           Parameter::sc, Parameter::kp, Parameter::kc,
                                           Parameter::yp, Parameter::yc, Parameter::queue_size};

struct Comparison {
  Nanoseconds left;
  Nanoseconds right;
  /// -1, 0, 1: less, equal, more.
  int sign() const { return left < right ? -1 : left > right ? 1 : 0; }
};

Comparison compare(Condition condition, const Parameters& parameters);

/// The outcome of every condition, by its number.
using Signs = std::array<int, all_conditions.size()>;

Signs signs_of(const Parameters& parameters);

/// The regime that a cold start (queue empty, consumer stopped) leads to.
Regime regime_of(Sync sync, const Signs& signs);

/// Where a single parameter, all others as they are, makes the two sides of a condition equal; in ns or counts, whole
/// or not, in the domain or not. Empty if the condition does not hang on it.
struct Tipping {
  double value;
  int direction;  ///< 1: left exceeds right above the value; -1: below it
};
std::optional<Tipping> tipping(Condition condition, Parameter parameter, const Parameters& parameters);

/// True for k and L, which are whole numbers.
bool is_count(Parameter parameter);

double value_of(Parameter parameter, const Parameters& parameters);
/// The same system with one parameter replaced; a count is given as a whole number.
Parameters with(Parameters parameters, Parameter parameter, double value);

}  // namespace kickbench::model
