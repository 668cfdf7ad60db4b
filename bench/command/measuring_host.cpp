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

/// Holds the latency request and looks whether idle CPUs poll under it; the environment decides where it can.
host::PollingEvidence hold_polling(int cpu, std::unique_ptr<host::IdlePolling>& request) {
  const host::Environment environment = host::Environment::probe();
  if (environment.boot_idle_poll && *environment.boot_idle_poll) {
    request = std::make_unique<host::IdlePolling>();
    return {true, "booted with idle=poll"};
  }
  if (const std::string why_not = host::doctor::why_idle_poll_has_no_effect(environment); !why_not.empty()) {
    request = std::make_unique<host::IdlePolling>();
    return {false, why_not};
  }
  const host::IdleSample before = host::sample_idle(cpu);
  request = std::make_unique<host::IdlePolling>();
  return host::judge_polling(before, host::sample_idle(cpu));
}

void tell(const host::PollingEvidence& polled, int cpu) {
  if (!polled.took_hold) {
    spdlog::warn("--idle poll: whether CPU {} polls when idle is not known: {}", cpu, polled.because);
  } else if (*polled.took_hold) {
    spdlog::info("--idle poll took hold: CPU {} polls when idle: {}", cpu, polled.because);
  } else {
    spdlog::warn("--idle poll did not take hold: {}; boot with idle=poll to measure with polling", polled.because);
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
    : placement(place_threads(place)), clock(host::Clock::calibrate()), floor(floor_of(placement, clock)) {
  spdlog::info("producer on CPU {}, consumer on CPU {}: {}", placement.producer_cpu, placement.consumer_cpu,
               placement.reason);
  if (idle == host::IdleMode::as_is) return;
  polled = hold_polling(placement.consumer_cpu, idle_polling);
  tell(*polled, placement.consumer_cpu);
}

output::Json document_head(const std::string& command, const MeasuringHost& measuring) {
  output::Json head = output::document_head(command, measuring.clock);
  measuring.floor ? void(head["host_floor"] = output::floor_json(*measuring.floor))
                  : output::put_absent(head, "host_floor", measuring.floor.reason);
  if (measuring.polled) {
    output::Json& polling =
        head["idle_polling"] = {{"cpu", measuring.placement.consumer_cpu}, {"evidence", measuring.polled->because}};
    measuring.polled->took_hold ? void(polling["took_hold"] = *measuring.polled->took_hold)
                                : output::put_absent(polling, "took_hold", measuring.polled->because);
  }
  return head;
}

}  // namespace kickbench::bench::command
