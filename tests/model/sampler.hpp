// Random systems with whole-nanosecond costs, small enough that every regime and every tie turns up often.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>

#include "model/parameters.hpp"

namespace kickbench::model::oracle {

class Sampler {
 public:
  explicit Sampler(std::uint64_t seed) : random_(seed) {}

  /// Start-ups of 0 or more: the domain in which the closed forms are exact.
  Parameters notification() {
    Parameters p = work_and_queue();
    for (Party* party : {&p.producer, &p.consumer}) {
      party->notify = span(0, 40);
      party->startup = span(0, one_in(4) ? 300 : 40);
      party->notify_threshold = one_in(2) ? 1 : count(1, p.queue_size);
    }
    return p;
  }

  /// Start-ups as early as the notification's own begin.
  Parameters early_startup() {
    Parameters p = notification();
    const auto early = [this](Nanoseconds notify) { return span(-static_cast<std::int64_t>(notify.count()), 0); };
    if (!one_in(3)) p.consumer.startup = early(p.producer.notify);
    if (!one_in(3)) p.producer.startup = early(p.consumer.notify);
    return p;
  }

  /// Sleeps short and long, and often right at the cliff.
  Parameters sleeping() {
    Parameters p = work_and_queue();
    p.producer.sleep = sleep_beside(p.producer.work, p.consumer.work, p.queue_size);
    p.consumer.sleep = sleep_beside(p.consumer.work, p.producer.work, p.queue_size);
    p.sleep_energy = span(0, 20);
    return p;
  }

 private:
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool one_in(std::int64_t n) { return between(1, n) == 1; }
  Nanoseconds span(std::int64_t low, std::int64_t high) { return Nanoseconds(static_cast<double>(between(low, high))); }
  std::uint32_t count(std::uint32_t low, std::uint32_t high) { return static_cast<std::uint32_t>(between(low, high)); }

  Parameters work_and_queue() {
    Parameters p;
    p.producer.work = span(1, 40);
    p.consumer.work = one_in(8) ? p.producer.work : span(1, 40);
    p.queue_size = count(1, one_in(2) ? 5 : 20);
    return p;
  }

  Nanoseconds sleep_beside(Nanoseconds own_work, Nanoseconds peer_work, double L) {
    const Nanoseconds cliff = (L - 1) * peer_work - own_work;
    if (one_in(3)) return std::max(cliff + span(-1, 15), Nanoseconds{1});
    return span(1, one_in(2) ? 30 : 400);
  }

  std::mt19937_64 random_;
};

}  // namespace kickbench::model::oracle
