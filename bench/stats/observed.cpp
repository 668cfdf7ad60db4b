#include "bench/stats/observed.hpp"

#include "bench/stats/verdict.hpp"

namespace kickbench::bench::stats {

ObservedRegime observe_regime(const scenario::Scenario& scenario, const Figures& figures) {
  if (const std::string why = why_no_regime(scenario); !why.empty()) return {std::nullopt, why};
  return model::observe({.sync = scenario::sync_of(scenario),
                         .queue_size = scenario::slot_count(scenario),
                         .items = figures.items,
                         .stops = figures.stops,
                         .producer_sleeps_per_item = figures.producer.sleeps,
                         .consumer_sleeps_per_item = figures.consumer.sleeps,
                         .producer_work = effective_work(scenario.producer, figures.producer),
                         .consumer_work = effective_work(scenario.consumer, figures.consumer)});
}

}  // namespace kickbench::bench::stats
