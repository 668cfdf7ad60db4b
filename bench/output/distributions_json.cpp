#include "bench/output/distributions_json.hpp"

#include "bench/output/histogram_json.hpp"
#include "bench/stats/verdict.hpp"

namespace kickbench::bench::output {

void put_distributions(Json& distributions, const std::string& prefix, const scenario::Scenario& scenario,
                       const stats::Figures& figures) {
  const auto put_one = [&](const std::string& name, const std::optional<model::Histogram>& histogram,
                           const char* reason) {
    histogram ? void(distributions[prefix + name] = to_json(*histogram))
              : put_absent(distributions, prefix + name, reason);
  };
  const auto put_side = [&](const std::string& role, const scenario::SideScenario& asked,
                            const stats::SideFigures& side) {
    const auto& sleeps = side.sleep_distribution;
    const auto work = stats::effective_work(asked, side);
    put_one(role + "_work", work ? std::optional(stats::work_with_gaps(*work, side)) : std::nullopt,
            "W = 0: it is not timed");
    put_one(role + "_notify", side.notify_distribution, "this side notified nobody");
    put_one(role + "_startup", side.startup_distribution, "no notification ended a wait of this side");
    put_one(role + "_oversleep", sleeps ? std::optional(stats::beyond(*sleeps, asked.sleep)) : std::nullopt,
            "this side did not sleep");
  };
  put_side("producer", scenario.producer, figures.producer);
  put_side("consumer", scenario.consumer, figures.consumer);
}

}  // namespace kickbench::bench::output
