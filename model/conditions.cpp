#include "model/conditions.hpp"

#include <algorithm>
#include <utility>

namespace kickbench::model {
namespace {

// Written once, for the consumer's conditions; a producer's condition is the consumer's on the mirrored system.

Condition mirrored(Condition condition) {
  switch (condition) {
    case Condition::work:
      break;
    case Condition::consumer_startup:
      return Condition::producer_startup;
    case Condition::producer_startup:
      return Condition::consumer_startup;
    case Condition::consumer_batch:
      return Condition::producer_batch;
    case Condition::producer_batch:
      return Condition::consumer_batch;
    case Condition::consumer_sleep:
      return Condition::producer_sleep;
    case Condition::producer_sleep:
      return Condition::consumer_sleep;
  }
  return Condition::work;
}

bool is_producers(Condition condition) {
  return condition == Condition::producer_startup || condition == Condition::producer_batch ||
         condition == Condition::producer_sleep;
}

Parameter mirrored(Parameter parameter) {
  constexpr std::array twins{Parameter::wc, Parameter::wp, Parameter::sc, Parameter::sp,        Parameter::kc,
                             Parameter::kp, Parameter::yc, Parameter::yp, Parameter::queue_size};
  return twins.at(static_cast<std::size_t>(parameter));
}

/// left = lead + own_items W_C, right = peer_items W_P.
struct Form {
  Nanoseconds lead;
  Parameter lead_parameter;
  double own_items;
  double peer_items;
};

Form form_of(Condition condition, const Parameters& p) {
  const double L = p.queue_size;
  const double k = p.producer.notify_threshold;
  switch (condition) {
    case Condition::consumer_startup:
      return {p.consumer.startup, Parameter::sc, 1, L - k};
    case Condition::consumer_batch:
      return {p.consumer.startup, Parameter::sc, k, 1};
    case Condition::consumer_sleep:
      return {p.consumer.sleep, Parameter::yc, 1, L - 1};
    default:
      return {Nanoseconds{0}, Parameter::wc, 1, 1};
  }
}

/// How many items of W_P make right equal to left; with k_P, how many of W_C make left equal to right.
std::optional<Tipping> count_tipping(Condition condition, Parameter parameter, const Parameters& p) {
  const Nanoseconds wp = p.producer.work;
  const Nanoseconds wc = p.consumer.work;
  const double L = p.queue_size;
  const double k = p.producer.notify_threshold;
  if (condition == Condition::consumer_startup) {
    const double slots = (p.consumer.startup + wc) / wp;
    if (parameter == Parameter::queue_size) return Tipping{k + slots, -1};
    if (parameter == Parameter::kp) return Tipping{L - slots, 1};
  }
  if (condition == Condition::consumer_batch && parameter == Parameter::kp) {
    return Tipping{(wp - p.consumer.startup) / wc, 1};
  }
  if (condition == Condition::consumer_sleep && parameter == Parameter::queue_size) {
    return Tipping{1 + (p.consumer.sleep + wc) / wp, -1};
  }
  return std::nullopt;
}

}  // namespace

Comparison compare(Condition condition, const Parameters& p) {
  if (is_producers(condition)) return compare(mirrored(condition), mirrored(p));
  const Form form = form_of(condition, p);
  return {form.lead + form.own_items * p.consumer.work, form.peer_items * p.producer.work};
}

Signs signs_of(const Parameters& parameters) {
  Signs signs{};
  std::ranges::transform(all_conditions, signs.begin(), [&](Condition c) { return compare(c, parameters).sign(); });
  return signs;
}

Regime regime_of(Sync sync, const Signs& signs) {
  if (sync == Sync::busy_wait) return Regime::BW;
  const auto sign = [&signs](Condition condition) { return signs.at(static_cast<std::size_t>(condition)); };
  const int work = sign(Condition::work);
  if (sync == Sync::sleep) {
    if (work < 0 && sign(Condition::consumer_sleep) <= 0) return Regime::sFC;
    if (work > 0 && sign(Condition::producer_sleep) <= 0) return Regime::sFP;
    return Regime::sLS;
  }
  const bool slow_consumer = sign(Condition::consumer_startup) > 0;
  const bool slow_producer = sign(Condition::producer_startup) > 0;
  const bool consumer_locks = !slow_consumer && sign(Condition::consumer_batch) < 0;
  const bool producer_locks = !slow_producer && sign(Condition::producer_batch) < 0;
  // A faster consumer that locks is FC with m = k_P; the lock is a regime of its own where the consumer is no faster.
  if (work >= 0 && consumer_locks) return Regime::NL;
  // From a cold start a producer that is no faster stops at all only if the consumer's first start-up is slow.
  if (work <= 0 && slow_consumer && producer_locks) return Regime::NL;
  if (slow_consumer && slow_producer) return Regime::SS;
  if (work == 0) return Regime::EQ;
  if (work < 0) return slow_consumer ? Regime::SCS : Regime::FC;
  return slow_producer ? Regime::SPS : Regime::FP;
}

std::optional<Tipping> tipping(Condition condition, Parameter parameter, const Parameters& p) {
  if (is_producers(condition)) return tipping(mirrored(condition), mirrored(parameter), mirrored(p));
  if (is_count(parameter)) return count_tipping(condition, parameter, p);
  const Form form = form_of(condition, p);
  const Nanoseconds own = form.own_items * p.consumer.work;
  const Nanoseconds right = form.peer_items * p.producer.work;
  if (parameter == Parameter::wc) return Tipping{((right - form.lead) / form.own_items).count(), 1};
  if (parameter == form.lead_parameter) return Tipping{(right - own).count(), 1};
  if (parameter == Parameter::wp && form.peer_items > 0) {
    return Tipping{((form.lead + own) / form.peer_items).count(), -1};
  }
  return std::nullopt;
}

bool is_count(Parameter parameter) {
  return parameter == Parameter::kp || parameter == Parameter::kc || parameter == Parameter::queue_size;
}

double value_of(Parameter parameter, const Parameters& p) {
  switch (parameter) {
    case Parameter::wp:
      return p.producer.work.count();
    case Parameter::sp:
      return p.producer.startup.count();
    case Parameter::kp:
      return p.producer.notify_threshold;
    case Parameter::yp:
      return p.producer.sleep.count();
    case Parameter::queue_size:
      return p.queue_size;
    default:
      return value_of(mirrored(parameter), mirrored(p));
  }
}

Parameters with(Parameters p, Parameter parameter, double value) {
  switch (parameter) {
    case Parameter::wp:
      p.producer.work = Nanoseconds{value};
      return p;
    case Parameter::sp:
      p.producer.startup = Nanoseconds{value};
      return p;
    case Parameter::kp:
      p.producer.notify_threshold = static_cast<std::uint32_t>(value);
      return p;
    case Parameter::yp:
      p.producer.sleep = Nanoseconds{value};
      return p;
    case Parameter::queue_size:
      p.queue_size = static_cast<std::uint32_t>(value);
      return p;
    default:
      return mirrored(with(mirrored(p), mirrored(parameter), value));
  }
}

}  // namespace kickbench::model
