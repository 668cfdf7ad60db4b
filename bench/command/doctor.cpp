// kickbench doctor: the machine as far as it bears on a measurement, and what on it will disturb the numbers.
#include "bench/host/doctor.hpp"

#include <spdlog/spdlog.h>

#include <iostream>
#include <nlohmann/json.hpp>
#include <utility>

#include "bench/calibration/counters.hpp"
#include "bench/command/commands.hpp"
#include "bench/host/cgroup.hpp"
#include "bench/host/cpu_list.hpp"
#include "bench/output/result_json.hpp"
#include "bench/output/result_text.hpp"
#include "bench/output/slice_json.hpp"
#include "bench/output/table.hpp"
#include "bench/text/format.hpp"
#include "bench/text/page.hpp"

namespace kickbench::bench::command {
namespace {

using host::Environment;
using host::Fact;
using host::Finding;
using Level = Finding::Level;

constexpr Nanoseconds probe_duration{1e9};
constexpr Nanoseconds competitors_interval{0.5e9};

const char* name_of(Level level) {
  switch (level) {
    case Level::ok:
      return "ok";
    case Level::note:
      return "note";
    case Level::warning:
      return "warning";
  }
  return "?";
}

std::string text_of(const std::string& value) { return value; }
std::string text_of(const std::vector<int>& cpus) { return cpus.empty() ? "none" : host::format_cpu_list(cpus); }
std::string text_of(std::uint64_t count) { return std::to_string(count); }
std::string text_of(double number) { return text::fixed(number, 2); }

template <class T>
std::string text_of(const Fact<T>& fact) {
  return fact ? text_of(*fact) : "unknown (" + fact.reason + ")";
}

std::string text_of(const host::Capability& capability) {
  return capability.available ? "works" : "refused: " + capability.reason;
}

std::string yes_no(const Fact<bool>& fact, const char* yes, const char* no) {
  return fact ? (*fact ? yes : no) : text_of(Fact<std::string>::unknown(fact.reason));
}

std::string quota_text(const Fact<double>& cpus) {
  if (cpus) return text_of(*cpus) + " CPUs";
  return cpus.reason == host::no_cpu_quota ? "none" : text_of(cpus);
}

std::string frequency_text(const Environment& e) {
  if (!e.cpufreq_driver) return text_of(e.cpufreq_driver);
  return "driver " + *e.cpufreq_driver + ", governor " + text_of(e.cpufreq_governor) + ", turbo " +
         yes_no(e.turbo, "on", "off");
}

std::string idle_text(const Environment& e) {
  std::string text = "driver " + text_of(e.cpuidle_driver) + ", governor " + text_of(e.cpuidle_governor);
  if (!e.idle_states) return text + "; states " + text_of(Fact<std::string>::unknown(e.idle_states.reason));
  const char* separator = "; states ";
  for (const host::IdleState& state : *e.idle_states) {
    text += std::exchange(separator, ", ") + state.name + " (" + std::to_string(state.exit_latency_us) + " us" +
            (state.disabled ? ", disabled)" : ")");
  }
  return text;
}

std::string clock_text(const host::Clock& clock, const host::ClockCheck& check) {
  return std::string(clock.source()) + " at " + text::fixed(clock.ticks_per_ns() * 1e3, 3) + " MHz" +
         (clock.invariant() ? ", constant rate" : ", rate not promised to be constant") + "; a read takes " +
         text::with_unit(clock.read_cost()) + ", steps of " + text::with_unit(clock.step()) + "; " + describe(check);
}

std::string probe_text(const host::PreemptionProbe& probe) {
  const std::string where =
      "CPU " + std::to_string(probe.cpu) + " watched for " + text::with_unit(probe.watched) + ": ";
  if (probe.gaps == 0) return where + "no gap over " + text::with_unit(probe.bound);
  return where + std::to_string(probe.gaps) + " gaps over " + text::with_unit(probe.bound) + ", the longest " +
         text::with_unit(probe.longest) + ", " + text::with_unit(probe.lost) + " lost (" +
         text::fixed(100 * (probe.lost / probe.watched), 3) + " %)";
}

struct Checkup {
  Environment environment;
  host::Topology topology;
  host::Clock clock;
  host::ClockCheck clock_check;
  std::optional<host::Placement> placement;                 ///< of a measurement; none with one usable CPU
  std::optional<experiment::CounterOffset> counter_offset;  ///< between its CPUs
  host::PreemptionProbe probe;
  Fact<std::vector<host::Competitor>> competitors;
  std::vector<Finding> findings;
};

std::optional<host::Placement> place_threads(const host::Topology& topology) {
  if (topology.usable_cpus().size() < 2) return std::nullopt;
  return topology.place("auto");
}

/// Where the producer and the consumer would run; the only CPU there is where nothing can be measured.
std::vector<int> measured_cpus(const host::Topology& topology, const std::optional<host::Placement>& placement) {
  if (!placement) return topology.usable_cpus();
  return {placement->producer_cpu, placement->consumer_cpu};
}

std::string counters_text(const Checkup& checkup) {
  if (!checkup.counter_offset) return "unknown (two usable CPUs are needed)";
  return output::text_of(*checkup.counter_offset, *checkup.placement);
}

Checkup check_up() {
  // The environment first: the load and the steal time that it reads should not be our own.
  Environment environment = Environment::probe();
  host::Topology topology = host::Topology::probe();
  const host::Clock clock = host::Clock::calibrate();
  const host::ClockInstant calibrated = host::read_both_clocks();
  const std::optional<host::Placement> placement = place_threads(topology);
  const std::vector<int> cpus = measured_cpus(topology, placement);
  const auto competitors = host::find_competitors(cpus, competitors_interval);
  spdlog::info("looking for gaps on CPU {} for {}", cpus.front(), text::with_unit(probe_duration));
  const host::PreemptionProbe probe = host::watch_cpus({cpus.front()}, clock, probe_duration).front();
  const auto counter_offset = placement ? calibration::compare_counters(*placement, clock) : std::nullopt;
  const host::ClockCheck clock_check = clock.check_since(calibrated);
  std::vector<Finding> findings = host::diagnose(environment, topology, clock, clock_check, probe, competitors);
  return {
      std::move(environment), std::move(topology), clock, clock_check, placement, counter_offset, probe, competitors,
      std::move(findings)};
}

void print_facts(std::ostream& out, const Checkup& checkup) {
  const Environment& e = checkup.environment;
  output::Table table({{"this machine", output::Table::Align::left}, {"", output::Table::Align::prose}});
  const auto add = [&](const char* label, const std::string& text) { table.add({label, text}); };
  add("CPU", text_of(e.cpu_model) + " (" + text_of(e.cpu_vendor) + ", " + text_of(e.cpu_signature) + ")");
  add("usable CPUs", host::format_cpu_list(checkup.topology.usable_cpus()) + " of " + text_of(e.online_cpus));
  add("topology", text_of(e.topology));
  add("SMT", yes_no(e.smt_active, "on", "off"));
  add("isolated CPUs", text_of(e.isolated_cpus) + "; tickless " + text_of(e.nohz_full_cpus));
  add("hypervisor", text_of(e.hypervisor));
  add("kernel", text_of(e.kernel_release) + ", preemption " + text_of(e.preemption_model));
  add("clock", clock_text(checkup.clock, checkup.clock_check));
  add("counters", counters_text(checkup));
  add("kernel's clock", text_of(e.clocksource) + " of " + text_of(e.available_clocksources));
  add("frequency", frequency_text(e));
  add("idle", idle_text(e));
  add("load average", text_of(e.load_average));
  add("CPU quota", quota_text(e.cpu_quota_cpus));
  add("timer slack", text_of(e.timer_slack_ns) + (e.timer_slack_ns ? " ns" : ""));
  add("io_uring", text_of(e.io_uring));
  add("perf", text_of(e.perf));
  add("RAPL", text_of(e.rapl));
  add("KVM", text_of(e.kvm));
  add("--idle poll", text_of(e.cpu_dma_latency));
  add("build", e.build.version + ", " + e.build.type + ", " + e.build.compiler);
  add("fingerprint", host::fingerprint(e));
  add("preemption probe", probe_text(checkup.probe));
  table.print(out);
}

void print_finding(std::ostream& out, const Finding& finding) {
  const auto paragraph = [&](const std::string& label, const std::string& text) {
    out << "  " << label << std::string(8 - label.size(), ' ') << text << "\n";
  };
  out << "\n" << name_of(finding.level) << ": " << finding.topic << "\n";
  paragraph("cause", finding.cause);
  paragraph("effect", finding.effect);
  paragraph("fix", finding.fix);
}

void print_findings(std::ostream& out, const std::vector<Finding>& findings) {
  for (const Level level : {Level::warning, Level::note}) {
    for (const Finding& finding : findings) {
      if (finding.level == level) print_finding(out, finding);
    }
  }
  std::string fine;
  for (const Finding& finding : findings) {
    if (finding.level == Level::ok) fine += (fine.empty() ? "ok: " : ", ") + finding.topic;
  }
  out << "\n";
  if (!fine.empty()) out << fine << "\n";
}

output::Json competitors_json(const std::vector<host::Competitor>& competitors) {
  output::Json json = output::Json::array();
  for (const host::Competitor& competitor : competitors) {
    json.push_back({{"pid", competitor.pid},
                    {"name", competitor.name},
                    {"nice", competitor.nice},
                    {"cpu", competitor.cpu},
                    {"cpu_time_pct", 100 * competitor.share}});
  }
  return json;
}

output::Json to_json(const Checkup& checkup) {
  output::Json document = output::document_head("doctor", checkup.clock);
  const host::PreemptionProbe& probe = checkup.probe;
  output::put_counter_offset(document, checkup.counter_offset);
  document["clock_check"] = output::to_json(checkup.clock_check);
  document["preemption_probe"] = {{"cpu", probe.cpu},
                                  {"gaps_count", probe.gaps},
                                  {"longest_ns", probe.longest.count()},
                                  {"lost_ns", probe.lost.count()},
                                  {"watched_ns", probe.watched.count()},
                                  {"bound_ns", probe.bound.count()}};
  checkup.competitors ? void(document["competitors"] = competitors_json(*checkup.competitors))
                      : output::put_absent(document, "competitors", checkup.competitors.reason);
  document["findings"] = output::Json::array();
  for (const Finding& finding : checkup.findings) {
    document["findings"].push_back({{"level", name_of(finding.level)},
                                    {"topic", finding.topic},
                                    {"cause", finding.cause},
                                    {"effect", finding.effect},
                                    {"fix", finding.fix}});
  }
  return document;
}

ExitCode doctor(const OutputOptions& output) {
  const auto json = output.json();
  const Checkup checkup = check_up();
  if (output.wants_table()) {
    text::Page page(std::cout);
    print_facts(page, checkup);
    print_findings(page, checkup.findings);
  }
  if (json) json->write(output::dump(to_json(checkup)));
  checkup.topology.place("auto");  // throws TooFewCpus where nothing can be measured; it says what to do
  return ExitCode::ok;
}

}  // namespace

CommandBody add_doctor(CLI::App& app) {
  auto output = std::make_shared<OutputOptions>();
  output->add_to(app);
  return [output] { return doctor(*output); };
}

}  // namespace kickbench::bench::command
