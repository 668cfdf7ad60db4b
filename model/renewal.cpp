#include "model/renewal.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "model/conditions.hpp"
#include "model/cycle.hpp"
#include "model/latency.hpp"

namespace kickbench::model {
namespace {

Seen mirrored(const Seen& seen) {
  return {.kicks = seen.interrupts,
          .interrupts = seen.kicks,
          .producer_gaps = seen.consumer_gaps,
          .consumer_gaps = seen.producer_gaps};
}

Wake mean_of(std::span<const Wake> wakes) {
  Wake sum{};
  for (const Wake& wake : wakes) {
    sum.notify += wake.notify;
    sum.startup += wake.startup;
  }
  const auto count = static_cast<double>(wakes.size());
  return {.notify = sum.notify / count, .startup = sum.startup / count};
}

Parameters with_kick(Parameters p, const Wake& kick) {
  p.producer.notify = kick.notify;
  p.consumer.startup = kick.startup;
  return p;
}

Parameters with_interrupt(const Parameters& p, const Wake& interrupt) {
  return mirrored(with_kick(mirrored(p), interrupt));
}

/// Cycles of one kind, added up.
struct Kind {
  Regime regime;
  double count = 0;
  Cycle sum{};

  void add(double times, const Parameters& p) {
    count += times;
    sum += times * cycle_of(regime, p);
  }
};

/// With W_C < W_P: one cycle for each kick that was seen. What a slow one costs is linear in its N and S, so that the
/// slow kicks can be told as one; the interrupt that follows them is any of those that were seen.
Prediction predict_from_kicks(const Parameters& means, const Seen& seen) {
  std::array kinds{Kind{Regime::FC}, Kind{Regime::SCS}, Kind{Regime::SS}};
  auto& [fast, slow_consumer_only, slow_both] = kinds;
  std::vector<Wake> slow;
  for (const Wake& kick : seen.kicks) {
    const Parameters p = with_kick(means, kick);
    slow_consumer(p) ? slow.push_back(kick) : fast.add(1, p);
  }
  if (!slow.empty()) {
    const Parameters told = with_kick(means, mean_of(slow));
    const double each = static_cast<double>(slow.size()) / static_cast<double>(seen.interrupts.size());
    for (const Wake& interrupt : seen.interrupts) {
      const Parameters p = with_interrupt(told, interrupt);
      (slow_producer(p) ? slow_both : slow_consumer_only).add(each, p);
    }
  }
  Cycle all;
  for (const Kind& kind : kinds) all += kind.sum;
  return prediction_of(std::ranges::max_element(kinds, {}, &Kind::count)->regime, all, means);
}

Prediction mirrored(Prediction prediction) {
  std::swap(prediction.kicks_per_item, prediction.interrupts_per_item);
  prediction.regime = mirrored(prediction.regime);
  return prediction;
}

/// A lock ends at the first start-up that comes too late for it.
bool locks(const Parameters& means, const Seen& seen) {
  const auto always = [](const Parameters& p, const Seen& all) {
    return std::ranges::all_of(all.kicks, [&p](const Wake& kick) { return consumer_locks(with_kick(p, kick)); });
  };
  return always(means, seen) || always(mirrored(means), mirrored(seen));
}

/// Without the locks, which the means see where some start-ups are early and others are not.
Parameters not_locked(Parameters p) {
  for (Party* party : {&p.producer, &p.consumer}) party->startup = std::max(party->startup, Nanoseconds{0});
  return p;
}

Prediction predict_cycles(const Parameters& means, const Seen& seen) {
  const Regime regime = regime_of(Sync::notification, signs_of(means));
  if (regime == Regime::NL && locks(means, seen)) return prediction_of(regime, cycle_of(regime, means), means);
  if (means.consumer.work < means.producer.work) return predict_from_kicks(means, seen);
  if (means.producer.work < means.consumer.work) {
    return mirrored(predict_from_kicks(mirrored(means), mirrored(seen)));
  }
  const Parameters p = regime == Regime::NL ? not_locked(means) : means;
  const Regime equal = regime_of(Sync::notification, signs_of(p));
  return prediction_of(equal, cycle_of(equal, p), p);
}

/// What the gaps add to T.
Nanoseconds gaps_in_pace(Regime regime, const Parameters& p, const Seen& seen) {
  if (regime == Regime::SS) return seen.producer_gaps + seen.consumer_gaps;
  if (p.producer.work == p.consumer.work) return std::max(seen.producer_gaps, seen.consumer_gaps);
  return p.producer.work > p.consumer.work ? seen.producer_gaps : seen.consumer_gaps;
}

void add_gaps(Nanoseconds gaps, Prediction& prediction) {
  if (prediction.per_item) *prediction.per_item += gaps;
  if (auto& bounds = prediction.per_item_bounds) {
    bounds->lower += gaps;
    if (bounds->upper) *bounds->upper += gaps;
  }
}

Prediction predict_notification(const Parameters& parameters, const Seen& seen) {
  const std::array kick{Wake{parameters.producer.notify, parameters.consumer.startup}};
  const std::array interrupt{Wake{parameters.consumer.notify, parameters.producer.startup}};
  Seen told = seen;
  if (told.kicks.empty()) told.kicks = kick;
  if (told.interrupts.empty()) told.interrupts = interrupt;
  const Parameters means = with_interrupt(with_kick(parameters, mean_of(told.kicks)), mean_of(told.interrupts));
  check_domain(Sync::notification, means);
  Prediction prediction = predict_cycles(means, told);
  add_latency(Sync::notification, means, prediction);
  return prediction;
}

}  // namespace

Prediction predict_seen(Sync sync, const Parameters& means, const Seen& seen) {
  Prediction prediction = sync == Sync::notification ? predict_notification(means, seen) : predict(sync, means);
  add_gaps(gaps_in_pace(prediction.regime, means, seen), prediction);
  if (sync == Sync::busy_wait) {
    // Who polls is busy all the time that its CPU is there.
    prediction.busy_per_item = 2 * *prediction.per_item - seen.producer_gaps - seen.consumer_gaps;
  }
  return prediction;
}

}  // namespace kickbench::model
