#include "bench/command/measuring_host.hpp"

#include <spdlog/spdlog.h>

#include <system_error>

#include "bench/host/doctor_checks.hpp"
#include "bench/output/noise_output.hpp"
#include "bench/scenario/nearest_name.hpp"
#include "notify/notifier.hpp"

namespace kickbench::bench::command {
namespace {

host::Placement place_threads(const std::string& request) {
  const host::Topology topology = host::Topology::probe();
  const auto options = topology.options();
  const bool is_pair = request.find(',') != std::string::npos;
  if (!is_pair && std::ranges::find(options, request, &host::PlacementOption::name) == options.end()) {
    throw scenario::UsageError(scenario::unknown_name(
        "--place", request, options, [](const auto& option) { return std::string_view(option.name); }));
  }
  return topology.place(request);
}

host::Fact<std::vector<host::PreemptionProbe>> floor_of(const host::Placement& placement, const host::Clock& clock) {
  using Floor = host::Fact<std::vector<host::PreemptionProbe>>;
  try {
    return Floor::known(host::watch_cpus({placement.producer_cpu, placement.consumer_cpu}, clock, Nanoseconds(200e6)));
  } catch (const std::system_error& error) {
    return Floor::unknown(error.what());
  }
}

}  // namespace

void require_notifiers(const scenario::Scenario& scenario) {
  for (const std::string& name : {scenario.kick, scenario.interrupt}) {
    const std::string reason = find_notifier(name)->unavailable_reason();
    if (!reason.empty()) throw Skipped("notifier '" + name + "' does not work on this host: " + reason);
  }
}

MeasuringHost::MeasuringHost(const std::string& place, host::IdleMode idle)
    : placement(place_threads(place)),
      idle_polling(idle == host::IdleMode::poll ? std::make_unique<host::IdlePolling>() : nullptr),
      clock(host::Clock::calibrate()),
      floor(floor_of(placement, clock)) {
  spdlog::info("producer on CPU {}, consumer on CPU {}: {}", placement.producer_cpu, placement.consumer_cpu,
               placement.reason);
  if (!idle_polling) return;
  const std::string why_not = host::doctor::why_idle_poll_has_no_effect(host::Environment::probe());
  if (why_not.empty()) {
    spdlog::info("idle CPUs poll while this runs: {} is held at 0 us", host::idle_latency_device);
  } else {
    spdlog::warn("--idle poll has no effect on this host: {}; boot with idle=poll to measure with polling", why_not);
  }
}

output::Json document_head(const std::string& command, const MeasuringHost& measuring) {
  output::Json head = output::document_head(command, measuring.clock);
  head["host_floor"] = measuring.floor ? output::floor_json(*measuring.floor) : output::Json(nullptr);
  if (!measuring.floor) head["host_floor_reason"] = measuring.floor.reason;
  return head;
}

}  // namespace kickbench::bench::command
