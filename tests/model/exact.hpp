// Exact comparison of a prediction, which is a double, with a quotient of counted whole numbers.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <ostream>

#include "model/predict.hpp"

namespace kickbench::model {

inline void PrintTo(Regime regime, std::ostream* out) { *out << name_of(regime); }

inline void PrintTo(const Parameters& p, std::ostream* out) {
  const auto party = [out](const char* name, const Party& side) {
    *out << name << " W " << side.work.count() << " N " << side.notify.count() << " S " << side.startup.count() << " k "
         << side.notify_threshold << " Y " << side.sleep.count() << "; ";
  };
  party("producer", p.producer);
  party("consumer", p.consumer);
  *out << "L " << p.queue_size;
}

namespace oracle {

/// Whether `predicted`, known to be a whole multiple of 1 / denominator, is exactly sum / count.
inline ::testing::AssertionResult is_exactly(double predicted, double denominator, std::int64_t sum,
                                             std::int64_t count) {
  __extension__ using Wide = __int128;
  const double numerator = std::round(predicted * denominator);
  if (std::abs(predicted * denominator - numerator) > 1e-6) {
    return ::testing::AssertionFailure() << predicted << " is no multiple of 1/" << denominator;
  }
  if (Wide{static_cast<std::int64_t>(numerator)} * count == Wide{sum} * static_cast<std::int64_t>(denominator)) {
    return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure() << numerator << "/" << denominator << " predicted, " << sum << "/" << count
                                       << " simulated";
}

}  // namespace oracle
}  // namespace kickbench::model
