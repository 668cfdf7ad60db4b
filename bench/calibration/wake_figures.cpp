#include "bench/calibration/wake_figures.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace kickbench::bench::calibration {
namespace {

using namespace std::chrono_literals;

constexpr std::array states{PeerState{"runs", 0ns, 0ns},
                            PeerState{"just gone", 1ns, 500ns},
                            PeerState{"0.5 to 2 us", 500ns, 2us},
                            PeerState{"2 to 20 us", 2us, 20us},
                            PeerState{"20 to 200 us", 20us, 200us},
                            PeerState{"over 200 us", 200us, endless}};

/// Of a round, so that it has a median.
constexpr std::size_t samples_min = 5;

double value_of(Quantity quantity, const model::Wake& wake) {
  switch (quantity) {
    case Quantity::notify:
      return wake.notify.count();
    case Quantity::startup:
      return wake.startup.count();
    case Quantity::handover:
      break;
  }
  return (wake.notify + wake.startup).count();
}

std::vector<RoundMedian> medians_of(const BlockGroup& group, const PeerState& state, Quantity quantity) {
  std::map<std::uint32_t, std::vector<double>> rounds;
  for (const WakeBlock* block : group.blocks) {
    std::vector<double>& samples = rounds[block->round];
    if (!state.waits()) {
      for (const Nanoseconds notify : block->needless) samples.push_back(notify.count());
      continue;
    }
    for (const auto& [idle, wake] : block->wakes) {
      if (idle >= state.idle_from && idle < state.idle_to) samples.push_back(value_of(quantity, wake));
    }
  }
  std::vector<RoundMedian> medians;
  for (auto& [round, samples] : rounds) {
    if (samples.size() < samples_min) continue;
    const std::size_t count = samples.size();
    medians.push_back({round, count, Nanoseconds(stats::median(std::move(samples)).value())});
  }
  return medians;
}

CallsPerNotification calls_of(const BlockGroup& group, const PeerState& state) {
  CallTally sum;
  for (const WakeBlock* block : group.blocks) {
    const CallTally& calls = state.waits() ? block->waking_calls : block->needless_calls;
    sum.notifications += calls.notifications;
    sum.sender += calls.sender;
    sum.waiter += calls.waiter;
  }
  if (sum.notifications == 0) return {};
  const auto count = static_cast<double>(sum.notifications);
  return {.sender = static_cast<double>(sum.sender) / count, .waiter = static_cast<double>(sum.waiter) / count};
}

/// Of blocks that were of one class, and in which the CPU was away for so much of the time.
Estimate estimate_of(const std::vector<double>& rounds, std::uint64_t samples, double away_share,
                     std::optional<measure::LineClass> line_class) {
  Estimate estimate{.median = stats::median(rounds).value(),
                    .interval = stats::median_interval(rounds),
                    .rounds = rounds.size(),
                    .samples = samples,
                    .graded = {}};
  stats::GradeFacts facts;
  facts.interference_pct = 100 * away_share / (1 - away_share);
  facts.line_class = line_class;
  facts.slices = rounds.size();
  if (estimate.interval) {
    facts.spread_pct = stats::half_width_pct(*estimate.interval, Nanoseconds(std::abs(estimate.median)));
  }
  estimate.graded = stats::grade_of(facts);
  return estimate;
}

bool applies(Quantity quantity, const PeerState& state) { return state.waits() || quantity == Quantity::notify; }

/// Of `own` to `base`, in all states. Both are of one way and one class.
void add_ratios(const BlockGroup& own, const BlockGroup& base, std::vector<NotifierRatio>& all) {
  for (const PeerState& state : states) {
    for (const Quantity quantity : quantities) {
      if (!applies(quantity, state)) continue;
      std::map<std::uint32_t, RoundMedian> base_rounds;
      for (const RoundMedian& round : medians_of(base, state, quantity)) base_rounds.emplace(round.round, round);
      std::vector<double> ratios;
      std::uint64_t samples = 0;
      bool all_above_0 = true;
      for (const RoundMedian& mine : medians_of(own, state, quantity)) {
        const auto theirs = base_rounds.find(mine.round);
        if (theirs == base_rounds.end()) continue;
        const Nanoseconds their_median = theirs->second.median;
        all_above_0 = all_above_0 && mine.median > Nanoseconds(0) && their_median > Nanoseconds(0);
        ratios.push_back(mine.median / their_median);
        samples += mine.samples + theirs->second.samples;
      }
      if (ratios.empty() || !all_above_0) continue;
      all.push_back({own.notifier, base.notifier, own.notification, own.line_class, state, quantity,
                     estimate_of(ratios, samples, std::max(own.away_share, base.away_share), own.line_class)});
    }
  }
}

}  // namespace

std::span<const PeerState> peer_states() { return states; }

std::string_view symbol_of(Quantity quantity) {
  switch (quantity) {
    case Quantity::notify:
      return "N";
    case Quantity::startup:
      return "S";
    case Quantity::handover:
      break;
  }
  return "N+S";
}

std::vector<WakeFigure> figures_of(std::span<const WakeBlock> blocks) {
  std::vector<WakeFigure> figures;
  for (const BlockGroup& group : groups_of(blocks)) {
    for (const PeerState& state : states) {
      for (const Quantity quantity : quantities) {
        if (!applies(quantity, state)) continue;
        std::vector<double> rounds;
        std::uint64_t samples = 0;
        for (const RoundMedian& round : medians_of(group, state, quantity)) {
          rounds.push_back(round.median.count());
          samples += round.samples;
        }
        if (rounds.empty()) continue;
        figures.push_back({group.notifier, group.notification, group.line_class, state, quantity,
                           estimate_of(rounds, samples, group.away_share, group.line_class), calls_of(group, state)});
      }
    }
  }
  return figures;
}

std::vector<NotifierRatio> ratios_of(std::span<const WakeBlock> blocks, const std::string& base) {
  std::vector<NotifierRatio> ratios;
  const std::vector<BlockGroup> groups = groups_of(blocks);
  for (const BlockGroup& own : groups) {
    for (const BlockGroup& other : groups) {
      const bool alike = own.notification == other.notification && own.line_class == other.line_class;
      if (own.notifier == base || other.notifier != base || !alike || !own.line_class) continue;
      add_ratios(own, other, ratios);
    }
  }
  return ratios;
}

}  // namespace kickbench::bench::calibration
