#include "model/neighbours.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace kickbench::model {
namespace {

struct Domain {
  double low, high;  ///< both included
};

Domain domain_of(Sync sync, Parameter parameter, const Parameters& p) {
  switch (parameter) {
    case Parameter::sp:
    case Parameter::sc:
      return {-longest_time.count(), longest_time.count()};
    case Parameter::kp:
    case Parameter::kc:
      return {1, static_cast<double>(p.queue_size)};
    case Parameter::queue_size: {
      const auto thresholds = std::max(p.producer.notify_threshold, p.consumer.notify_threshold);
      const double low = sync == Sync::notification ? thresholds : 1;
      return {low, std::numeric_limits<std::uint32_t>::max()};
    }
    default:
      return {shortest_positive_time.count(), longest_time.count()};
  }
}

/// Whether the regimes of `sync` can hang on a condition at all.
bool matters(Sync sync, Condition condition) {
  const bool sleeps = condition == Condition::consumer_sleep || condition == Condition::producer_sleep;
  return sync != Sync::busy_wait && (condition == Condition::work || sleeps == (sync == Sync::sleep));
}

int sign_of(double difference) { return difference < 0 ? -1 : difference > 0 ? 1 : 0; }

/// One parameter on its way from its value towards smaller (step -1) or larger values (step 1).
class Walk {
 public:
  Walk(Sync sync, Parameter parameter, int step, const Parameters& p)
      : sync_(sync),
        parameter_(parameter),
        step_(step),
        parameters_(p),
        start_(value_of(parameter, p)),
        present_(signs_of(p)),
        domain_(domain_of(sync, parameter, p)) {
    for (const Condition condition : all_conditions) {
      tippings_[index(condition)] = matters(sync, condition) ? tipping(condition, parameter, p) : std::nullopt;
    }
    agree_with_present();
  }

  std::optional<Neighbour> nearest() const { return is_count(parameter_) ? nearest_count() : nearest_time(); }

 private:
  static std::size_t index(Condition condition) { return static_cast<std::size_t>(condition); }

  /// A quotient may be rounded to the wrong side of the present value; what holds at present decides.
  void agree_with_present() {
    for (std::size_t i = 0; i < tippings_.size(); ++i) {
      if (!tippings_[i]) continue;
      auto& [value, direction] = *tippings_[i];
      const int side = present_[i] * direction;  // of the present value as seen from the tipping point
      value = side > 0 ? std::min(value, start_) : side < 0 ? std::max(value, start_) : start_;
    }
  }

  Regime regime() const { return regime_of(sync_, present_); }

  /// Tipping points from the present value on, the nearest first.
  std::vector<double> ahead() const {
    std::vector<double> values;
    for (const auto& tip : tippings_) {
      if (tip && (tip->value - start_) * step_ >= 0) values.push_back(tip->value);
    }
    std::ranges::sort(values, [this](double a, double b) { return (b - a) * step_ > 0; });
    return values;
  }

  /// Outcomes at a value; or, `beyond` it, after the smallest step further.
  Signs signs_at(double value, bool beyond) const {
    Signs signs = present_;
    for (std::size_t i = 0; i < signs.size(); ++i) {
      if (!tippings_[i]) continue;
      const int side = sign_of(value - tippings_[i]->value);
      signs[i] = tippings_[i]->direction * (side == 0 && beyond ? step_ : side);
    }
    return signs;
  }

  std::optional<Neighbour> nearest_time() const {
    for (const double value : ahead()) {
      if (value <= domain_.low || value >= domain_.high) continue;
      const Regime at = value == start_ ? regime() : regime_of(sync_, signs_at(value, false));
      const Regime beyond = regime_of(sync_, signs_at(value, true));
      if (at != regime() || beyond != regime()) {
        return Neighbour{parameter_, step_ > 0, value - start_, value, at, beyond};
      }
    }
    return std::nullopt;
  }

  /// Between tipping points nothing changes, so only the whole numbers next to them are looked at: one more than two,
  /// as a quotient may be rounded across a whole number.
  std::optional<Neighbour> nearest_count() const {
    for (const double tip : ahead()) {
      for (int offset = 0; offset <= 2; ++offset) {
        const double value = step_ > 0 ? std::floor(tip) + offset : std::ceil(tip) - offset;
        if ((value - start_) * step_ <= 0 || value < domain_.low || value > domain_.high) continue;
        const Regime there = regime_of(sync_, signs_of(with(parameters_, parameter_, value)));
        const double last = value - step_;
        if (there != regime()) return Neighbour{parameter_, step_ > 0, last - start_, last, regime(), there};
      }
    }
    return std::nullopt;
  }

  Sync sync_;
  Parameter parameter_;
  int step_;
  const Parameters& parameters_;
  double start_;
  Signs present_;
  Domain domain_;
  std::array<std::optional<Tipping>, all_conditions.size()> tippings_{};
};

/// The fewest whole steps that cover a span, at least 0: ceil(span / step), for a quotient that may be rounded across a
/// whole number decided by the products that the conditions compare.
double steps_to_cover(Nanoseconds span, Nanoseconds step) {
  const double steps = std::max(0.0, std::ceil(span / step));
  if (steps > 0 && span <= (steps - 1) * step) return steps - 1;
  return span > steps * step ? steps + 1 : steps;
}

}  // namespace

std::vector<Neighbour> neighbours(Sync sync, const Parameters& parameters) {
  check_domain(sync, parameters);
  std::vector<Neighbour> found;
  for (const Parameter parameter : all_parameters) {
    for (const int step : {-1, 1}) {
      if (const auto neighbour = Walk(sync, parameter, step, parameters).nearest()) found.push_back(*neighbour);
    }
  }
  return found;
}

double critical_queue_size(const Parameters& p) {
  return p.producer.notify_threshold + steps_to_cover(p.consumer.startup + p.consumer.work, p.producer.work);
}

std::optional<Nanoseconds> longest_hidden_sleep(const Parameters& p) {
  if (p.producer.work < p.consumer.work) return longest_hidden_sleep(mirrored(p));
  const Nanoseconds cliff = (p.queue_size - 1.0) * p.producer.work - p.consumer.work;
  if (p.producer.work == p.consumer.work || cliff <= Nanoseconds{0}) return std::nullopt;
  return cliff;
}

std::optional<double> hiding_queue_size(const Parameters& p) {
  if (p.producer.work < p.consumer.work) return hiding_queue_size(mirrored(p));
  if (p.producer.work == p.consumer.work) return std::nullopt;
  return 1 + steps_to_cover(p.consumer.sleep + p.consumer.work, p.producer.work);
}

}  // namespace kickbench::model
