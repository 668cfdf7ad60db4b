#include "bench/validation/diagnosis.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "bench/stats/verdict.hpp"
#include "bench/text/format.hpp"
#include "bench/validation/accuracy.hpp"
#include "model/neighbours.hpp"

namespace kickbench::bench::validation {
namespace {

// What is told. Below these a deviation is there, as always on a real machine, but explains no error worth a line.
constexpr double negative_share_min = 0.05;  ///< of the samples of S
constexpr double spurious_share_min = 0.02;  ///< of the notifications
constexpr double cancelled_share_min = 0.1;  ///< of the waits
constexpr double elsewhere_share_min = 0.1;  ///< of the slices
constexpr double across_share_min = 0.02;    ///< of the samples of a start-up or a sleep
constexpr double gap_share_min = 0.005;      ///< of the time

std::string pct(double share) { return text::fixed(100 * share, share < 0.1 ? 2 : 0) + " %"; }

/// The share of a distribution that lies below a value.
double share_below(const model::Histogram& histogram, Nanoseconds value) {
  double below = 0;
  double all = 0;
  for (const model::Histogram::Bin& bin : histogram.bins) {
    const auto count = static_cast<double>(bin.count);
    all += count;
    if (bin.to < value) {
      below += count;
    } else if (bin.from < value) {
      below += count * ((value - bin.from) / (bin.to - bin.from));
    }
  }
  return below / all;
}

/// One side with the symbols that its figures have.
struct SideView {
  const scenario::SideScenario& scenario;
  const stats::SideFigures& figures;
  const stats::SideFigures& peer;
  const char* role;
  const char* notify;   ///< N
  const char* startup;  ///< S
  const char* work;     ///< W
  const char* sleep;    ///< Y
  model::Parameter startup_parameter;
  model::Parameter sleep_parameter;
};

class Diagnosis {
 public:
  Diagnosis(const scenario::Scenario& scenario, const experiment::Result& result)
      : scenario_(scenario),
        result_(result),
        sides_{{{scenario.producer, result.figures.producer, result.figures.consumer, "producer", "N_P", "S_P", "W_P",
                 "Y_P", model::Parameter::sp, model::Parameter::yp},
                {scenario.consumer, result.figures.consumer, result.figures.producer, "consumer", "N_C", "S_C", "W_C",
                 "Y_C", model::Parameter::sc, model::Parameter::yc}}} {}

  std::vector<BrokenAssumption> all() {
    for (const SideView& side : sides_) look_at_work_spent(side);
    look_at_work_jitter();
    for (const SideView& side : sides_) look_at_negative_startup(side);
    look_at_boundaries();
    for (const SideView& side : sides_) {
      look_at_waits(side);
      look_at_gaps(side);
    }
    look_at_slices();
    return std::move(found_);
  }

 private:
  void add(const char* name, std::string evidence) { found_.push_back({name, std::move(evidence)}); }

  void look_at_work_spent(const SideView& side) {
    const auto& spent = side.figures.work;
    if (!spent || *spent <= side.scenario.work + stats::work_tolerance(side.scenario.work)) return;
    add("work-exceeded", std::string(side.work) + " was asked to be " + text::ns(side.scenario.work) + " ns and took " +
                             text::ns(*spent) + " ns: ring, harness and clock need more");
  }

  /// How much longer than W an item of this side is apt to take, beyond what W is told to be.
  static Nanoseconds jitter_of(const SideView& side) {
    const Nanoseconds late = side.figures.work.value_or(side.scenario.work) - side.scenario.work;
    return side.figures.gap_share * side.figures.ns_per_item + std::max(late, Nanoseconds(0));
  }

  /// Where W_P and W_C are nearer to each other than that, chance decides who stops.
  void look_at_work_jitter() {
    if (scenario::sync_of(scenario_) == model::Sync::busy_wait) return;
    const Nanoseconds difference = abs(scenario_.producer.work - scenario_.consumer.work);
    const Nanoseconds jitter = jitter_of(sides_[0]) + jitter_of(sides_[1]);
    if (difference >= jitter) return;
    const auto stops = result_.figures.stops.producer_stops + result_.figures.stops.consumer_stops;
    add("work-jitter", "W_P and W_C differ by " + text::ns(difference) +
                           " ns, and being late or preempted costs an item " + text::ns(jitter) +
                           " ns on both sides together: chance decides who stops (" + std::to_string(stops) +
                           " stops in " + std::to_string(result_.figures.items) + " items)");
  }

  void look_at_negative_startup(const SideView& side) {
    const auto& startups = side.figures.startup_distribution;
    if (!startups || !side.figures.startup) return;
    const double negative = share_below(*startups, Nanoseconds(0));
    if (negative < negative_share_min) return;
    add("negative-startup", std::string(side.startup) + " is negative in " + pct(negative) + " of " +
                                std::to_string(side.figures.startup->count) + " samples, its median is " +
                                text::ns(side.figures.startup->median) + " ns: the " + side.role +
                                " looks before the call that wakes it returns");
  }

