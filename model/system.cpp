// A system with distributions for costs: its domain and its means.
#include <algorithm>
#include <array>
#include <cstdint>
#include <sstream>
#include <string>

#include "model/simulate.hpp"
#include "model/simulate_costs.hpp"

namespace kickbench::model {
namespace {

constexpr std::uint32_t largest_queue = std::uint32_t{1} << 24;
constexpr Nanoseconds zero{0};

struct Cost {
  const Distribution& distribution;
  std::string name;  ///< as the command line spells it
  bool is_used;
  bool is_signed;
};

std::array<Cost, 6> costs_of(Sync sync, const PartyCosts& party, bool is_producer) {
  const std::string suffix = is_producer ? "p" : "c";
  const std::string role = is_producer ? "producer" : "consumer";
  const bool notifies = sync == Sync::notification;
  return {Cost{party.work, "w" + suffix, true, false},
          Cost{party.notify, "n" + suffix, notifies, false},
          Cost{party.startup, "s" + suffix, notifies, true},
          Cost{party.oversleep, role + "-oversleep", sync == Sync::sleep, false},
          Cost{party.arm_window, role + "-arm-window", notifies, false},
          Cost{party.publish_window, role + "-publish-window", notifies, false}};
}

[[noreturn]] void reject(const std::string& name, const std::string& what) { throw DomainError(name + " " + what); }

void check_shape(const std::string& name, const Distribution& distribution) {
  const auto require = [&name](bool holds, const char* what) {
    if (!holds) reject(name, what);
  };
  if (const auto* exponential = std::get_if<Exponential>(&distribution)) {
    require(exponential->mean >= zero, "has a negative mean: an exponential distribution starts at 0");
  } else if (const auto* normal = std::get_if<Normal>(&distribution)) {
    require(normal->deviation >= zero, "has a negative standard deviation");
  } else if (const auto* lognormal = std::get_if<Lognormal>(&distribution)) {
    require(lognormal->mean > zero, "must have a mean greater than 0: a lognormal distribution has no other");
    require(lognormal->deviation >= zero, "has a negative standard deviation");
  } else if (const auto* uniform = std::get_if<Uniform>(&distribution)) {
    require(uniform->from <= uniform->to, "is uniform between two times of which the first must not be the longer one");
  } else if (const auto* bimodal = std::get_if<Bimodal>(&distribution)) {
    const double p = bimodal->second_probability;
    require(p >= 0 && p <= 1, "must take its second value with a probability from 0 to 1");
  }
}

void check_cost(const Cost& cost) {
  check_shape(cost.name, cost.distribution);
  if (cost.is_signed) return;
  if (least_of(cost.distribution) < zero && !std::holds_alternative<Normal>(cost.distribution)) {
    reject(cost.name, "can become negative, which only start-up times may");
  }
  // At least half of the draws are kept then.
  const auto* normal = std::get_if<Normal>(&cost.distribution);
  if (normal && normal->mean < zero) reject(cost.name, "has a negative mean, which only start-up times may have");
}

void check_wakes(const std::string& name, const WakeTable& table) {
  Nanoseconds shorter = zero;
  for (const auto& [idle, wakes] : table) {
    if (!(idle > shorter)) reject(name, "is given for idle times that do not ascend from above 0 ns");
    if (wakes.empty()) reject(name, "is given for an idle time without a single wake");
    if (std::ranges::any_of(wakes, [](const Wake& wake) { return wake.notify < zero; })) {
      reject(name, "can become negative, which only start-up times may");
    }
    shorter = idle;
  }
}

/// Where both are constant, a look before the notification has begun is a contradiction.
void check_startup(const Distribution& notify, const Distribution& startup, const std::string& suffix) {
  const auto cost = constant_of(notify);
  const auto start = constant_of(startup);
  if (!cost || !start || *cost + *start >= zero) return;
  std::ostringstream text;
  text.precision(15);
  text << "s" << suffix << " is " << start->count() << " ns, but must be at least " << (zero - *cost).count()
       << " ns: nobody can look before the notification that wakes it begins";
  throw DomainError(text.str());
}

Party party_of(const PartyCosts& costs) {
  const Nanoseconds minus_infinity{-std::numeric_limits<double>::infinity()};
  return {.work = mean_of(costs.work, shortest_drawn_work),
          .notify = mean_of(costs.notify, zero),
          .startup = mean_of(costs.startup, minus_infinity),
          .notify_threshold = costs.notify_threshold,
          .sleep = costs.sleep + mean_of(costs.oversleep, zero),
          .startup_busy = costs.startup_busy};
}

PartyCosts costs_of(const Party& party) {
  return {.work = Constant{party.work},
          .notify = Constant{party.notify},
          .startup = Constant{party.startup},
          .oversleep = Constant{},
          .notify_threshold = party.notify_threshold,
          .sleep = party.sleep,
          .startup_busy = party.startup_busy};
}

}  // namespace

System system_of(Sync sync, const Parameters& parameters) {
  return {.sync = sync,
          .producer = costs_of(parameters.producer),
          .consumer = costs_of(parameters.consumer),
          .queue_size = parameters.queue_size,
          .sleep_energy = parameters.sleep_energy};
}

Parameters means_of(const System& system) {
  return {.producer = party_of(system.producer),
          .consumer = party_of(system.consumer),
          .queue_size = system.queue_size,
          .sleep_energy = system.sleep_energy};
}

void check_domain(const System& system) {
  for (const bool is_producer : {true, false}) {
    for (const Cost& cost : costs_of(system.sync, is_producer ? system.producer : system.consumer, is_producer)) {
      if (cost.is_used) check_cost(cost);
    }
  }
  check_domain(system.sync, means_of(system));
  if (system.queue_size > largest_queue) {
    reject("queue-size", "is " + std::to_string(system.queue_size) + ", but a simulated queue has at most " +
                             std::to_string(largest_queue) + " slots");
  }
  check_wakes("np", system.producer.wakes);
  check_wakes("nc", system.consumer.wakes);
  if (system.sync == Sync::notification) {
    check_startup(system.producer.notify, system.consumer.startup, "c");
    check_startup(system.consumer.notify, system.producer.startup, "p");
  }
}

}  // namespace kickbench::model
