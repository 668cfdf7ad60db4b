#include "model/observed.hpp"

#include <algorithm>
#include <cstdio>

namespace kickbench::model {
namespace {

// Below this rate a side does not stop as a part of the regime, but because something disturbed it now and then: a
// regime in which both stop has about one stop each per L items.
double rare_stops_per_item(std::uint32_t queue_size) { return std::min(0.005, 0.25 / queue_size); }
// And below this share of the other side's stops (a disturbance of one side can stop the other).
constexpr double rare_stops_share = 0.1;

bool is_rare(double stops, double peer_stops, std::uint32_t queue_size) {
  return stops < rare_stops_per_item(queue_size) || stops < rare_stops_share * peer_stops;
}

std::string text(const char* format, double a, double b) {
  char buffer[160];
  std::snprintf(buffer, sizeof buffer, format, a, b);
  return buffer;
}

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// Both sides stop: what matters is whether each stops while the other is still stopped or starting up.
ObservedRegime both_stop(const StopCounts& stops) {
  const double filled = share(stops.producer_stops_with_consumer_stopped, stops.producer_stops);
  const double drained = share(stops.consumer_stops_with_producer_stopped, stops.consumer_stops);
  std::string why =
      text("%.0f %% of the producer's stops fell into the consumer's start-up, %.0f %% the other way round",
           100 * filled, 100 * drained);
  const bool slow_consumer = filled > 0.5;
  const bool slow_producer = drained > 0.5;
  if (slow_consumer && slow_producer) return {Regime::SS, std::move(why)};
  if (slow_consumer) return {Regime::SCS, std::move(why)};
  if (slow_producer) return {Regime::SPS, std::move(why)};
  return {std::nullopt, "both sides stop, but neither while the other starts up: " + why};
}

ObservedRegime observe_notification(const Conduct& conduct) {
  const auto items = static_cast<double>(std::max<std::uint64_t>(conduct.items, 1));
  const double p = static_cast<double>(conduct.stops.producer_stops) / items;
  const double c = static_cast<double>(conduct.stops.consumer_stops) / items;
  std::string why = text("stops per item: producer %.4f, consumer %.4f", p, c);
  const bool producer_runs = is_rare(p, c, conduct.queue_size);
  const bool consumer_runs = is_rare(c, p, conduct.queue_size);
  if (producer_runs && consumer_runs) return {Regime::EQ, std::move(why)};
  if (!producer_runs && !consumer_runs) return both_stop(conduct.stops);
  const auto wp = conduct.producer_work;
  const auto wc = conduct.consumer_work;
  if (!wp || !wc) return {std::nullopt, why + "; W = 0 is not timed, so which side is the faster one is unknown"};
  // A side that stops although it is not the faster one is locked to its peer's notifications.
  if (producer_runs) return {*wc < *wp ? Regime::FC : Regime::NL, std::move(why)};
  return {*wp < *wc ? Regime::FP : Regime::NL, std::move(why)};
}

ObservedRegime observe_sleep(const Conduct& conduct) {
  const double p = conduct.producer_sleeps_per_item;
  const double c = conduct.consumer_sleeps_per_item;
  std::string why = text("sleeps per item: producer %.5f, consumer %.5f", p, c);
  if (p == 0 && c == 0) return {std::nullopt, "nobody slept"};
  if (p < rare_stops_share * c) return {Regime::sFC, std::move(why)};
  if (c < rare_stops_share * p) return {Regime::sFP, std::move(why)};
  return {Regime::sLS, std::move(why)};
}

}  // namespace

ObservedRegime observe(const Conduct& conduct) {
  switch (conduct.sync) {
    case Sync::busy_wait:
      return {Regime::BW, "neither side stops"};
    case Sync::notification:
      return observe_notification(conduct);
    case Sync::sleep:
      return observe_sleep(conduct);
  }
  return {};
}

}  // namespace kickbench::model