  /// The regime holds for the median of a start-up or a sleep, but not for all of them.
  void look_at_boundaries() {
    if (!result_.predicted.prediction) return;
    const model::Parameters parameters = stats::model_input(scenario_, result_.figures).parameters;
    for (const model::Neighbour& next : model::neighbours(scenario::sync_of(scenario_), parameters)) {
      for (const SideView& side : sides_) {
        if (next.parameter == side.startup_parameter) {
          look_beyond(side.startup, side.figures.startup_distribution, next);
        }
        if (next.parameter == side.sleep_parameter) look_beyond(side.sleep, side.figures.sleep_distribution, next);
      }
    }
  }

  void look_beyond(const char* symbol, const std::optional<model::Histogram>& samples, const model::Neighbour& next) {
    if (!samples) return;
    const Nanoseconds boundary(next.boundary);
    const double below = share_below(*samples, boundary);
    const double beyond = next.upwards ? 1 - below : below;
    if (beyond < across_share_min) return;
    add("regime-boundary", pct(beyond) + " of " + symbol + " are " + (next.upwards ? "above " : "below ") +
                               text::with_unit(boundary) + ", where " + std::string(model::name_of(next.beyond)) +
                               " begins");
  }

  void look_at_waits(const SideView& side) {
    const stats::SideFigures& figures = side.figures;
    if (const double all = side.peer.signals; all > 0 && figures.spurious_wakeups > spurious_share_min * all) {
      add("spurious-wakeups", "the " + std::string(side.role) + " was woken for nothing " +
                                  text::fixed(figures.spurious_wakeups, 5) + " times an item, by " +
                                  text::fixed(all, 5) + " notifications (" + pct(figures.spurious_wakeups / all) + ")");
    }
    const double waits = figures.cancelled_waits + figures.blocked_waits;
    if (waits > 0 && figures.cancelled_waits > cancelled_share_min * waits) {
      add("cancelled-waits", pct(figures.cancelled_waits / waits) + " of the " + side.role +
                                 "'s waits ended before they began: work came while it asked for a notification (" +
                                 text::fixed(figures.cancelled_waits, 5) + " an item)");
    }
  }

  void look_at_gaps(const SideView& side) {
    const stats::SideFigures& figures = side.figures;
    if (figures.gap_share < gap_share_min) return;
    add("gaps", "the " + std::string(side.role) + "'s CPU was away for " + pct(figures.gap_share) + " of the time (" +
                    std::to_string(figures.gaps) + " gaps): that is " +
                    text::ns(figures.gap_share * figures.ns_per_item) + " ns an item");
  }

  void look_at_slices() {
    const auto all = static_cast<double>(result_.slices_total);
    const auto used = static_cast<double>(result_.figures.slices);
    if (all > 0 && 1 - used / all >= elsewhere_share_min) {
      add("moved", "the figures are of " + std::to_string(result_.figures.slices) + " of " +
                       std::to_string(result_.slices_total) + " slices: " + std::to_string(result_.slices_moved) +
                       " moved while they ran, the others were elsewhere");
    }
    for (const auto& [reason, count] : result_.void_slices) {
      add("missed-slices", std::to_string(count) + " slices were run again: " + reason);
    }
  }

  const scenario::Scenario& scenario_;
  const experiment::Result& result_;
  std::array<SideView, 2> sides_;
  std::vector<BrokenAssumption> found_;
};

std::string left_of(const char* symbol, const std::optional<stats::Spread>& cost) {
  if (!cost) return "";
  return std::string(" ") + symbol + " " + text::ns(cost->median) + " (mean " + text::ns(cost->mean) + ")";
}

}  // namespace

std::vector<BrokenAssumption> diagnose(const scenario::Scenario& scenario, const experiment::Result& result) {
  return Diagnosis(scenario, result).all();
}

std::string what_is_left(const scenario::Scenario& scenario, const experiment::Result& result) {
  const stats::SideFigures& p = result.figures.producer;
  const stats::SideFigures& c = result.figures.consumer;
  const std::string text = "spent in ns: W_P " + text::ns(p.work.value_or(scenario.producer.work)) + ", W_C " +
                           text::ns(c.work.value_or(scenario.consumer.work)) + "; medians" + left_of("N_P", p.notify) +
                           left_of("S_C", c.startup) + left_of("N_C", c.notify) + left_of("S_P", p.startup) +
                           left_of("Y_P", p.sleep) + left_of("Y_C", c.sleep);
  const auto residual = [](const std::optional<double>& value) {
    return value ? text::fixed(*value, 2) + " %" : "none";
  };
  return text + "; unexplained of T: producer " + residual(identity_residual_pct(p)) + ", consumer " +
         residual(identity_residual_pct(c));
}

}  // namespace kickbench::bench::validation
